package import KithStore
import KithSystem
import Synchronization

/// The events of one user up to the moment, column by column, in order of time, then arrival; good
/// until the next user is visited.
package struct Visit {
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
  ///   - properties: columns to read, by their place in ``Snapshot/properties``.
  ///   - start: an empty tally.
  ///   - visit: adds one user to it.
  ///   - merge: adds a later range's tally to an earlier one's.
  /// Cost: the events of the users visited.
  package func walk<Tally: Sendable>(
    _ segment: Segment? = nil, properties: [Int] = [], from start: @Sendable () -> Tally,
    visit: @Sendable (inout Tally, Visit) -> Void, merge: (inout Tally, Tally) -> Void
  ) throws(Cancelled) -> Tally {
    let everyone = try scope.visible()
    let members = segment == nil ? everyone : try members(PagePlan(segment: segment))
    let users = everyone.users
    let parts = world.columns.parts(world.columns.snapshot.eventCount < 1 << 17 ? 1 : Cores.count)
    let tallies = Mutex<[Tally?]>(parts.map { _ in nil })
    let isStopped = Atomic(false)
    Cores.run(parts.count) { part in
      let worker = Worker(scope)
      let reader = VisitReader(worker, properties)
      var tally = start()
      for user in parts[part] where user < users && members.contains(user) {
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

/// Lends the rows of one user after the other; buffers that are used again and again.
private final class VisitReader {
  private let worker: Worker
  private let columns: Columns
  private let wanted: [Int]
  private var days: [Int32] = []
  private var events: [UInt32] = []
  private var sources: [UInt32] = []
  private var values: [Int64] = []
  private var properties: [[UInt32]]
  private var reader: DayReader

  init(_ worker: Worker, _ properties: [Int]) {
    self.worker = worker
    columns = worker.columns
    wanted = properties
    self.properties = properties.map { _ in [] }
    reader = DayReader(worker.times.zone)
  }

  func lend(_ user: Int, _ body: (Visit) -> Void) {
    if let base = columns.users.base, columns.users.isPlain(user) {
      let run = columns.runs[base]
      lend(user, run, run.rows(of: user), body)
    } else {
      worker.withMergedRows(of: user) { lend(user, $0, 0..<$0.rows, body) }
    }
  }

  private func lend(_ user: Int, _ run: RunColumns, _ all: Range<Int>, _ body: (Visit) -> Void) {
    var rows = all
    if !worker.times.seesAll {
      let instant = worker.times.instant
      rows = all.lowerBound..<run.firstRow(in: all) { $0 > instant }
    }
    days.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    for row in rows {
      days.append(reader.day(of: run.times[row]))
      values.append(run.value(row))
    }
    run.events.copy(rows, run.eventCodes, to: &events)
    run.sources.copy(rows, run.sourceCodes, to: &sources)
    for (slot, property) in wanted.enumerated() {
      guard let codes = run.properties[property] else {
        properties[slot] = [UInt32](repeating: absentCode, count: rows.count)
        continue
      }
      codes.copy(rows, run.propertyCodes[property], to: &properties[slot])
    }
    let times = UnsafeBufferPointer(start: run.times + rows.lowerBound, count: rows.count)
    days.withUnsafeBufferPointer { days in
      events.withUnsafeBufferPointer { events in
        sources.withUnsafeBufferPointer { sources in
          values.withUnsafeBufferPointer { values in
            withBuffers(properties[...], []) { properties in
              body(
                Visit(
                  user: user, times: times, days: days, events: events, sources: sources,
                  values: values, properties: properties))
            }
          }
        }
      }
    }
  }
}

extension CodeView {
  /// Some rows' codes as the snapshot's.
  fileprivate func copy(_ rows: Range<Int>, _ translation: [UInt32]?, to codes: inout [UInt32]) {
    codes.removeAll(keepingCapacity: true)
    guard let translation else {
      for row in rows { codes.append(self[row]) }
      return
    }
    for row in rows {
      let code = Int(self[row])
      codes.append(code < translation.count ? translation[code] : absentCode)
    }
  }
}

private func withBuffers(
  _ columns: ArraySlice<[UInt32]>, _ lent: [UnsafeBufferPointer<UInt32>],
  _ body: ([UnsafeBufferPointer<UInt32>]) -> Void
) {
  guard let column = columns.first else { return body(lent) }
  column.withUnsafeBufferPointer { withBuffers(columns.dropFirst(), lent + [$0], body) }
}

/// For each user the calendar days with an event of some kind, up to the moment.
package struct DayLists: Sendable {
  private enum Kind: Sendable {
    /// As the store keeps them.
    case kept(RunDays.List)
    case made(ends: [Int], days: [UInt16])
  }
  private let kind: Kind
  /// Numbers of users, whether they have a day or not.
  package let users: Int

  init(kept list: RunDays.List, users: Int) {
    kind = .kept(list)
    self.users = users
  }

  /// - Parameters:
  ///   - ends: for each user where the days end, after a 0 in front.
  ///   - days: all days, by ``Day/number``, which fits 16 bits up to 2149.
  package init(ends: [Int], days: [UInt16]) {
    kind = .made(ends: ends, days: days)
    users = ends.count - 1
  }

  /// Lends the days of a user, ascending and distinct, as ``Day/number``; empty where there are none.
  @inline(__always)
  package func withDays<Result>(
    of user: Int, _ body: (UnsafeBufferPointer<UInt16>) -> Result
  ) -> Result {
    switch kind {
    case .kept(let list): return body(list[user])
    case .made(let ends, let days):
      return days.withUnsafeBufferPointer {
        body(UnsafeBufferPointer(rebasing: $0[ends[user]..<ends[user + 1]]))
      }
    }
  }
}

extension EmbeddedEngine {
  /// The days on which each user did any of some events; nil: any event that is the user's own doing
  /// (`activity`). By user number, of all users in the snapshot.
  ///
  /// Cost: nothing for `activity` where the store keeps it, else the events.
  package func activeDays(of events: Set<UInt32>? = nil) throws(Cancelled) -> DayLists {
    let columns = world.columns(makingDays: events == nil)
    if events == nil, columns.hasPlainDays, let days = columns.days {
      if scope.times.seesAll, columns.users.mixed.isEmpty {
        return DayLists(kept: days.activity, users: columns.users.count)
      }
      return try keptDays(columns)
    }
    let system = isSystem
    let isMeant = system.indices.map { code in
      events.map { $0.contains(UInt32(code)) } ?? !system[code]
    }
    let found = try walk(
      from: { FoundDays() },
      visit: { found, visit in
        var last = -1
        for row in 0..<visit.count where isMeant[Int(visit.events[row])] {
          let day = Int(visit.days[row])
          if day == last { continue }
          found.days.append(UInt16(clamping: day))
          last = day
        }
        if last >= 0 { found.ends.append((visit.user, found.days.count)) }
      }, merge: { $0.append($1) })
    return found.lists(users: columns.users.count)
  }

  /// The lists of days with what the moment hides and what other runs have.
  private func keptDays(_ columns: Columns) throws(Cancelled) -> DayLists {
    let everyone = try scope.visible()
    let blocks = try Workers.collect(scope, everyone) { (worker, mask, found: inout [FoundDays]) in
      var days = FoundDays()
      mask.forEach { place in
        let user = worker.users.lowerBound + place
        worker.withDays(user, own: true) { days.days += $0 }
        days.ends.append((user, days.days.count))
      }
      found.append(days)
    }
    var all = FoundDays()
    for block in blocks { for days in block { all.append(days) } }
    return all.lists(users: columns.users.count)
  }
}

/// Days of some users, in order of their numbers.
private struct FoundDays: Sendable {
  var ends: [(user: Int, end: Int)] = []
  var days: [UInt16] = []

  mutating func append(_ other: FoundDays) {
    let before = days.count
    for entry in other.ends { ends.append((entry.user, entry.end + before)) }
    days += other.days
  }

  func lists(users: Int) -> DayLists {
    var all = [Int](repeating: 0, count: users + 1)
    var next = ends[...]
    var end = 0
    for user in 0..<users {
      if let entry = next.first, entry.user == user {
        end = entry.end
        next = next.dropFirst()
      }
      all[user + 1] = end
    }
    return DayLists(ends: all, days: days)
  }
}
