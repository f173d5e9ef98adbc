/// Which runs become one after an import.
///
/// From the last run back, those before it join for as long as the next is not more than `share` times
/// as large as all that joined. So each run is more than `share` times as large as everything after it:
/// there are at most 1 + log(N) / log(share + 1) of them, nine for fifty million rows. A row is written
/// again only when its run grows by an eighth at least, so O(log N) times in all; an import beside a
/// large base costs what it brings. A larger share would keep more rows beside the base, which readers
/// have to merge; a smaller one would write the base more often.
enum FoldRule {
  static let share = 8

  /// How many of the last runs become one, by the rows of all in order of arrival; 0 where none do.
  static func count(_ rows: [Int]) -> Int {
    guard var sum = rows.last else { return 0 }
    var joined = 1
    for rows in rows.dropLast().reversed() {
      guard joined < RowPlan.sourcesMax, rows <= sum * share else { break }
      sum += rows
      joined += 1
    }
    return joined > 1 ? joined : 0
  }
}
