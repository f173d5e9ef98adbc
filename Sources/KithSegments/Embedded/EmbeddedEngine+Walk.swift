package import KithStore
import KithSystem

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
    var tally = start()
    var evaluator = RowEvaluator(world: world, frames: frames, columns: Set(properties))
    let slots = properties.map { evaluator.slots[$0] }
    let users = try users(PagePlan(segment: segment))
    for user in users {
      try stopIfCancelled(at: user)
      let history = evaluator.history(of: user, frame)
      guard history.count > 0 else { continue }
      lend(history, slots, user) { visit(&tally, $0) }
    }
    return tally
  }

  private func lend(_ history: History, _ slots: [Int], _ user: Int, _ body: (Visit) -> Void) {
    let rows = history.events.rows.prefix(history.count)
    let numbers = [rows.map { $0.time }, rows.map { $0.value ?? absentMicros }]
    let codes =
      [rows.map { $0.event }, rows.map { $0.source }]
      + slots.map { Array(history.events.codes[$0].prefix(history.count)) }
    let days = history.days.prefix(history.count).map { $0.number }
    withBuffers(numbers[...], []) { (numbers: [UnsafeBufferPointer<Int64>]) in
      withBuffers(codes[...], []) { (codes: [UnsafeBufferPointer<UInt32>]) in
        days.withUnsafeBufferPointer { days in
          body(
            Visit(
              user: user, times: numbers[0], days: days, events: codes[0], sources: codes[1],
              values: numbers[1], properties: Array(codes[2...])))
        }
      }
    }
  }
}

private func withBuffers<Number>(
  _ columns: ArraySlice<[Number]>, _ lent: [UnsafeBufferPointer<Number>],
  _ body: ([UnsafeBufferPointer<Number>]) -> Void
) {
  guard let column = columns.first else { return body(lent) }
  column.withUnsafeBufferPointer { withBuffers(columns.dropFirst(), lent + [$0], body) }
}

/// For each user the calendar days with an event of some kind, up to the moment.
package struct DayLists: Sendable {
  private let ends: [Int]
  private let days: [UInt16]

  /// - Parameters:
  ///   - ends: for each user where the days end, after a 0 in front.
  ///   - days: all days, by ``Day/number``, which fits 16 bits up to 2149.
  init(ends: [Int], days: [UInt16]) {
    self.ends = ends
    self.days = days
  }

  /// Numbers of users, whether they have a day or not.
  package var users: Int { ends.count - 1 }

  /// Lends the days of a user, ascending and distinct, as ``Day/number``; empty where there are none.
  @inline(__always)
  package func withDays<Result>(
    of user: Int, _ body: (UnsafeBufferPointer<UInt16>) -> Result
  ) -> Result {
    days.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[ends[user]..<ends[user + 1]]))
    }
  }
}

extension EmbeddedEngine {
  /// The days on which each user did any of some events; nil: any event that is the user's own doing
  /// (`activity`). By user number, of all users in the snapshot.
  ///
  /// Cost: for `activity` what the store keeps ready, else the events.
  package func activeDays(of events: Set<UInt32>? = nil) throws(Cancelled) -> DayLists {
    let system = isSystem
    let isMeant = system.indices.map { code in
      events.map { $0.contains(UInt32(code)) } ?? !system[code]
    }
    let users = world.snapshot.userCount
    let lists = try walk(
      from: { [(user: Int, days: [UInt16])]() },
      visit: { tally, visit in
        var days: [UInt16] = []
        for row in 0..<visit.count where isMeant[Int(visit.events[row])] {
          let day = UInt16(clamping: visit.days[row])
          if days.last != day { days.append(day) }
        }
        tally.append((visit.user, days))
      }, merge: { $0 += $1 })
    var byUser = Array(repeating: [UInt16](), count: users)
    for (user, days) in lists { byUser[user] = days }
    var ends = [0]
    for days in byUser { ends.append((ends.last ?? 0) + days.count) }
    return DayLists(ends: ends, days: byUser.flatMap { $0 })
  }
}
