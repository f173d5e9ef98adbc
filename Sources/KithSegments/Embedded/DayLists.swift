import KithStore
import KithSystem

/// For each user the calendar days with an event of some kind, up to the moment.
package struct DayLists: @unchecked Sendable {  // memory that is never written after init
  /// User `u` has the days `days[ends[u]..<ends[u + 1]]`, the ends being held against the days.
  package let ends: UnsafeBufferPointer<UInt32>
  package let days: UnsafeBufferPointer<UInt16>
  private let owner: any Sendable
  /// Numbers of users, whether they have a day or not.
  package let users: Int

  /// As the store keeps them.
  init(kept list: RunDays.List, users: Int) {
    ends = list.ends
    days = list.days
    owner = list
    self.users = users
  }

  /// - Parameters:
  ///   - ends: for each user where the days end, after a 0 in front.
  ///   - days: all days, by ``Day/number``, which fits 16 bits up to 2149.
  package init(ends: [Int], days: [UInt16]) {
    let memory = OwnDays(ends, days)
    self.ends = UnsafeBufferPointer(memory.ends)
    self.days = UnsafeBufferPointer(memory.days)
    owner = memory
    users = ends.count - 1
  }

  /// Lends the days of a user, ascending and distinct, as ``Day/number``; empty where there are none.
  package func withDays<Result>(
    of user: Int, _ body: (UnsafeBufferPointer<UInt16>) -> Result
  ) -> Result {
    let start = min(Int(ends[user]), days.count)
    let end = min(max(start, Int(ends[user + 1])), days.count)
    return body(UnsafeBufferPointer(rebasing: days[start..<end]))
  }
}

/// Days that are kept nowhere else.
private final class OwnDays: @unchecked Sendable {  // never written after init
  let ends: UnsafeMutableBufferPointer<UInt32>
  let days: UnsafeMutableBufferPointer<UInt16>

  init(_ ends: [Int], _ days: [UInt16]) {
    self.ends = .allocate(capacity: ends.count)
    self.days = .allocate(capacity: days.count)
    _ = self.ends.initialize(from: ends.lazy.map { UInt32(clamping: $0) })
    _ = self.days.initialize(from: days)
  }

  deinit {
    ends.deallocate()
    days.deallocate()
  }
}

extension EmbeddedEngine {
  /// The days on which each user did any of some events; nil: any event that is the user's own doing
  /// (`activity`). By user number, of all users in the snapshot.
  ///
  /// Cost: nothing for `activity` where the store keeps it, else the events.
  package func activeDays(of events: Set<UInt32>? = nil) throws(Cancelled) -> DayLists {
    if events == nil, let kept = try keptDays(own: true) { return kept }
    let system = isSystem
    return try readDays(
      events
        ?? (system.contains(true)
          ? Set(system.indices.filter { !system[$0] }.map(UInt32.init)) : nil))
  }

  /// The days on which each user did anything, or anything happened to them. Cost: as
  /// ``activeDays(of:)``.
  package func eventDays() throws(Cancelled) -> DayLists {
    if let kept = try keptDays(own: false) { return kept }
    return try readDays(nil)
  }

  /// The days with some events; nil: with any.
  private func readDays(_ events: Set<UInt32>?) throws(Cancelled) -> DayLists {
    let found = try walk(
      doing: events, reading: .days, from: { FoundDays() },
      visit: { found, visit in
        var last = -1
        for day in visit.days {
          if Int(day) == last { continue }
          found.days.append(UInt16(clamping: day))
          last = Int(day)
        }
        if last >= 0 { found.ends.append((visit.user, found.days.count)) }
      }, merge: { $0.append($1) })
    return found.lists(users: world.columns.users.count)
  }

  /// The lists of days that the store keeps, with what the moment hides and what other runs have; nil
  /// where it keeps none.
  private func keptDays(own: Bool) throws(Cancelled) -> DayLists? {
    let columns = world.columns(makingDays: true)
    guard columns.hasPlainDays, let days = columns.days else { return nil }
    if scope.times.seesAll, columns.users.mixed.isEmpty {
      return DayLists(kept: own ? days.activity : days.any, users: columns.users.count)
    }
    let everyone = try scope.visible()
    let blocks = try Workers.collect(scope, everyone) { (worker, mask, found: inout [FoundDays]) in
      var days = FoundDays()
      mask.forEach { place in
        let user = worker.users.lowerBound + place
        worker.withDays(user, own: own) { days.days += $0 }
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
