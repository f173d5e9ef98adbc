import KithStore
import KithSystem

/// For each user the calendar days with an event of some kind, up to the moment.
package struct DayLists: @unchecked Sendable {  // memory that is never written after init
  /// The lists as loops read them; good as long as this value is held.
  package let table: DayTable
  private let owner: [AnyObject]
  /// Numbers of users, whether they have a day or not.
  package let users: Int

  /// As the store keeps them.
  init(kept tables: DayTables, own: Bool, users: Int) {
    table = tables[own: own]
    owner = [tables]
    self.users = users
  }

  /// - Parameters:
  ///   - ends: for each user where the days end, after a 0 in front.
  ///   - days: all days, by ``Day/number``, which fits 16 bits up to 2149.
  package init(ends: [Int], days: [UInt16]) {
    let memory = (Kept(ends.lazy.map { UInt32(clamping: $0) }), Kept(days))
    table = DayTable(ends: memory.0.all, days: memory.1.all)
    owner = [memory.0, memory.1]
    users = ends.count - 1
  }

  /// Lends the days of a user, ascending and distinct, as ``Day/number``; empty where there are none.
  package func withDays<Result>(
    of user: Int, _ body: (UnsafeBufferPointer<UInt16>) -> Result
  ) -> Result {
    body(table[user])
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
        let start = found.days.count
        var last = -1
        var goesBack = false
        for day in visit.days {
          if Int(day) == last { continue }
          found.days.append(UInt16(clamping: day))
          goesBack = goesBack || Int(day) < last
          last = Int(day)
        }
        if goesBack { found.sort(from: start) }
        if last >= 0 { found.ends.append((visit.user, found.days.count)) }
      }, merge: { $0.append($1) })
    return found.lists(users: world.columns.users.count)
  }

  /// The lists of days that the store keeps, without what the moment hides; nil where it keeps none.
  private func keptDays(own: Bool) throws(Cancelled) -> DayLists? {
    let columns = world.columns
    guard columns.hasPlainDays, let days = columns.days else { return nil }
    if scope.times.seesAll { return DayLists(kept: days, own: own, users: columns.users.count) }
    let everyone = try scope.visible()
    let blocks = try Workers.collect(scope, everyone) { (worker, mask, found: inout [FoundDays]) in
      var days = FoundDays()
      mask.forEach { place in
        let user = worker.users.lowerBound + place
        days.days += worker.days(of: user, own: own)
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

  /// Where clocks went back over midnight, a day comes twice.
  mutating func sort(from start: Int) {
    let distinct = Set(days[start...]).sorted()
    days.replaceSubrange(start..., with: distinct)
  }

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
