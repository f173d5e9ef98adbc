public import KithSegments
import KithSystem

extension Growth {
  /// Visits the users behind every number of a group's rows, as `2026-10-05 new`. Cost: the active days.
  public static func eachUser(
    _ engine: EmbeddedEngine, _ scope: Scope, group: Int, period: Period, new: Newness, last: Int?,
    _ visitor: CellVisitor
  ) throws(Cancelled) {
    let lists = try engine.activeDays(of: scope.activity)
    let seen = new == .seen ? try engine.activeDays(of: everyEvent(of: engine)) : lists
    let moment = engine.moment
    guard let first = firstDay(lists, scope.groups) else { return }
    let calendar = Calendar(period, from: first, to: moment.day, weekStart: moment.weekStart)
    let start = last.map { max(Int(moment.day.number) - $0 + 1, calendar.base) } ?? calendar.base
    let from = calendar.place(of: start)
    for user in 0..<lists.users where scope.groups[user] == group {
      let newIn = seen.withDays(of: user) { days -> Int in
        guard let first = days.first, Int(first) >= calendar.base else { return -1 }
        return calendar.place(of: first)
      }
      let active = lists.withDays(of: user) { Set($0.map { calendar.place(of: $0) }) }
      guard let earliest = active.min() else { continue }
      for place in max(from, earliest)..<calendar.count {
        let state: String
        if active.contains(place) {
          let isBack = active.contains(place - 1)
          state = place == newIn ? "new" : isBack ? "returning" : "resurrecting"
        } else if active.contains(place - 1) {
          state = "dormant"
        } else {
          continue
        }
        visitor("\(calendar.starts[place]) \(state)", user)
      }
    }
  }
}
