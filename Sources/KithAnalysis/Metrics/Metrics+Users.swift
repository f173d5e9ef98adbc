public import KithSegments
import KithStore
import KithSystem

extension Metrics {
  /// Visits the users behind the numbers of every day, as `2026-09-28 dau` and `2026-09-28 payers`. Cost:
  /// the active days.
  public func eachUserOfDays(
    _ engine: EmbeddedEngine, _ scope: Scope, group: Int, _ visitor: CellVisitor
  ) throws(Cancelled) {
    let code = engine.snapshot.eventNames.code(event)
    try engine.activeDays(of: scope.activity).eachCell("dau", scope, group, visitor)
    try engine.activeDays(of: code.map { [$0] } ?? []).eachCell("payers", scope, group, visitor)
  }
}

extension DayLists {
  /// Visits the users of a group on each of their days, as `2026-09-28` and a name.
  func eachCell(_ name: String, _ scope: Scope, _ group: Int, _ visitor: CellVisitor) {
    var names: [UInt16: String] = [:]
    for user in 0..<users where scope.groups[user] == group {
      for number in self[user] {
        let cell = names[number] ?? "\(Day(number: Int32(number))) \(name)"
        names[number] = cell
        visitor(cell, user)
      }
    }
  }
}
