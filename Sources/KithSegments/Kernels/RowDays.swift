import KithStore

/// The days with an event of one user after the other, found in the rows: for a few users that takes less
/// than to open the lists of everyone. As those, they are of any event, or of the user's own doing.
final class RowDays {
  private final class Known {
    var user = -1
    var kept: Kept<UInt16>?
    /// The rows that count; none where no row can.
    var rows: RowChoice??
  }
  private let own = Known()
  private let any = Known()

  /// The visible days of a user, ascending; good until another user's are asked for. Cost: the user's
  /// rows, the first time.
  func days(of user: Int, own isOwn: Bool, _ worker: Worker) -> UnsafeBufferPointer<UInt16> {
    let known = isOwn ? own : any
    if known.user != user { find(user, isOwn, worker, known) }
    return known.kept?.all ?? UnsafeBufferPointer(start: nil, count: 0)
  }

  private func find(_ user: Int, _ isOwn: Bool, _ worker: Worker, _ known: Known) {
    known.user = user
    known.kept = nil
    let rows: RowChoice?
    if let made = known.rows {
      rows = made
    } else {
      rows = RowChoice(Selection(isOwn ? .activity : .any), worker.columns, worker.times)
      known.rows = .some(rows)
    }
    guard let rows else { return }
    var reader = DayReader(worker.times.zone)
    var days: [UInt16] = []
    var last = -1
    let base = worker.columns.users.base ?? 0
    worker.withRows(of: user) { run, all, codes in
      let index = codes == nil ? worker.columns.runs.count : base
      let bounded = rows.bounded(run, all)
      var row = bounded.lowerBound
      while row < bounded.upperBound {
        var found: Int?
        rows.visit(row..<bounded.upperBound, run, index) {
          found = $0
          return false
        }
        guard let first = found else { return }
        let day = Int(reader.day(of: run.times[first]))
        if day != last { days.append(UInt16(clamping: day)) }
        last = day
        // Times ascend: within the day that was found there is nothing to do.
        let end = reader.end
        row = run.firstNearRow(in: (first + 1)..<bounded.upperBound) { $0 >= end }
      }
    }
    known.kept = Kept(days)
  }
}
