import ArgumentParser
import KithCampaigns
import KithSegments
import KithStore
import KithSystem

struct UserCommand: QueryCommand {
  static let configuration = CommandConfiguration(
    commandName: "user",
    abstract: "Shows one user: attributes, decisions, timeline.",
    discussion: """
      Examples:
        kith user u-20931
        kith user 陈伟 --json
        kith user u-20931 --limit 20

      The timeline is newest first; --json gives it in order of time, then arrival. --limit keeps the \
      newest events.
      """)

  @Argument(help: "The user's id.")
  var user: String

  @Option(help: ArgumentHelp("At most so many events of the timeline.", valueName: "n"))
  var limit: Int?

  @OptionGroup var store: StoreOptions
  @OptionGroup var reading: ReadingOptions
  @OptionGroup var output: OutputOptions

  var query: UserQuery {
    UserQuery(
      user: user, limit: limit, store: store.choice, reading: reading.reading, json: output.json)
  }
}

/// A call of ``UserCommand``, whoever read it.
struct UserQuery: Query {
  var user: String
  var limit: Int?
  var store: StoreChoice
  var reading: Reading
  var json = false

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit must not be negative") }
  }

  func run(_ context: Context) throws {
    let store = try store.open(context)
    let engine = try reading.engine(store, context)
    guard let row = engine.user(user) else { throw unknownUser(user) }
    let decisions = engine.decisions
    let page = UserPage(
      row: row, ids: decisions.ids(of: user) ?? [], attributes: engine.attributes(of: user),
      notes: decisions.notes(of: user),
      received: try Campaigns(store: store).received(by: user, campaigns: engine.campaigns)
        .filter { $0.at <= engine.moment.instant || engine.moment.decisionsUntil == nil })
    if json {
      try print(page.json(engine), engine, context.console)
    } else {
      try print(page, engine, context.console)
      sayHorizon(engine.moment, context)
    }
  }

  /// A user may have millions of events: they are written as they are read, the oldest first.
  private func print(_ page: JSON, _ engine: EmbeddedEngine, _ console: Console) throws {
    var output = Output(console)
    // The object stays open for its last member.
    try output.put(page.pretty.dropLast("\n}\n".utf8.count) + ",\n  \"timeline\": [")
    var isFirst = true
    try engine.eachEntry(of: user, limit: limit ?? .max, oldestFirst: true) { entry in
      try output.put(isFirst ? "\n    " : ",\n    ")
      try output.put(entry.append)
      isFirst = false
    }
    try output.put(isFirst ? "]\n}\n" : "\n  ]\n}\n")
    try output.flush()
  }

  /// The newest event first; on a terminal with columns as wide as all of them need.
  private func print(_ page: UserPage, _ engine: EmbeddedEngine, _ console: Console) throws {
    let isTerminal = console.outputIsTerminal
    var events = UserPage.events
    var output = Output(console)
    try output.put(page.text(engine.moment, terminal: isTerminal) + "\n")
    if !isTerminal { try output.put(events.text(terminal: false)) }
    try engine.eachEntry(of: user, limit: limit ?? .max, oldestFirst: false) { entry in
      let cells = UserPage.cells(entry, engine.moment, terminal: isTerminal)
      if isTerminal {
        events.rows.append(cells)
      } else {
        try output.put { Table.append(cells, to: &$0) }
      }
    }
    if isTerminal { try output.put(events.text(terminal: true)) }
    try output.flush()
  }
}

/// A user who has no event up to the moment.
func unknownUser(_ id: String) -> Diagnostic {
  Diagnostic(
    "no such user", subject: id,
    remedy: "a person is a user from the first event on; kith users true --ids lists them all")
}

/// Everything the store knows about one user.
private struct UserPage {
  var row: UserRow
  /// All of the person's ids, where there are several.
  var ids: [String]
  var attributes: [(name: String, value: String)]
  var notes: [Decisions.Note]
  var received: [ReceivedMessage]

  /// The table of events, still without them.
  static let events = Table([
    .init("time"), .init("event"), .init("value", number: true), .init("source"),
    .init("properties"),
  ])

  static func cells(_ entry: TimelineEntry, _ moment: Moment, terminal: Bool) -> [String] {
    [
      time(entry.time, moment, terminal: terminal), entry.event,
      entry.value.map(decimal) ?? "", entry.source ?? "",
      entry.properties.map { "\($0.name)=\($0.value)" }.joined(separator: " "),
    ]
  }

  private static func time(_ instant: Instant, _ moment: Moment, terminal: Bool) -> String {
    terminal ? moment.zone.text(instant, seconds: true) : instant.rfc3339
  }

  /// All but the events.
  func json(_ engine: any Engine) -> JSON {
    var members = UserColumn.all.map { JSON.Member($0.name, $0.value(row, engine)) }
    if !ids.isEmpty { members.append(.init("ids", .array(ids.map(JSON.string)))) }
    members.append(
      .init("attributes", .object(attributes.map { .init($0.name, .string($0.value)) })))
    members.append(.init("notes", .array(notes.map(\.json))))
    members.append(.init("received", .array(received.map(\.json))))
    return .object(members)
  }

  /// All but the events.
  func text(_ moment: Moment, terminal: Bool) -> String {
    func time(_ instant: Instant) -> String {
      UserPage.time(instant, moment, terminal: terminal)
    }
    var facts: [(String, String)] = [
      ("user", row.id), ("stage", row.band.map { "\(row.stage), \($0)" } ?? row.stage),
      ("first", time(row.first)), ("last", time(row.last)),
      ("days_30d", "\(row.days30d)"), ("events", number(row.events, terminal)),
      ("value", row.value.description), ("source", row.source ?? ""),
      ("tags", row.tags.joined(separator: ", ")), ("owner", row.owner ?? ""),
      ("rhythm", row.rhythmDays.map { "\($0)d" } ?? ""),
    ]
    facts.insert(("ids", ids.joined(separator: ", ")), at: 1)
    facts += attributes.map { ($0.name, $0.value) }
    facts += notes.map { ("note", "\(time($0.at)) \($0.by): \($0.text)") }
    facts += received.map {
      ("received", "\(time($0.at)) \($0.campaign), \($0.channel): \($0.outcome)")
    }
    var about = Table([.init("name"), .init("content")])
    about.widestCell = 200
    about.rows = facts.filter { !$0.1.isEmpty }.map { [$0.0, $0.1] }
    return about.text(terminal: terminal)
  }
}

extension Decisions.Note {
  fileprivate var json: JSON {
    [
      "entry": .string(entry), "at": .string(at.rfc3339), "by": .string(by), "text": .string(text),
    ]
  }
}

extension ReceivedMessage {
  fileprivate var json: JSON {
    [
      "campaign": .string(campaign), "channel": .string(channel), "at": .string(at.rfc3339),
      "outcome": .string(outcome),
    ]
  }
}

extension TimelineEntry {
  /// Appends ``json`` as an element of a member of the whole, without the tree: a user has millions of events.
  func append(to bytes: inout [UInt8]) {
    func member(_ name: StaticString, _ text: String?) {
      name.withUTF8Buffer { bytes.append(contentsOf: $0) }
      guard let text else { return bytes.append(contentsOf: "null".utf8) }
      JSON.append(quoted: text, to: &bytes)
    }
    member("{\n      \"time\": ", time.rfc3339)
    member(",\n      \"event\": ", event)
    member(",\n      \"value\": ", value.map(decimal))
    member(",\n      \"source\": ", source)
    bytes.append(contentsOf: ",\n      \"properties\": {".utf8)
    for (place, property) in properties.enumerated() {
      member(place > 0 ? ",\n        " : "\n        ", property.name)
      member(": ", property.value)
    }
    bytes.append(contentsOf: (properties.isEmpty ? "}\n    }" : "\n      }\n    }").utf8)
  }

  var json: JSON {
    [
      "time": .string(time.rfc3339), "event": .string(event),
      "value": value.map { .string(decimal($0)) } ?? .null,
      "source": source.map(JSON.string) ?? .null,
      "properties": .object(properties.map { .init($0.name, .string($0.value)) }),
    ]
  }
}
