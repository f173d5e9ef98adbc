public import ArgumentParser
public import KithAnalysis
import KithSegments
import KithSystem

struct RetentionCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "retention",
    abstract: "Of those who began together, who is still here.",
    discussion: """
      Examples:
        kith retention
        kith retention --period month --mode rolling --plot
        kith retention --from signup --to purchase --max 8
        kith retention --cell '2026-09-28 4'

      A row is the users who began in one period, a column the periods since. A cell whose period \
      has not ended stands in brackets and is left out of the row overall.
      """)

  @Option(help: "What is counted in.")
  var period: Period = .week

  @Option(help: "Active in exactly that period, or in it or any later one.")
  var mode: Retention.Mode = .exact

  @Option(
    help: ArgumentHelp("What begins a cohort; else the first activity.", valueName: "event"),
    completion: .event)
  var from: String?

  @Option(
    help: ArgumentHelp("What counts as a return; else any activity.", valueName: "event"),
    completion: .event)
  var to: String?

  @Option(help: ArgumentHelp("Periods since the beginning, at most.", valueName: "n"))
  var max: Int?

  @OptionGroup var analysis: AnalysisOptions

  func validate() throws {
    if let max, max < 0 { throw ValidationError("--max must not be negative") }
  }

  func run(_ context: Context) throws {
    let asked = RetentionQuestion(period: period, mode: mode, start: from, back: to, most: max)
    let question = try analysis.prepare(context)
    for event in [from, to].compactMap(\.self) { question.warnIfUnseen(event) }
    let retention = try Retention.of(question.engine, question.scope, asked)
    try question.print(retention.enumerated().map { answer($1, group: $0, asked, question) })
  }

  private func answer(
    _ retention: Retention, group: Int, _ asked: RetentionQuestion, _ question: Question
  ) -> Answer {
    let isTerminal = question.context.console.outputIsTerminal
    var table = Table(
      [.init("cohort"), .init("users", number: true)]
        + retention.overall.indices.map { .init("\($0)", number: true) })
    table.widestCell = 16
    table.rows = retention.cohorts.map { cohort in
      [cohort.start.description, number(cohort.size, isTerminal)]
        + retention.overall.indices.map { distance in
          guard distance < cohort.cells.count else { return "" }
          let cell = number(cohort.cells[distance], isTerminal)
          return cohort.complete[distance] ? cell : "(\(cell))"
        }
    }
    if !retention.cohorts.isEmpty {
      table.rows.append(
        ["overall", number(retention.cohorts.reduce(0) { $0 + $1.size }, isTerminal)]
          + retention.overall.map { share($0.retained, of: $0.eligible) })
    }
    return Answer(
      json: { retention.json }, tables: [table],
      plot: { $0.retention(retention) },
      cells: { visitor in
        try Retention.eachUser(question.engine, question.scope, group: group, asked, visitor)
      })
  }
}

extension Retention.Mode: ExpressibleByArgument {}
