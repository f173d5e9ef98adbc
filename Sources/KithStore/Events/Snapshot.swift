public import KithSystem

/// One consistent view of everything that was imported: the live runs of one manifest, mapped.
///
/// Users are numbered 0…userCount-1, events, sources and property values are dictionary codes; both
/// hold across all runs of this snapshot and nowhere else. A user's events are merged as they are
/// read, by time, then run, then row, which is the order of arrival.
public struct Snapshot: Sendable {
  public let generation: Int
  /// How many events there are in all.
  public let eventCount: Int
  /// The time of the latest event; nil in an empty store.
  public let horizon: Instant?
  /// Event names and sources by code.
  public let eventNames: Names
  public let sources: Names
  /// Property columns, by name in byte order; `value` and `source` are not among them.
  public let properties: [Column]
  /// User attribute columns, by name in byte order.
  public let attributes: [Column]
  /// In order of arrival.
  let runs: [EventRun]
  package let users: SnapshotUsers
  let writes: AttributeWrites
  /// For each run, its codes in ``eventNames`` and in ``sources``; nil where they are the same.
  let eventCodes: [[UInt32]?]
  let sourceCodes: [[UInt32]?]
  /// For each property, its place in each run.
  let propertyPlaces: [[ColumnPlace?]]

  /// Runs in order of arrival.
  init(generation: Int, horizon: Int64?, eventRuns: [EventRun], userRuns: [UserRun]) {
    self.generation = generation
    self.horizon = horizon.map(Instant.init(milliseconds:))
    runs = eventRuns
    eventCount = eventRuns.reduce(0) { $0 + $1.rows }
    let events = MergedTexts(eventRuns.map(\.events.texts))
    let sources = MergedTexts(eventRuns.map(\.sources.texts))
    eventNames = Names(sorted: events.table)
    self.sources = Names(sorted: sources.table)
    (eventCodes, sourceCodes) = (events.translations, sources.translations)
    (properties, propertyPlaces) = mergedColumns(eventRuns.map(\.properties))
    users = SnapshotUsers(eventRuns.map(\.users), rows: eventRuns.map(\.rows))
    writes = AttributeWrites(userRuns, users: users)
    attributes = writes.columns
  }

  /// Ids with at least one event, in all.
  public var userCount: Int { users.count }

  public func id(of user: Int) -> String {
    String(decoding: users.id(of: user), as: UTF8.self)
  }

  /// The number of an id, or nil where it has no event. Cost: O(log users).
  public func user(_ id: String) -> Int? {
    users.find(id)
  }

  /// The code of an attribute's value in its column, as of an instant: the last write at or before it,
  /// else the earliest; nil where there is none.
  public func attribute(_ column: Int, of user: Int, asOf instant: Instant) -> UInt32? {
    writes.code(column, of: user, asOf: instant.milliseconds)
  }
}

/// A property or an attribute: its values by code, and the type that all of them together give it.
public struct Column: Sendable {
  public let name: String
  public let type: ValueType
  /// Distinct values as written.
  public let values: Names
  /// For each code the exact number, where the type is `number`.
  public let numbers: [Exact]
  /// For each code the day, where the type is `date`.
  public let days: [Day]

  public init(
    name: String, type: ValueType, values: Names, numbers: [Exact] = [], days: [Day] = []
  ) {
    self.name = name
    self.type = type
    self.values = values
    self.numbers = numbers
    self.days = days
  }
}

/// What a column's non-empty cells all are (language.md): decided over the whole store.
public enum ValueType: String, Sendable {
  case number, date, boolean, text
}

/// The code that stands for an empty cell.
public let absentCode = UInt32.max

/// One event of a user.
public struct EventRow: Sendable {
  /// Milliseconds since 1970.
  public var time: Int64
  public var event: UInt32
  /// ``absentCode`` where empty.
  public var source: UInt32
  /// nil where empty.
  public var value: Micros?

  public init(time: Int64, event: UInt32, source: UInt32, value: Micros?) {
    self.time = time
    self.event = event
    self.source = source
    self.value = value
  }
}

/// The events of one user, ordered by time, then arrival; a buffer that is used again and again.
public struct UserEvents: Sendable {
  /// The property columns to read, by their place in ``Snapshot/properties``.
  public let columns: [Int]
  public package(set) var rows: [EventRow]
  /// For each of `columns`, the code in each row, or ``absentCode``.
  public package(set) var codes: [[UInt32]]

  public init(columns: [Int] = []) {
    self.columns = columns
    rows = []
    codes = columns.map { _ in [] }
  }
}
