import ArgumentParser
import KithAnalysis
import KithSegments
import KithSystem

struct FunnelCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "funnel",
    abstract: "How many users go through steps in order.",
    discussion: """
      Examples:
        kith funnel signup view purchase --within 7d
        kith funnel view cart purchase --within 1h --by source
        kith funnel view cart purchase --within 1h --cell 'dropped after 2'

      Other events may lie between the steps; an attempt may start at any occurrence of the first. The \
      time is the median from the first step. Under the table stand the expressions that find those \
      who dropped.
      """)

  @Argument(
    help: ArgumentHelp("The events in order.", valueName: "event"),
    completion: .event)
  var events: [String]

  @Option(
    help: ArgumentHelp(
      "From the first step to the last, at most: 30m, 12h, 7d.", valueName: "length"))
  var within: String

  @OptionGroup var analysis: AnalysisOptions

  func validate() throws {
    if events.count > Funnel.mostSteps {
      throw ValidationError("a funnel has at most \(Funnel.mostSteps) steps")
    }
  }

  func run(_ context: Context) throws {
    let window = try parseLength(within)
    let question = try analysis.prepare(context)
    for event in events { question.warnIfUnseen(event) }
    let funnels = try Funnel.of(
      question.engine, question.scope, steps: events, window: window,
      keepsUsers: analysis.users || analysis.cell != nil)
    try question.print(funnels.map { answer($0, question) })
  }

  private func answer(_ funnel: Funnel, _ question: Question) -> Answer {
    let isTerminal = question.context.console.outputIsTerminal
    var table = Table([
      .init("step", number: true), .init("event"), .init("users", number: true),
      .init("of first", number: true), .init("of previous", number: true),
      .init("median time", number: true),
    ])
    let first = funnel.steps.first?.users ?? 0
    table.rows = funnel.steps.enumerated().map { index, step in
      let previous = index == 0 ? first : funnel.steps[index - 1].users
      return [
        "\(index + 1)", step.event, number(step.users, isTerminal), share(step.users, of: first),
        share(step.users, of: previous),
        step.users == 0 ? "-" : step.users < fewestUsers ? "too few" : time(step, isTerminal),
      ]
    }
    return Answer(
      json: { funnel.json }, tables: [table],
      remarks: [tooFew(first)].compactMap(\.self) + dropped(funnel),
      plot: { $0.bars(funnel.steps.map { ($0.event, Double($0.users)) }) },
      cells: { visitor in
        for (user, depth) in funnel.depths.enumerated() where depth > 0 {
          for step in 1...Int(depth) { visitor("reached \(step)", user) }
          if depth < funnel.steps.count { visitor("dropped after \(depth)", user) }
        }
      })
  }

  /// A median for people; in a pipe its seconds.
  private func time(_ step: Funnel.Step, _ isTerminal: Bool) -> String {
    guard let half = step.medianHalfMs else { return "-" }
    return isTerminal ? elapsed(milliseconds: half / 2) : "\(Double(half) / 2000)"
  }

  /// For each step the segment of those who got no further; the language has no seconds.
  private func dropped(_ funnel: Funnel) -> [String] {
    guard funnel.windowMs % 60_000 == 0 else { return [] }
    let window = within.hasSuffix("s") ? "\(funnel.windowMs / 60_000)m" : within
    func expression(through last: Int) -> String {
      let steps = events[...last].map { visible($0.nameText) }
      return last == 0
        ? "did(\(steps[0]))" : "sequence(\(steps.joined(separator: ", ")), within \(window))"
    }
    return funnel.steps.indices.dropLast().map { index in
      let reached = expression(through: index)
      return "dropped after \(index + 1): \(reached) and not \(expression(through: index + 1))"
    }
  }
}
