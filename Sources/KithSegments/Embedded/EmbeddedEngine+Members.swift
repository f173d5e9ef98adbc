import KithStore

/// Who is where, by user number: what analyses split and narrow by.
extension EmbeddedEngine {
  /// The numbers of a segment's users, ascending; nil: of everyone with an event up to the moment.
  package func members(of segment: Segment?) throws(Cancelled) -> [Int] {
    try users(PagePlan(segment: segment))
  }

  /// For each user the place of their stage in ``stageNames``; -1 where they have no event yet.
  package func stagePlaces() throws(Cancelled) -> [Int] {
    let standings = try scope.standings()
    let everyone = try scope.visible()
    return (0..<world.snapshot.userCount).map { user in
      everyone.contains(user) ? Int(standings.stages[user]) : -1
    }
  }

  /// The code of an attribute's value in its column at the moment, or ``absentCode``.
  package func attributeCode(_ column: Int, of user: Int) -> UInt32 {
    snapshot.attribute(column, of: user, asOf: moment.instant) ?? absentCode
  }
}
