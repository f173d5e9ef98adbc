public import ArgumentParser
public import KithAnalysis
import KithSegments
import KithSystem

struct LifecycleCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "lifecycle",
    abstract: "How users come, stay, come back and fall silent.",
    discussion: """
      Examples:
        kith lifecycle --period week --last 90d
        kith lifecycle --model recency --by city
        kith lifecycle --moves 2026-09-30 --as-of 2026-10-31
        kith lifecycle --cell '2026-10-05 dormant' | kith tag add silent -

      The growth model counts each period's new, returning, resurrecting and dormant users; duolingo \
      and recency put every user into one state as of now. --moves counts the ways between stages \
      (or, with a model, its states) since an earlier time.
      """)

  enum Model: String, ExpressibleByArgument, CaseIterable {
    case growth, duolingo, recency
  }

  @Option(help: "Periods of growth.")
  var period: Period = .day

  @Option(help: "Growth by period, or the state of each user.")
  var model: Model = .growth

  @Option(help: ArgumentHelp("Only the periods of so many days.", valueName: "length"))
  var last: String?

  @Option(
    help: "Who is new: by the first active period, or by the first event of any kind.")
  var new: Newness = .active

  @Option(
    help: ArgumentHelp("Counts moves since a date (its end) or an instant.", valueName: "time"))
  var moves: String?

  @Flag(help: "Adds Pulse to the JSON: those who came for each who fell silent.")
  var pulse = false

  @OptionGroup var analysis: AnalysisOptions

  func run(_ context: Context) throws {
    let last = try last.map(parseWholeDays)
    let question = try analysis.prepare(context)
    if let moves { return try question.print(movesAnswers(question, since: moves)) }
    guard let model = stateModel else {
      let growth = try Growth.of(
        question.engine, question.scope, period: period, new: new, last: last)
      return try question.print(
        growth.enumerated().map { growthAnswer($1, group: $0, question, last: last) })
    }
    let states = try LifecycleStates.of(question.engine, question.scope, model: model)
    try question.print(states.map { statesAnswer($0, question) })
  }

  private var stateModel: LifecycleModel? {
    switch model {
    case .growth: nil
    case .duolingo: .duolingo
    case .recency: .recency()
    }
  }

  private func growthAnswer(
    _ growth: Growth, group: Int, _ question: Question, last: Int?
  ) -> Answer {
    let isTerminal = question.context.console.outputIsTerminal
    var table = Table(
      Growth.columns.enumerated().map { .init($1, number: $0 > 0) } + [.init("pulse", number: true)]
    )
    table.rows = growth.rows.map { row in
      [row.start.description]
        + [row.new, row.returning, row.resurrecting, row.dormant].map { number($0, isTerminal) }
        + [row.dormant < fewestUsers ? "-" : fixed(row.pulse, 2)]
    }
    var json = growth.json
    if pulse, case .object(let members) = json {
      let ratios = growth.rows.map { row in row.pulse.map { JSON.double($0) } ?? .null }
      json = .object(members + [.init("pulse", .array(ratios))])
    }
    return Answer(
      json: { json }, tables: [table],
      plot: { $0.growth(growth) },
      cells: { visitor in
        try Growth.eachUser(
          question.engine, question.scope, group: group, period: period, new: new, last: last,
          visitor)
      })
  }

  private func statesAnswer(_ states: LifecycleStates, _ question: Question) -> Answer {
    let isTerminal = question.context.console.outputIsTerminal
    var table = Table([
      .init("state"), .init("users", number: true), .init("share", number: true),
    ])
    table.rows = zip(states.model.states, states.counts).map { name, users in
      [name, number(users, isTerminal), share(users, of: states.total)]
    }
    return Answer(
      json: { states.json(ids: analysis.users ? { question.id($0) } : nil) }, tables: [table],
      remarks: [tooFew(states.total)].compactMap(\.self),
      plot: { $0.bars(zip(states.model.states, states.counts).map { ($0, Double($1)) }) },
      cells: { visitor in
        for (user, state) in states.states.enumerated() where state >= 0 {
          visitor(states.model.states[Int(state)], user)
        }
      }, jsonNamesUsers: true)
  }

  private func movesAnswers(_ question: Question, since text: String) throws -> [Answer] {
    let engine = question.engine
    let asOf = try AsOf(text)
    let then =
      switch asOf {
      case .day(let day): engine.moment.zone.end(of: day)
      case .instant(let instant): instant
      case .local(let milliseconds): engine.moment.zone.instant(ofLocal: milliseconds)
      }
    guard then <= engine.moment.instant else {
      throw Diagnostic(
        "the moves end before they begin", subject: text,
        remedy: "--moves is the earlier time, --as-of the later one", status: .usage)
    }
    let moves =
      try stateModel.map { try Moves.of(engine, since: then, question.scope, model: $0) }
      ?? Moves.ofStages(engine, since: then, question.scope)
    return moves.map { movesAnswer($0, question) }
  }

  private func movesAnswer(_ moves: Moves, _ question: Question) -> Answer {
    let isTerminal = question.context.console.outputIsTerminal
    var table = Table(
      [.init("then \\ now")] + moves.states.map { .init($0, number: true) })
    table.rows = zip(moves.states, moves.users).map { name, row in
      [name] + row.map { number($0, isTerminal) }
    }
    return Answer(
      json: { moves.json }, tables: [table],
      plot: { pen in
        pen.heat(
          rows: moves.states, columns: moves.states, moves.users.map { $0.map(Double.init) },
          text: { value, _, _ in grouped(Int(value)) })
      },
      cells: { visitor in
        for (user, move) in moves.places.enumerated() where move.then >= 0 {
          visitor("\(moves.states[move.then]) > \(moves.states[move.now])", user)
        }
      })
  }
}

extension Period: ExpressibleByArgument {}
extension Newness: ExpressibleByArgument {}
