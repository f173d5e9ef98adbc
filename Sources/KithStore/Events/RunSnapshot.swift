public import KithSystem

/// One consistent view of everything that was imported: the live runs of one manifest, mapped.
///
/// Users are numbered 0…userCount-1, events, sources and property values are dictionary codes; both
/// hold across all runs of this snapshot and nowhere else. A user's events are merged as they are
/// read, by time, then run, then row, which is the order of arrival; those of several ids that are one person by
/// time, then import, then id.
public struct RunSnapshot: Snapshot {
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
  package private(set) var users: SnapshotUsers
  private(set) var writes: AttributeWrites
  /// For each run, its codes in ``eventNames`` and in ``sources``; nil where they are the same.
  let eventCodes: [[UInt32]?]
  let sourceCodes: [[UInt32]?]
  /// For each property, its place in each run.
  let propertyPlaces: [[ColumnPlace?]]
  /// For each run in which order its imports came; nil where it has one, or every person has one id.
  private(set) var importOrders: [ImportOrder?]

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
    importOrders = eventRuns.map { _ in nil }
    (properties, propertyPlaces) = mergedColumns(eventRuns.map(\.properties))
    users = SnapshotUsers(eventRuns.map(\.users), rows: eventRuns.map(\.rows)) {
      let (run, base) = (eventRuns[$0], eventRuns[$1])
      return run.derived.places(of: run.users, in: base.users, of: base.derived)
    }
    writes = AttributeWrites(userRuns, users: users)
    attributes = writes.columns
  }

  /// The same rows with ids joined that are one person: groups of ids, apart, each in byte order.
  ///
  /// The first of a group that has events stands for it, with all their events and attributes; of the
  /// others none is left, and all of them lead to it. Cost: O(users) where there is a group.
  package func joining(_ groups: [[String]]) -> RunSnapshot {
    guard !groups.isEmpty else { return self }
    var joined = self
    joined.users = SnapshotUsers(users, joining: groups)
    joined.importOrders = runs.map(\.imports?.order)
    joined.writes = writes.joined(by: joined.users)
    return joined
  }

  /// All ids of a person of several, in byte order; nil where the user has one.
  public func ids(of user: Int) -> [String]? { users.persons[user] }

  /// The persons of several ids, by number: all their ids, in byte order.
  public var persons: [Int: [String]] { users.persons }

  /// No runs at all.
  package static let empty = RunSnapshot(generation: 0, horizon: nil, eventRuns: [], userRuns: [])

  /// Ids with at least one event, in all.
  public var userCount: Int { users.count }

  public func id(of user: Int) -> String {
    String(decoding: users.id(of: user), as: UTF8.self)
  }

  /// The number of an id, or nil where it has no event. Cost: O(log users).
  public func user(_ id: String) -> Int? {
    users.find(id)
  }

  public func userAlone(_ id: String) -> Int? {
    users.find(id, copying: true)
  }

  /// The code of an attribute's value in its column, as of an instant: the last write at or before it,
  /// else the earliest; nil where there is none.
  public func attribute(_ column: Int, of user: Int, asOf instant: Instant) -> UInt32? {
    writes.code(column, of: user, asOf: instant.milliseconds)
  }
}
