import KithStore

/// The days with an event of one user after the other, found in the rows: for a few users that takes less
/// than to open the lists of everyone. As those, they are of any event, or of the user's own doing.
///
/// They are found from the latest on, as far back as was asked: most questions are about the last weeks of
/// a user who may have been here for years.
final class RowDays {
  private let own = Known(Selection(.activity))
  private let any = Known(Selection(.any))

  /// The visible days of a user from a day on, and the last one before it, ascending; good until this is
  /// asked again. Cost: O(days log rows of a day), once for each day.
  func days(
    of user: Int, own isOwn: Bool, from day: Int, _ worker: Worker
  ) -> UnsafeBufferPointer<UInt16> {
    let known = isOwn ? own : any
    known.find(user, from: day, worker)
    return known.days
  }

  private final class Known {
    private let selection: Selection
    /// The rows that count; none where no row can.
    private var choice: RowChoice??
    private var user = -1
    /// Days are written from the end of the memory on; there are no more of them than rows, nor than numbers.
    private var memory = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: 1 << 10)
    private var first = 1 << 10
    /// Rows that were not looked at yet; the days they are on are earlier.
    private var rest = 0..<0

    private static let most = Int(UInt16.max) + 1

    init(_ selection: Selection) { self.selection = selection }

    deinit { memory.deallocate() }

    var days: UnsafeBufferPointer<UInt16> {
      UnsafeBufferPointer(rebasing: memory[first...])
    }

    func find(_ wanted: Int, from day: Int, _ worker: Worker) {
      let isNew = wanted != user
      if !isNew, rest.isEmpty || first < memory.count && Int(memory[first]) < day { return }
      guard let rows = rows(worker) else { return }
      worker.withRows(of: wanted) { run, all, codes in
        if isNew {
          user = wanted
          makeRoom(for: all.count)
          rest = rows.bounded(run, all)
        }
        let base = worker.columns.users.base ?? 0
        let index = codes == nil ? worker.columns.runs.count : base
        // Merged rows stay no longer than this.
        extend(rows, run, index, from: codes == nil ? 0 : day, DayReader(worker.times.zone))
      }
    }

    private func makeRoom(for rows: Int) {
      if memory.count < min(rows, Known.most) {
        memory.deallocate()
        memory = .allocate(capacity: min(max(rows, memory.count * 2), Known.most))
      }
      first = memory.count
    }

    private func rows(_ worker: Worker) -> RowChoice? {
      if let choice { return choice }
      let made = RowChoice(selection, worker.columns, worker.times)
      choice = .some(made)
      return made
    }

    private func extend(
      _ rows: RowChoice, _ run: RunView, _ index: Int, from day: Int, _ reader: DayReader
    ) {
      var reader = reader
      while !rest.isEmpty, first == memory.count || Int(memory[first]) >= day {
        var found: Int?
        rows.visit(rest.reversed(), run, index) {
          found = $0
          return false
        }
        guard let row = found else {
          rest = 0..<0
          return
        }
        let number = UInt16(clamping: reader.day(of: run.times[row]))
        if first == memory.count || memory[first] != number {
          guard first > 0 else { return }
          first -= 1
          memory[first] = number
        }
        // Times ascend: within the day that was found there is nothing more to do.
        let start = reader.start
        rest = rest.lowerBound..<run.lastNearRow(in: rest.lowerBound..<row) { $0 >= start }
      }
    }
  }
}
