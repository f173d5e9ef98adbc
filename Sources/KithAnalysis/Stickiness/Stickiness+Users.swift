public import KithSegments
import KithSystem

extension Stickiness {
  /// Visits the users behind the numbers as of D, `dau`, `wau` and `mau`, behind those of the histogram,
  /// `20 days`, and behind the DAU of every day, `2026-09-28 dau`. The WAU and the MAU of an earlier day are
  /// those as of it.
  public static func eachUser(
    _ engine: EmbeddedEngine, _ scope: Scope, group: Int, _ visitor: CellVisitor
  ) throws(Cancelled) {
    let lists = try engine.activeDays(of: scope.activity)
    let day = Int(engine.moment.day.number)
    for user in 0..<lists.users where scope.groups[user] == group {
      let ago = lists.withDays(of: user) { $0.map { day - Int($0) } }
      for (name, length) in [("dau", 1), ("wau", 7), ("mau", 30)]
      where (ago.last ?? .max) < length { visitor(name, user) }
      let inMonth = ago.count { $0 < 30 }
      if inMonth > 0 { visitor(inMonth == 1 ? "1 day" : "\(inMonth) days", user) }
    }
    lists.eachCell("dau", scope, group, visitor)
  }
}
