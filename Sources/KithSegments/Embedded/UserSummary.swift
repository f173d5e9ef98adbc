import KithStore
import KithSystem

/// What a user's events come to at the engine's moment, apart from every decision.
struct UserSummary: Sendable {
  /// Zero for an id whose first event is yet to come: no user.
  var events = 0
  var first: Int64 = 0
  var last: Int64 = 0
  var value: Exact = .zero
  var days30d = 0
  var source: UInt32 = absentCode
  var rhythmDays: Int?

  init() {}

  init(_ history: History) {
    events = history.count
    let rows = history.events.rows.prefix(history.count)
    guard let first = rows.first, let last = rows.last else { return }
    self.first = first.time
    self.last = last.time
    for row in rows {
      if let micros = row.value { value = value + Exact(micros: micros) }
      if source == absentCode { source = row.source }
    }
    let today = history.frame.day.number
    days30d = history.activeDays.count { (0..<30).contains(today - $0.number) }
    rhythmDays = history.rhythmDays
  }
}
