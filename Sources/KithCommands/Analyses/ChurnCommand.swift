import ArgumentParser
import KithAnalysis
import KithSegments
import KithStore
import KithSystem

struct ChurnCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "churn",
    abstract: "What the lost have in common.",
    discussion: """
      Examples:
        kith churn --after 30d
        kith churn --attributes source,city,did:view:7,n:purchase --numeric n:purchase
        kith churn --label 'not did(purchase, 90d)' --eligible 'did(purchase)'

      Compares those who were away for --after with those who were not, among the users who have been \
      here that long; --label and --eligible take any other hypothesis. Traits stand by information \
      value: under 0.02 nothing, to 0.1 weak, to 0.3 fair, above that strong.
      """)

  @Option(help: ArgumentHelp("Who was away so long is lost.", valueName: "length"))
  var after = "30d"

  @Option(
    help: ArgumentHelp(
      "source, first_event, stage, did:EVENT:DAYS, n:EVENT, properties, attributes; else what there is.",
      valueName: "names"))
  var attributes: String?

  @Option(help: ArgumentHelp("Those to be cut into bins.", valueName: "names"))
  var numeric: String?

  @Option(help: ArgumentHelp("How many bins.", valueName: "n"))
  var bins = 5

  @Option(help: ArgumentHelp("Rarer levels are put together.", valueName: "n"))
  var minUsers = 0

  @Option(help: ArgumentHelp("Who is lost.", valueName: "expr"), completion: .expression)
  var label: String?

  @Option(help: ArgumentHelp("Who is looked at.", valueName: "expr"), completion: .expression)
  var eligible: String?

  @OptionGroup var analysis: AnalysisOptions

  func validate() throws {
    if bins < 2 || bins > 100 { throw ValidationError("--bins is 2 to 100") }
    if minUsers < 0 { throw ValidationError("--min-users must not be negative") }
  }

  func run(_ context: Context) throws {
    let days = try parseWholeDays(after)
    let question = try analysis.prepare(context)
    let engine = question.engine
    var numeric = Set(numeric.map(list) ?? [])
    let names = attributes.map(list) ?? usualTraits(engine, &numeric)
    for name in numeric where !names.contains(name) {
      throw Diagnostic(
        "--numeric names what --attributes does not", subject: name,
        remedy: "add it to --attributes", status: .usage)
    }
    let traits = try names.map { (name: $0, trait: try Trait($0, engine)) }
    for event in traits.compactMap(\.trait.event) { question.warnIfUnseen(event) }
    for trait in traits where numeric.contains(trait.name) && !engine.isNumeric(trait.trait) {
      throw Diagnostic(
        "not a number for everyone who has it", subject: trait.name,
        remedy: "leave it out of --numeric", status: .usage)
    }
    var asked = ChurnQuestion(traits: traits, numeric: numeric)
    asked.days = days
    asked.bins = bins
    asked.fewest = minUsers
    asked.label = try label.map { try segment($0, engine, context) }
    asked.eligible = try eligible.map { try segment($0, engine, context) }
    let answers = try Commonality.of(engine, question.scope, asked)
    try question.print(answers.enumerated().map { answer($1, group: $0, asked, question) })
  }

  private func segment(
    _ text: String, _ engine: EmbeddedEngine, _ context: Context
  ) throws -> Segment {
    let segment = try engine.segment(SourceText(argumentOrInput(text)))
    warn(segment, context)
    return segment
  }

  /// Source, first event and every attribute, then how often each event was done, as far as its values
  /// are few enough to compare, and whether it was in the first week.
  private func usualTraits(_ engine: EmbeddedEngine, _ numeric: inout Set<String>) -> [String] {
    let snapshot = engine.snapshot
    var names = ["source", "first_event"]
    for column in snapshot.properties + snapshot.attributes {
      if column.type == .number {
        numeric.insert(column.name)
      } else if column.values.count > 200 {
        continue
      }
      if !names.contains(column.name) { names.append(column.name) }
    }
    for event in snapshot.eventNames.texts.prefix(50) { names.append("did:\(event):7") }
    return names
  }

  private func answer(
    _ commonality: Commonality, group: Int, _ asked: ChurnQuestion, _ question: Question
  ) -> Answer {
    let isTerminal = question.context.console.outputIsTerminal
    var ranking = Table([
      .init("attribute"), .init("iv", number: true), .init("says"), .init("chi2", number: true),
      .init("df", number: true), .init("p", number: true), .init("cramers v", number: true),
    ])
    let isEnough = commonality.users >= fewestUsers
    ranking.rows = commonality.attributes.map { attribute in
      guard isEnough else { return [attribute.name, "too few", "", "", "", "", ""] }
      let isSafe = (attribute.leastExpected ?? 0) >= 5
      return [
        attribute.name, fixed(attribute.information, 3), strength(attribute.information),
        isSafe ? fixed(attribute.chiSquared, 1) : "too few", "\(attribute.degrees)",
        isSafe ? probability(attribute.pValue) : "too few", fixed(attribute.cramersV, 3),
      ]
    }
    var levels = Table([
      .init("attribute"), .init("level"), .init("users", number: true),
      .init("churned", number: true), .init("churn rate", number: true),
      .init("lift", number: true), .init("woe", number: true),
    ])
    for attribute in commonality.attributes.prefix(isTerminal ? 5 : .max) {
      for level in attribute.levels {
        let isEnough = level.users >= fewestUsers
        levels.rows.append([
          attribute.name, title(level), number(level.users, isTerminal),
          number(level.churned, isTerminal), share(level.churned, of: level.users),
          isEnough ? fixed(commonality.lift(of: level), 2) : "too few",
          isEnough ? fixed(level.weight, 3) : "too few",
        ])
      }
    }
    let lost = "\(counted(commonality.churned, "user")) of \(grouped(commonality.users)) lost"
    return Answer(
      json: { commonality.json }, tables: [ranking, levels],
      remarks: [tooFew(commonality.users) ?? lost],
      plot: { pen in pen.bars(commonality.attributes.map { ($0.name, $0.information) }) },
      cells: { visitor in
        try Commonality.eachUser(question.engine, question.scope, group: group, asked, visitor)
      })
  }

  private func title(_ level: Commonality.Level) -> String {
    guard let range = level.range else { return level.name }
    let ends = [range.lowerBound, range.upperBound].map(amount)
    return "\(level.name): \(ends[0])" + (ends[0] == ends[1] ? "" : " to \(ends[1])")
  }

  /// The usual words for an information value (Siddiqi, Credit Risk Scorecards, 2006).
  private func strength(_ information: Double) -> String {
    information < 0.02
      ? "nothing" : information < 0.1 ? "weak" : information < 0.3 ? "fair" : "strong"
  }
}

/// `0.031`, `< 0.001`.
func probability(_ p: Double?) -> String {
  guard let p else { return "-" }
  return p < 0.001 ? "< 0.001" : fixed(p, 3)
}
