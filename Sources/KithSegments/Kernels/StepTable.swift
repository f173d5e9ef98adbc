import KithStore

/// Which steps of a sequence or a funnel an event may be: a mask for each code of each run.
final class StepTable: @unchecked Sendable {  // never written after init
  /// By run, by code; the last one by the snapshot's codes. Of as many codes as a byte has, at least.
  let masks: [UnsafeBufferPointer<UInt64>]
  /// As many steps as a mask has bits for.
  static let mostSteps = 64

  init(_ steps: [RowChoice], _ columns: Columns) {
    let names = columns.snapshot.eventNames.count
    let counts = columns.runs.map { $0.eventCodes?.count ?? names } + [names]
    masks = counts.enumerated().map { run, count in
      let memory = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: max(256, count))
      memory.initialize(repeating: 0)
      for code in 0..<count {
        for (step, rows) in steps.enumerated() where rows.matches[run].holds(code) {
          memory[code] |= 1 << UInt64(step)
        }
      }
      return UnsafeBufferPointer(memory)
    }
  }

  deinit {
    for table in masks { table.deallocate() }
  }
}

extension RowChoice.Match {
  fileprivate func holds(_ code: Int) -> Bool {
    switch self {
    case .all: true
    case .none: false
    case .code(let wanted): Int(wanted) == code
    case .table(let table): code < table.count && table[code]
    }
  }
}

/// Rows of a user among which a sequence begins or goes on, and until when it may end.
struct StepSlice {
  var rows: Range<Int>
  /// The last start and what may follow it; the largest number where the starts are not known.
  var until: Int64
  /// Whether these are the last of the user's.
  var isLast = true
}

extension Worker {
  /// Visits users of a mask with the rows that can be steps, slice by slice where those of a user in
  /// several runs are in order. Where the first step is rare, only those who did it are visited, and only
  /// from the first time on until the window of the last one ends.
  @inline(__always)
  func slices(
    _ first: RowChoice, _ longest: Int64, _ mask: Mask,
    _ body: (_ place: Int, _ run: RunView, _ index: Int, _ slice: StepSlice) -> Void
  ) {
    let start = users.lowerBound
    let plain = plain(mask)
    if let base = columns.users.base {
      let run = columns.views[base]
      if let postings = first.postings {
        eachPosted(postings, plain) { user, places in
          // Far enough ahead that its rows are there by then: nothing else is waited for here.
          let later = min(places.lowerBound &+ 24, postings.rows.count &- 1)
          run.prefetchTimes(from: Int(postings.rows[later]))
          if let slice = slice(first, postings, places, longest, run, user) {
            body(user &- start, run, base, slice)
          }
        }
      } else {
        plain.forEach { place in
          let all = first.bounded(run, run.rows(of: start &+ place))
          var (begin, last) = (-1, -1)
          first.visit(all, run, base) { row in
            if begin < 0 { begin = row }
            last = row
            return true
          }
          guard begin >= 0 else { return }
          let (until, isLate) = run.times[last].addingReportingOverflow(longest)
          let rows = begin..<all.upperBound
          body(place, run, base, StepSlice(rows: rows, until: isLate ? .max : until))
        }
      }
    }
    mixedSlices(first, longest, mask, body)
  }

  /// Visits the users of the block who have postings and are in a mask of users of the base alone, with
  /// the places of theirs.
  @inline(__always)
  func eachPosted(
    _ postings: Postings, _ plain: Mask, _ body: (_ user: Int, _ places: Range<Int>) -> Void
  ) {
    let (start, end) = (users.lowerBound, users.upperBound)
    var place = postings.users.partitionPoint { Int($0) >= start }
    while place < postings.users.count {
      let user = Int(postings.users[place])
      guard user < end else { break }
      let begin = place
      place &+= 1
      while place < postings.users.count, Int(postings.users[place]) == user { place &+= 1 }
      if plain[user &- start] { body(user, begin..<place) }
    }
  }

  /// The rows of a user of the base from the first of some postings of theirs on; nil where the moment hides
  /// all.
  @inline(__always)
  func slice(
    _ first: RowChoice, _ postings: Postings, _ places: Range<Int>, _ longest: Int64,
    _ run: RunView, _ user: Int
  ) -> StepSlice? {
    let all = run.rows(of: user)
    let row = min(max(Int(postings.rows[places.lowerBound]), all.lowerBound), all.upperBound)
    let rows = first.bounded(run, row..<all.upperBound)
    let (until, isLate) =
      postings.times[places.upperBound &- 1].addingReportingOverflow(longest)
    return rows.isEmpty ? nil : StepSlice(rows: rows, until: isLate ? .max : until)
  }

  /// As ``slices(_:_:_:_:)`` for users of whom several runs have rows.
  @inline(__always)
  func mixedSlices(
    _ first: RowChoice, _ longest: Int64, _ mask: Mask,
    _ body: (_ place: Int, _ run: RunView, _ index: Int, _ slice: StepSlice) -> Void
  ) {
    guard hasMixed else { return }
    var near = 0
    for mixed in columns.mixedPlaces(in: users) {
      let place = offset(ofMixed: mixed)
      guard mask[place], let starts = starts(of: first, mixed, near: &near) else { continue }
      let (until, isLate) = starts.last.addingReportingOverflow(longest)
      let end = isLate ? .max : until
      let slices = columns.mixed.slices(mixed)
      guard areInOrder(slices) else {
        let run = mergedRows(mixed, within: starts.first...end)
        let rows = first.bounded(run, 0..<run.rows)
        body(place, run, columns.runs.count, StepSlice(rows: rows, until: end))
        continue
      }
      for index in starts.slice..<slices.count {
        let slice = slices[index]
        let begin = index == starts.slice ? starts.row : slice.rows.lowerBound
        let run = columns.views[slice.run]
        let rows = first.bounded(run, begin..<slice.rows.upperBound)
        body(
          place, run, slice.run,
          StepSlice(rows: rows, until: end, isLast: index == slices.count &- 1))
      }
    }
  }

  /// The times of the first and of the last of a user's rows that match.
  private struct StepStarts {
    let first: Int64
    let last: Int64
    /// Where the first of them stands, slice by slice.
    let slice: Int
    let row: Int
  }

  /// Where a mixed user's rows match; nil where none does.
  /// - Parameter near: as for ``RowChoice/visitPosted(_:_:_:near:_:)``.
  @inline(__always)
  private func starts(of rows: RowChoice, _ place: Int, near: inout Int) -> StepStarts? {
    var starts: StepStarts?
    for (index, slice) in columns.mixed.slices(place).enumerated() {
      func add(_ row: Int, _ time: Int64) -> Bool {
        let known = starts ?? StepStarts(first: time, last: time, slice: index, row: row)
        starts = StepStarts(
          first: min(known.first, time), last: max(known.last, time), slice: known.slice,
          row: known.row)
        return true
      }
      let run = columns.views[slice.run]
      if slice.run == columns.users.base, rows.postings != nil {
        rows.visitPosted(slice.rows, run, slice.run, near: &near, add)
      } else {
        rows.visit(rows.bounded(run, slice.rows), run, slice.run) { add($0, run.times[$0]) }
      }
    }
    return starts
  }

  /// `sequence`, in one pass: `starts[k]` is the latest start from which k + 1 steps are done by now. A
  /// later start is always as good, since its time runs out later. Cost: a user's events × steps.
  func passSequence(
    _ steps: [RowChoice], _ table: StepTable, _ longest: Int64, _ mask: Mask
  ) -> Mask {
    var possible = mask
    for step in steps where step.postings != nil {
      var tally = AnyTally()
      scan(step, possible, &tally)
      possible = tally.found
    }
    var found = Mask()
    var depth = 0
    withVector { starts in
      slices(steps[0], longest, possible) { place, run, index, slice in
        pass(steps, table.masks[index], longest, run, index, slice, starts, &depth)
        if depth == steps.count { found.insert(place) }
        if slice.isLast { depth = 0 }
      }
    }
    return found
  }

  /// Goes on with the rows of a slice; `depth` is how many steps are done, and `starts` when those began.
  @inline(__always)
  private func pass(
    _ steps: [RowChoice], _ masks: UnsafeBufferPointer<UInt64>, _ longest: Int64,
    _ run: RunView, _ index: Int, _ slice: StepSlice, _ starts: UnsafeMutablePointer<Int64>,
    _ depth: inout Int
  ) {
    guard depth < steps.count else { return }
    for row in slice.rows {
      let code = Int(run.events[row])
      guard code < masks.count, masks[code] != 0 else { continue }
      var bits = masks[code]
      let time = run.times[row]
      if time > slice.until { return }
      // From the deepest step up, so that one event is no two steps.
      while bits != 0 {
        let step = 63 &- bits.leadingZeroBitCount
        bits &= ~(1 &<< UInt64(truncatingIfNeeded: step))
        guard step <= depth, steps[step].passes(row, run, run: index) else { continue }
        if step == 0 {
          starts[0] = time
        } else if time &- starts[step &- 1] <= longest {
          starts[step] = starts[step &- 1]
        } else {
          continue
        }
        depth = max(depth, step &+ 1)
        if depth == steps.count { return }
      }
    }
  }
}
