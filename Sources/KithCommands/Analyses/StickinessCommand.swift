import ArgumentParser
import KithAnalysis
import KithSegments
import KithSystem

struct StickinessCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "stickiness",
    abstract: "Users by day, week and month, and how often they come.",
    discussion: """
      Examples:
        kith stickiness
        kith stickiness --activity purchase --plot
        kith stickiness --cell '20 days'

      Of each day: the users active on it, in the 7 days and in the 30 days that end with it. Then the \
      users by the number of active days among the last 30.
      """)

  @OptionGroup var analysis: AnalysisOptions

  func run(_ context: Context) throws {
    let question = try analysis.prepare(context)
    let stickiness = try Stickiness.of(question.engine, question.scope)
    try question.print(stickiness.enumerated().map { answer($1, group: $0, question) })
  }

  private func answer(_ stickiness: Stickiness, group: Int, _ question: Question) -> Answer {
    let isTerminal = question.context.console.outputIsTerminal
    var days = Table(
      ["day", "dau", "wau", "mau", "dau/mau"].enumerated().map { .init($1, number: $0 > 0) })
    let shown = isTerminal ? stickiness.rows.suffix(35) : stickiness.rows[...]
    days.rows = shown.map { row in
      [row.day.description] + [row.dau, row.wau, row.mau].map { number($0, isTerminal) }
        + [share(row.dau, of: row.mau)]
    }
    var often = Table([.init("active days", number: true), .init("users", number: true)])
    often.rows = stickiness.histogram.enumerated().filter { $0.element > 0 }.map {
      ["\($0.offset)", number($0.element, isTerminal)]
    }
    let average = stickiness.averageRatio
    return Answer(
      json: { stickiness.json }, tables: [days, often],
      remarks: ["DAU/MAU on average: " + (average.ratio.map(percent) ?? "-")],
      plot: { $0.stickiness(stickiness) },
      cells: { visitor in
        try Stickiness.eachUser(question.engine, question.scope, group: group, visitor)
      })
  }
}
