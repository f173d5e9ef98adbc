import ArgumentParser
import KithSegments
import KithStore
import KithSystem

struct WhyCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "why",
    abstract: "Shows for one user why an expression holds or does not.",
    discussion: """
      Examples:
        kith why u-20931 'count(purchase, 30d) >= 3 and not did(refund, 90d)'
        kith why u-20931 'stage = core' --json
        kith why u-20931

      Each clause is true or false, with what it comes to and the events that decided it. Without an \
      expression it tells which rules of kith.yaml put the user into the stage and band.
      """)

  @Argument(help: "The user's id.")
  var user: String

  @Argument(
    help: ArgumentHelp("The segment; - reads it from standard input.", valueName: "expr"),
    completion: .expression)
  var expression: String?

  @OptionGroup var store: StoreOptions
  @OptionGroup var reading: ReadingOptions
  @OptionGroup var output: OutputOptions

  func run(_ context: Context) throws {
    let engine = try reading.reading.engine(store.open(context))
    var segment: Segment?
    if let expression {
      segment = try engine.segment(SourceText(argumentOrInput(expression)))
    }
    if let segment { warn(segment, context) }
    guard let explanation = try engine.why(user, segment) else { throw unknownUser(user) }
    if output.json { return try context.console.print(explanation.json) }
    try context.console.print(
      explanation.text(engine.moment.zone, terminal: context.console.outputIsTerminal))
    sayHorizon(engine.moment, context)
  }
}

extension Explanation {
  var json: JSON {
    [
      "user": .string(user), "question": .string(question), "holds": .bool(holds),
      "clauses": .array(clauses.map(\.json)),
    ]
  }

  /// A line for each clause, deeper ones further in; under it the latest of its events.
  func text(_ zone: Zone, terminal: Bool) -> String {
    var lines = ["\(escapedCell(user)): \(escapedCell(question)) is \(holds)"]
    for clause in listed { clause.add(to: &lines, indent: "  ", zone, terminal) }
    let shown = terminal ? lines.map(visible) : lines
    return shown.map { $0 + "\n" }.joined()
  }
}

extension Clause {
  fileprivate var json: JSON {
    var members: [JSON.Member] = [
      .init("clause", .string(text)), .init("kind", .string(kind.rawValue)),
      .init("holds", .bool(holds)), .init("value", value.map(JSON.string) ?? .null),
    ]
    if let against { members.append(.init("against", .string(against))) }
    if let asOf { members.append(.init("as_of", .string(asOf.rfc3339))) }
    members.append(.init("events", .array(events.map(\.json))))
    members.append(.init("matching", .int(eventCount)))
    members.append(.init("clauses", .array(clauses.map(\.json))))
    return .object(members)
  }

  private static let mostEvents = 10

  fileprivate func add(
    to lines: inout [String], indent: String, _ zone: Zone, _ terminal: Bool
  ) {
    var line = indent + (holds ? "true   " : "false  ") + escapedCell(text)
    if let value { line += "  is \(escapedCell(value))" }
    if isAbsent { line += "  is absent" }
    if let against { line += " against \(escapedCell(against))" }
    if let asOf { line += "  as of \(terminal ? zone.text(asOf, seconds: true) : asOf.rfc3339)" }
    lines.append(line)
    let shown = events.suffix(Clause.mostEvents)
    if eventCount > shown.count {
      lines.append(indent + "         … \(eventCount - shown.count) earlier")
    }
    for event in shown {
      let time = terminal ? zone.text(event.time, seconds: true) : event.time.rfc3339
      let cells =
        [time, event.event] + (event.value.map { ["value=\(decimal($0))"] } ?? [])
        + (event.source.map { ["source=\($0)"] } ?? [])
        + event.properties.map { "\($0.name)=\($0.value)" }
      lines.append(indent + "         " + cells.map(escapedCell).joined(separator: "  "))
    }
    for clause in clauses { clause.add(to: &lines, indent: indent + "    ", zone, terminal) }
  }
}
