package import KithStore
import KithSystem
import Synchronization

/// The events of one user up to the moment, column by column, in order of time, then arrival; good
/// until the next user is visited.
package struct Visit {
  /// What is read of each event apart from its time and its name; the rest of a visit is empty.
  package struct Parts: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
    package static let days = Parts(rawValue: 1)
    package static let sources = Parts(rawValue: 2)
    package static let values = Parts(rawValue: 4)
  }

  /// The user's number in the snapshot.
  package let user: Int
  /// Milliseconds since 1970.
  package let times: UnsafeBufferPointer<Int64>
  /// The calendar day of each event in the zone in force, by ``Day/number``.
  package let days: UnsafeBufferPointer<Int32>
  /// Codes in ``Snapshot/eventNames``.
  package let events: UnsafeBufferPointer<UInt32>
  /// Codes in ``Snapshot/sources``, or ``absentCode``.
  package let sources: UnsafeBufferPointer<UInt32>
  /// Millionths, or ``absentMicros`` where empty.
  package let values: UnsafeBufferPointer<Int64>
  /// For each property that was asked for, in that order, its code in the column, or ``absentCode``.
  package let properties: [UnsafeBufferPointer<UInt32>]

  package var count: Int { times.count }
}

/// Stands for an empty value in a ``Visit``; far below what a value may be.
package let absentMicros = Int64.min

extension EmbeddedEngine {
  package var snapshot: any Snapshot { world.snapshot }

  /// By event code: whether kith.yaml says that it is the system's doing, so that it is no activity.
  package var isSystem: [Bool] { world.schema.isSystem }

  /// Visits every user with an event up to the moment, or those of a segment, on all cores.
  ///
  /// Users are cut into ranges; each range has a tally of its own, and tallies are merged in order of
  /// the ranges, so that the answer never depends on the number of cores.
  ///
  /// - Parameters:
  ///   - events: where it is given, only these are visited, and users who did none of them are not.
  ///   - firstDays: where it is given, only the events of a user's first so many calendar days are visited.
  ///   - parts: what is read, times and events apart.
  ///   - properties: columns to read, by their place in ``Snapshot/properties``.
  ///   - start: an empty tally.
  ///   - visit: adds one user to it.
  ///   - merge: adds a later range's tally to an earlier one's.
  /// Cost: the events of the users visited.
  package func walk<Tally: Sendable>(
    _ segment: Segment? = nil, doing events: Set<UInt32>? = nil, firstDays: Int32? = nil,
    reading parts: Visit.Parts, properties: [Int] = [],
    from start: @Sendable () -> Tally,
    visit: @Sendable (inout Tally, Visit) -> Void, merge: (inout Tally, Tally) -> Void
  ) throws(Cancelled) -> Tally {
    let everyone = try scope.visible()
    let members = segment == nil ? everyone : try members(PagePlan(segment: segment))
    let users = everyone.users
    let doers = events.flatMap { world.columns.users(doing: $0) }
    let ranges = world.columns.parts(world.columns.snapshot.eventCount < 1 << 17 ? 1 : Cores.count)
    let tallies = Mutex<[Tally?]>(ranges.map { _ in nil })
    let choice = VisitChoice(world.columns, events: events, firstDays: firstDays)
    let isStopped = Atomic(false)
    Cores.run(ranges.count) { part in
      let worker = Worker(scope)
      let reader = VisitReader(worker, parts, properties, choice)
      var tally = start()
      for user in ranges[part] where user < users && members.contains(user) {
        if let doers, !doers.contains(user) { continue }
        // The caller's thread alone knows whether the answer is still wanted.
        if user & 255 == 0, part == 0, Task.isCancelled {
          isStopped.store(true, ordering: .relaxed)
        }
        if user & 255 == 0, isStopped.load(ordering: .relaxed) { return }
        reader.lend(user) { visit(&tally, $0) }
      }
      let made = tally
      tallies.withLock { $0[part] = made }
    }
    if isStopped.load(ordering: .relaxed) { throw Cancelled() }
    var all = start()
    for case .some(let tally) in tallies.withLock({ $0 }) { merge(&all, tally) }
    return all
  }
}

extension Columns {
  /// All users cut into ranges with nearly as many rows each.
  func parts(_ count: Int) -> [Range<Int>] {
    guard let base, count > 1 else { return [0..<users.count] }
    var parts = base.parts(count)
    if let last = parts.popLast() { parts.append(last.lowerBound..<users.count) }
    return parts
  }
}

extension Columns {
  /// Users who did any of some events, or may have; nil where postings do not tell.
  func users(doing events: Set<UInt32>) -> UserSet? {
    guard let base = users.base else { return nil }
    let doers = UserSet(users: users.count)
    for event in events {
      let code = runs[base].eventCodes.map { $0.firstIndex(of: event) } ?? Int(event)
      guard let code else { continue }
      guard let postings = index?.postings(code) else { return nil }
      for user in postings.users { doers.insert(Int(user)) }
    }
    for user in users.mixed.users { doers.insert(Int(user)) }
    return doers
  }
}
