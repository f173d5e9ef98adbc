import ArgumentParser
import KithSegments
import KithStore
import KithSystem

struct UsersCommand: QueryCommand {
  static let configuration = CommandConfiguration(
    commandName: "users",
    abstract: "Lists the users in a segment.",
    discussion: """
      Examples:
        kith users 'stage = core and since(activity) > 7d' --sort last
        kith users 'sum(purchase.value, 90d) >= 500' --count
        kith users 'tag("core")' --ids | kith tag add vip -

      Sort keys: user, first, last, days_30d, events, value; a leading - for descending. Columns: \
      user, stage, band, first, last, days_30d, events, value, source, tags, owner, rhythm, and any \
      attribute. Exits with 3 where nobody matches.
      """)

  @Argument(
    help: ArgumentHelp("The segment; - reads it from standard input.", valueName: "expr"),
    completion: .expression)
  var expression: String

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The order, as -last.", valueName: "key"),
    completion: .list(Sort.Key.allCases.flatMap { [$0.rawValue, "-" + $0.rawValue] }))
  var sort: String?

  @Option(help: ArgumentHelp("At most so many users.", valueName: "n"))
  var limit: Int?

  @Option(help: ArgumentHelp("Leaves out so many users first.", valueName: "n"))
  var offset: Int?

  @Option(help: ArgumentHelp("Columns by name, as user,last,city.", valueName: "names"))
  var columns: String?

  @Flag(help: "Only how many.")
  var count = false

  @Flag(help: "Only the ids, one a line.")
  var ids = false

  @OptionGroup var store: StoreOptions
  @OptionGroup var reading: ReadingOptions
  @OptionGroup var output: OutputOptions

  var query: UsersQuery {
    UsersQuery(
      expression: expression, sort: sort, limit: limit, offset: offset, columns: columns,
      count: count, ids: ids, store: store.choice, reading: reading.reading, json: output.json)
  }
}

/// A call of ``UsersCommand``, whoever read it.
struct UsersQuery: Query {
  var expression: String
  var sort: String?
  var limit: Int?
  var offset: Int?
  var columns: String?
  var count = false
  var ids = false
  var store: StoreChoice
  var reading: Reading
  var json = false

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit must not be negative") }
    if let offset, offset < 0 { throw ValidationError("--offset must not be negative") }
    if count && ids { throw ValidationError("--count and --ids exclude each other") }
  }

  func run(_ context: Context) throws {
    let sort = try parsedSort()
    let store = try store.open(context)
    let engine = try reading.engine(store, context)
    let segment = try engine.segment(SourceText(argumentOrInput(expression)))
    warn(segment, context)
    if count { return try printCount(engine, segment, context) }
    let plan = PagePlan(segment: segment, sort: sort, offset: offset ?? 0, limit: limit ?? .max)
    if ids { return try printIDs(engine.ids(plan), context) }
    if try printRows(plan, engine, context) == 0 { throw Outcome(status: .empty) }
  }

  private func parsedSort() throws(Diagnostic) -> Sort {
    guard let sort else { return .byUser }
    if let parsed = Sort(sort) { return parsed }
    throw Diagnostic(
      "unknown sort key", subject: sort,
      remedy: "use one of \(Sort.Key.allCases.map(\.rawValue).joined(separator: ", "))",
      status: .usage)
  }

  private func printCount(_ engine: any Engine, _ segment: Segment, _ context: Context) throws {
    let count = try engine.count(segment)
    if json {
      try context.console.print(["count": .int(count)])
    } else {
      try context.console.print("\(count)\n")
      sayHorizon(engine.moment, context)
    }
    if count == 0 { throw Outcome(status: .empty) }
  }

  private func printIDs(_ ids: [String], _ context: Context) throws {
    if json {
      try context.console.print(.array(ids.map(JSON.string)))
    } else {
      var bytes: [UInt8] = []
      for id in ids {
        bytes.append(contentsOf: (context.console.outputIsTerminal ? visible(id) : id).utf8)
        bytes.append(0x0A)
      }
      try context.console.print(bytes: bytes)
    }
    if ids.isEmpty { throw Outcome(status: .empty) }
  }

  /// - Returns: how many users there are on all pages.
  private func printRows(
    _ plan: PagePlan, _ engine: EmbeddedEngine, _ context: Context
  ) throws -> Int {
    let columns = try UserColumn.named(
      self.columns, table: !json, attributes: engine.snapshot.attributes.map(\.name))
    var plan = plan
    plan.isDetailed = columns.contains(where: \.isDetail)
    if json { return try printJSON(plan, columns, engine, context.console) }
    let isTerminal = context.console.outputIsTerminal
    var table = Table(columns.map { .init($0.name, number: $0.isNumber) })
    var output = Output(context.console)
    if !isTerminal { try output.put(table.text(terminal: false)) }
    var shown = 0
    let total = try engine.eachPart(of: plan) { rows in
      shown += rows.count
      for row in rows {
        let cells = columns.map { $0.cell(row, engine, isTerminal) }
        if isTerminal {
          table.rows.append(cells)
        } else {
          try output.put { Table.append(cells, to: &$0) }
        }
      }
    }
    if isTerminal, shown > 0 { try output.put(table.text(terminal: true)) }
    try output.flush()
    if isTerminal, shown < total {
      context.console.say("\(grouped(shown)) of \(counted(total, "user"))\n")
    } else if context.console.errorIsTerminal {
      context.console.say(total == 0 ? "nobody matches\n" : "")
    }
    sayHorizon(engine.moment, context)
    return total
  }

  /// A row a line, so that a long list can be read by people and by line tools alike.
  private func printJSON(
    _ plan: PagePlan, _ columns: [UserColumn], _ engine: EmbeddedEngine, _ console: Console
  ) throws -> Int {
    var output = Output(console)
    var isFirst = true
    let total = try engine.eachPart(of: plan) { rows in
      for row in rows {
        let values = JSON.object(columns.map { .init($0.name, $0.value(row, engine)) })
        try output.put((isFirst ? "[\n  " : ",\n  ") + values.compact)
        isFirst = false
      }
    }
    try output.put(isFirst ? "[]\n" : "\n]\n")
    try output.flush()
    return total
  }
}

/// An argument as it stands, or standard input where it is `-`.
func argumentOrInput(_ argument: String) throws -> String {
  guard argument == "-" else { return argument }
  return String(decoding: try readStandardInput(), as: UTF8.self)
}

/// Puts a segment's warnings on standard error.
func warn(_ segment: Segment, _ context: Context) {
  for warning in segment.warnings { context.console.warn(warning) }
}
