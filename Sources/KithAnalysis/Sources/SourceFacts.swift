import KithSegments
import KithStore
import KithSystem

/// What is known of each user for ``SourceQuality``, by user number.
struct SourceFacts {
  let users: Int
  /// The first source that is not empty, or ``absentCode``.
  let sources: [UInt32]
  /// On the first of these days they registered; without any they are not counted.
  private let registrations: DayLists
  private let active: DayLists
  /// How many, and their value in millionths.
  private let conversions: UserTable<(count: Int, value: Int128)>
  /// Days after the registration that are asked for.
  private let days: [Int]
  private let today: Int

  init(
    _ engine: EmbeddedEngine, _ scope: Scope, _ register: String?, _ conversion: String?,
    _ days: [Int]
  ) throws(Cancelled) {
    let names = engine.snapshot.eventNames
    users = engine.snapshot.userCount
    sources = try engine.firstSources()
    if let register {
      registrations = try engine.activeDays(of: Set([names.code(register)].compactMap(\.self)))
    } else {
      registrations = try engine.eventDays()
    }
    active = try engine.activeDays(of: scope.activity)
    conversions = UserTable(users, repeating: (0, 0))
    if let code = conversion.flatMap({ names.code($0) }) {
      let conversions = conversions
      try engine.visit(doing: [code], reading: .values) { visit in
        let value = visit.values.reduce(Int128(0)) { $1 == absentMicros ? $0 : $0 + Int128($1) }
        conversions[visit.user] = (visit.count, value)
      }
    }
    self.days = days
    today = Int(engine.moment.day.number)
  }

  /// Adds a user to the row of their source; false where they never registered.
  func add(_ user: Int, to row: inout SourceQuality.Row) -> Bool {
    guard let registered = registration(of: user) else { return false }
    let active = active[user]
    row.registered += 1
    if isActivated(active, registered) { row.activated += 1 }
    if conversions[user].count > 0 { row.converted += 1 }
    row.value += conversions[user].value
    for (place, days) in days.enumerated() {
      guard let kept = isKept(active, registered, days) else { continue }
      row.kept[place].eligible += 1
      if kept.onDay { row.kept[place].onDay += 1 }
      if kept.within { row.kept[place].within += 1 }
    }
    return true
  }

  /// The numbers of their source's row that a user counts in, as the columns name them.
  func names(of user: Int) -> [String] {
    guard let registered = registration(of: user) else { return [] }
    let active = active[user]
    var names = isActivated(active, registered) ? ["activated"] : []
    for days in days {
      guard let kept = isKept(active, registered, days) else { continue }
      if kept.onDay { names.append("day \(days)") }
      if kept.within { names.append("to day \(days)") }
    }
    return conversions[user].count > 0 ? names + ["converted"] : names
  }

  @inline(__always)
  private func registration(of user: Int) -> Int? { registrations[user].first.map { Int($0) } }

  @inline(__always)
  private func isActivated(_ active: UnsafeBufferPointer<UInt16>, _ registered: Int) -> Bool {
    active.contains { Int($0) != registered }
  }

  /// Nil where so many days after the registration are not over.
  @inline(__always)
  private func isKept(
    _ active: UnsafeBufferPointer<UInt16>, _ registered: Int, _ days: Int
  ) -> (onDay: Bool, within: Bool)? {
    let last = registered + days
    guard last <= today else { return nil }
    return (
      active.contains { Int($0) == last },
      active.contains { Int($0) > registered && Int($0) <= last }
    )
  }
}
