public import KithSegments
import KithSystem

extension Stickiness {
  /// Visits the users behind the numbers as of D, `dau`, `wau` and `mau`, and behind those of the
  /// histogram, `20 days`.
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
  }
}
