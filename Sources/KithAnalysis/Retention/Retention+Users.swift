public import KithSegments
import KithSystem

extension Retention {
  /// Visits the users behind every cell of a group, as `2026-09-28 4`: cohort and distance; and behind the
  /// size of every cohort, `2026-09-28 users`.
  public static func eachUser(
    _ engine: EmbeddedEngine, _ scope: Scope, group: Int, _ question: RetentionQuestion,
    _ visitor: CellVisitor
  ) throws(Cancelled) {
    let (lists, returnsFrom) = try lists(engine, scope, question)
    let moment = engine.moment
    guard let first = firstDay(lists, scope.groups) else { return }
    let calendar = Calendar(
      question.period, from: first, to: moment.day, weekStart: moment.weekStart)
    let most = question.most ?? .max
    for user in 0..<lists.users where scope.groups[user] == group {
      let places = lists.withDays(of: user) { $0.map { calendar.place(of: $0) } }
      guard let cohort = places.first else { continue }
      visitor("\(calendar.starts[cohort]) users", user)
      let returns = places.dropFirst(returnsFrom)
      let distances =
        question.mode == .exact
        ? Set(returns.map { $0 - cohort }).sorted()
        : returns.last.map { Array(0...($0 - cohort)) } ?? []
      for distance in distances where distance <= most {
        visitor("\(calendar.starts[cohort]) \(distance)", user)
      }
    }
  }
}
