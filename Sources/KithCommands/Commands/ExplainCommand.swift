import ArgumentParser
import KithSegments
import KithStore
import KithSystem

struct ExplainCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Shows how an expression is answered: what is read, in which order, at what cost.",
    discussion: """
      Examples:
        kith explain 'count(purchase, 30d) >= 3 and source = "search"'
        kith explain 'since(activity) > 3 * rhythm' --analyze
        kith explain 'stage = core' --json

      Steps stand in the order in which they are taken; under `all of`, each looks only at the users whom \
      those before it left. Cost is what would be read if no other step dropped anyone; keeps is the \
      share of users expected to hold. --analyze runs it and adds the users who entered and left each \
      step, the rows that were looked at, at most, and the time on all cores together.
      """)

  @Argument(
    help: ArgumentHelp("The segment; - reads it from standard input.", valueName: "expr"),
    completion: .expression)
  var expression: String

  @Flag(help: "Run it, and say what each step came to.")
  var analyze = false

  @OptionGroup var store: StoreOptions
  @OptionGroup var reading: ReadingOptions
  @OptionGroup var output: OutputOptions

  func run(_ context: Context) throws {
    let engine = try reading.reading.engine(store.open(context))
    let segment = try engine.segment(SourceText(argumentOrInput(expression)))
    warn(segment, context)
    let plan = try engine.plan(of: segment, analyzing: analyze)
    if output.json { return try context.console.print(plan.json) }
    try context.console.print(plan.text(terminal: context.console.outputIsTerminal))
    sayHorizon(engine.moment, context)
  }
}

extension QueryPlan {
  var json: JSON {
    var members: [JSON.Member] = [
      .init("as_of", .string(moment.rfc3339)), .init("users", .int(users)),
    ]
    if let nanoseconds { members.append(.init("milliseconds", milliseconds(nanoseconds))) }
    members.append(.init("plan", root.json))
    return .object(members)
  }

  /// A step a line, deeper ones further in.
  func text(terminal: Bool) -> String {
    var table = Table([
      .init("step"), .init("reads"), .init("cost", number: true), .init("keeps", number: true),
    ])
    if nanoseconds != nil {
      table.columns += ["in", "out", "rows", "ms"].map { .init($0, number: true) }
    }
    table.widestCell = 80
    root.add(to: &table, depth: 0, terminal)
    return table.text(terminal: terminal)
  }
}

extension QueryPlan.Step {
  fileprivate var json: JSON {
    var members: [JSON.Member] = [
      .init("step", .string(kind.rawValue)), .init("clause", .string(clause)),
      .init("reads", .string(reads)), .init("cost_bytes", .int(cost)),
      .init("keeps", .double(keeps)),
      .init("shared", .bool(isShared)),
    ]
    if let run {
      members += [
        .init("in", .int(run.entered)), .init("out", .int(run.left)), .init("rows", .int(run.rows)),
        .init("milliseconds", milliseconds(run.nanoseconds)),
      ]
    }
    members.append(.init("steps", .array(parts.map(\.json))))
    return .object(members)
  }

  fileprivate func add(to table: inout Table, depth: Int, _ terminal: Bool) {
    let name = String(repeating: "  ", count: depth) + clause
    var cells = [
      name, isShared ? reads + ", shared" : reads, terminal ? size(cost) : "\(cost)",
      terminal ? percent(keeps) : fixed(keeps, 4),
    ]
    if let run {
      cells += [run.entered, run.left, run.rows].map { number($0, terminal) }
      cells.append(fixed(Double(run.nanoseconds) / 1e6, 3))
    }
    table.rows.append(cells)
    for part in parts { part.add(to: &table, depth: depth + 1, terminal) }
  }
}

private func milliseconds(_ nanoseconds: Int64) -> JSON { .double(Double(nanoseconds) / 1e6) }

/// Bytes as people say them.
private func size(_ bytes: Int) -> String {
  let units = ["B", "kB", "MB", "GB", "TB"]
  var (amount, unit) = (Double(bytes), 0)
  while amount >= 1000, unit < units.count - 1 { (amount, unit) = (amount / 1000, unit + 1) }
  return (unit == 0 ? "\(bytes)" : fixed(amount, 1)) + " " + units[unit]
}
