import ArgumentParser
import KithAnalysis
import KithSegments
import KithStore
import KithSystem

struct MetricsCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Payers, orders and value, by day and over thirty days.",
    discussion: """
      Examples:
        kith metrics
        kith metrics --event payment_done --by source
        kith metrics --plot

      An order is one event; a payer is a user with an order. Repeat rate is the share of payers with \
      two orders or more in the same thirty days.
      """)

  @Option(
    help: ArgumentHelp("What an order is; else forecast.event of kith.yaml.", valueName: "event"),
    completion: .event)
  var event: String?

  @OptionGroup var analysis: AnalysisOptions

  func run(_ context: Context) throws {
    let question = try analysis.prepare(context)
    let event = event ?? question.store.settings.forecast.event
    question.warnIfUnseen(event)
    let metrics = try Metrics.of(question.engine, question.scope, event: event)
    try question.print(
      metrics.enumerated().map { answer($1, group: $0, question) })
  }

  private func answer(_ metrics: Metrics, group: Int, _ question: Question) -> Answer {
    let isTerminal = question.context.console.outputIsTerminal
    var stretches = Table([
      .init("30 days"), .init("now", number: true), .init("before", number: true),
    ])
    func row(_ title: String, _ text: (Metrics.Stretch) -> String) {
      stretches.rows.append([title, text(metrics.now), text(metrics.before)])
    }
    row("active users") { number($0.active, isTerminal) }
    row("payers") { number($0.payers, isTerminal) }
    row("orders") { number($0.orders, isTerminal) }
    row("value") { decimal($0.value) }
    row("paying frequency") { $0.payers < fewestUsers ? few($0.payers) : fixed($0.frequency, 2) }
    row("order value") { $0.payers < fewestUsers ? few($0.payers) : fixed($0.orderValue, 2) }
    row("repeat rate") { share($0.repeating, of: $0.payers) }
    row("value per active user") {
      $0.active < fewestUsers ? few($0.active) : fixed($0.valuePerActive, 2)
    }
    var days = Table(
      ["day", "dau", "payers", "orders", "value"].enumerated().map { .init($1, number: $0 > 0) })
    days.rows = (isTerminal ? metrics.rows.suffix(30) : metrics.rows[...]).map { row in
      [row.day.description] + [row.active, row.payers, row.orders].map { number($0, isTerminal) }
        + [decimal(row.value)]
    }
    return Answer(
      json: { metrics.json }, tables: [stretches, days],
      remarks: [tooFew(metrics.now.payers)].compactMap(\.self),
      plot: { $0.metrics(metrics) },
      cells: { visitor in
        let event = metrics.event.nameText
        let places = question.scope.groups
        for (name, expression) in [
          ("payers", "did(\(event), 30d)"), ("repeating", "count(\(event), 30d) >= 2"),
          ("active", "did(activity, 30d)"), ("payers before", "did(\(event), 60d..30d)"),
          ("repeating before", "count(\(event), 60d..30d) >= 2"),
          ("active before", "did(activity, 60d..30d)"),
        ] {
          for user in try question.users(who: expression) where places[user] == group {
            visitor(name, user)
          }
        }
        try metrics.eachUserOfDays(question.engine, question.scope, group: group, visitor)
      })
  }

  private func few(_ users: Int) -> String { users == 0 ? "-" : "too few" }
}

extension Pen {
  func metrics(_ metrics: Metrics) -> String {
    guard let first = metrics.rows.first, let last = metrics.rows.last else { return "no event\n" }
    return line("DAU", metrics.rows.map { Double($0.active) }, from: first.day, to: last.day)
      + line("payers", metrics.rows.map { Double($0.payers) }, from: first.day, to: last.day)
      + line(
        "value", metrics.rows.map { Double(decimal($0.value)) ?? 0 }, from: first.day, to: last.day)
  }
}
