public import KithSystem

/// One consistent view of everything that was imported: the live runs of one manifest, mapped.
///
/// Users are numbered 0…userCount-1; events, sources and property values
/// are dictionary codes that hold across all runs of this snapshot and nowhere else.
public protocol Snapshot: Sendable {
  var generation: Int { get }
  /// Ids with at least one event, in all.
  var userCount: Int { get }
  var eventCount: Int { get }
  /// The time of the latest event; nil in an empty store.
  var horizon: Instant? { get }
  /// Event names and sources by code.
  var eventNames: Names { get }
  var sources: Names { get }
  /// Property columns, by name in byte order; `value` and `source` are not among them.
  var properties: [Column] { get }
  /// User attribute columns, by name in byte order.
  var attributes: [Column] { get }

  func id(of user: Int) -> String
  /// The number of an id, or nil where it has no event. Cost: O(log users).
  func user(_ id: String) -> Int?
  /// The same, for one user who is asked about alone.
  func userAlone(_ id: String) -> Int?
  /// Reads a user's events, ordered by time, then arrival, over what `events` held before, so that a
  /// walk over all users allocates nothing. Cost: the user's events.
  func read(_ user: Int, into events: inout UserEvents)
  /// The code of an attribute's value in its column, as of an instant: the last write at or before it,
  /// else the earliest; nil where there is none.
  func attribute(_ column: Int, of user: Int, asOf: Instant) -> UInt32?
}

extension Snapshot {
  public func userAlone(_ id: String) -> Int? { user(id) }
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
