import KithStore
import KithSystem

/// Lends the step rows of one user after the other, in memory that is used again and again.
struct StepReader: ~Copyable {
  private let worker: Worker
  private let steps: [RowChoice]
  private let table: StepTable
  private let window: Int64
  /// One bit for each step.
  private let everyStep: UInt64
  /// The rare steps but the first.
  private let rare: UnsafeMutableBufferPointer<(step: UInt64, posted: PostedRows)>
  /// The second step's byte in the column of the base's events, if it is one.
  private var second: UInt8?
  /// The steps of the present user, as far as they were read.
  private var count = 0
  private var capacity = 1024
  private var times = UnsafeMutablePointer<Int64>.allocate(capacity: 1024)
  private var masks = UnsafeMutablePointer<UInt64>.allocate(capacity: 1024)
  private let waiting = UnsafeMutablePointer<Waiting>.allocate(capacity: Mask.size)

  /// - Parameter window: in milliseconds from the first step.
  init(_ worker: Worker, _ steps: [RowChoice], _ table: StepTable, _ window: Int64) {
    self.worker = worker
    self.steps = steps
    self.table = table
    self.window = window
    everyStep = steps.count < 64 ? (1 << UInt64(steps.count)) - 1 : .max
    let rare = steps.enumerated().dropFirst().compactMap { step, rows in
      rows.postings.map { (step: UInt64(step), posted: PostedRows($0)) }
    }
    self.rare = .allocate(capacity: rare.count)
    _ = self.rare.initialize(from: rare)
    if steps.count > 1 { second = steps[1].byte(of: worker.columns) }
  }

  deinit {
    times.deallocate()
    masks.deallocate()
    waiting.deallocate()
    rare.deallocate()
  }

  /// Lends the rows of users of the worker's block.
  @inline(__always)
  mutating func lend(_ mask: Mask, _ body: (StepVisit) -> Void) {
    guard let postings = steps[0].postings, let base = worker.columns.users.base else {
      return worker.slices(steps[0], window, mask) { lend($0, $1, $2, $3, body) }
    }
    lendPosted(postings, base, worker.plain(mask), body)
    worker.mixedSlices(steps[0], window, mask) { lend($0, $1, $2, $3, body) }
  }

  /// The steps that a user of the base can have come to within some instants, one bit each.
  @inline(__always)
  private func possible(_ user: Int, _ first: Int64, _ last: Int64) -> UInt64 {
    for place in 0..<rare.count where !rare[place].posted.has(user, from: first, until: last) {
      return (1 &<< rare[place].step) &- 1
    }
    return everyStep
  }

  /// A user of the block whose times are read once all were asked for.
  private struct Waiting {
    /// Their first posting of the first step, and how many they have.
    var place: Int
    var count: Int32
    /// The only row that can be the second step; -1 where that takes a look at all rows.
    var second: Int
    var user: Int
  }

  /// Lends users of the base alone where the first step is rare.
  ///
  /// Most users of a funnel do the first step once, and after it at most the second in time. Postings and
  /// the names of the rows after it tell that nearly whole: of such a user's times one is read, and asked
  /// for ahead.
  @inline(__always)
  private mutating func lendPosted(
    _ postings: Postings, _ base: Int, _ plain: Mask, _ body: (StepVisit) -> Void
  ) {
    let (run, instant) = (worker.columns.views[base], worker.times.instant)
    let last = postings.rows.count &- 1
    var (count, mapped) = (0, UInt(0))
    worker.eachPosted(postings, plain) { user, places in
      run.prefetchEvents(from: Int(postings.rows[min(places.lowerBound &+ 16, last)]))
      let start = postings.times[places.lowerBound]
      guard start <= instant else { return }
      let (end, isLate) = postings.times[places.upperBound &- 1].addingReportingOverflow(window)
      let wanted = possible(user, start, isLate ? .max : end)
      let row = Int(postings.rows[places.lowerBound])
      guard places.count == 1, wanted & ~3 == 0 else {
        run.prefetchTime(min(row, run.rows &- 1), &mapped)
        waiting[count] = Waiting(
          place: places.lowerBound, count: Int32(places.count), second: -1, user: user)
        count &+= 1
        return
      }
      let second = wanted & 2 == 0 ? -1 : secondStep(of: user, after: row, run, base)
      guard second >= 0 else { return lend(user, start, nil, body) }
      run.prefetchTime(second, &mapped)
      waiting[count] = Waiting(place: places.lowerBound, count: 1, second: second, user: user)
      count &+= 1
    }
    for place in 0..<count {
      let next = waiting[place]
      if next.second >= 0 {
        let (start, time) = (postings.times[next.place], run.times[next.second])
        lend(next.user, start, time <= instant && time &- start <= window ? time : nil, body)
      } else if let slice = worker.slice(
        steps[0], postings, next.place..<(next.place + Int(next.count)), window, run, next.user)
      {
        lend(next.user &- worker.users.lowerBound, run, base, slice, body)
      }
    }
  }

  /// The next row of a user that is the second step; -1 where there is none.
  @inline(__always)
  private func secondStep(of user: Int, after row: Int, _ run: RunView, _ base: Int) -> Int {
    let all = run.rows(of: user)
    let rows = min(max(row &+ 1, all.lowerBound), all.upperBound)..<all.upperBound
    var found = -1
    if let second, let bytes = run.events.bytes {
      bytes.each(second, rows) {
        found = $0
        return false
      }
    } else {
      steps[1].visit(rows, run, base) {
        found = $0
        return false
      }
    }
    return found
  }

  /// Lends a user's first step, and the second if there is one.
  @inline(__always)
  private func lend(_ user: Int, _ first: Int64, _ second: Int64?, _ body: (StepVisit) -> Void) {
    (times[0], masks[0]) = (first, 1)
    if let second { (times[1], masks[1]) = (second, 2) }
    let count = second == nil ? 1 : 2
    body(
      StepVisit(
        user: user, times: UnsafeBufferPointer(start: times, count: count),
        masks: UnsafeBufferPointer(start: masks, count: count)))
  }

  /// Reads those rows of a slice that can be steps, and lends them once the user's last slice is read.
  @inline(__always)
  private mutating func lend(
    _ place: Int, _ run: RunView, _ index: Int, _ slice: StepSlice, _ body: (StepVisit) -> Void
  ) {
    let table = table.masks[index]
    if let codes = run.events.bytes {
      read(run, slice) { table[Int(codes[$0])] }
    } else {
      let codes = run.events
      read(run, slice) {
        let code = Int(codes[$0])
        return code < table.count ? table[code] : 0
      }
    }
    guard slice.isLast else { return }
    let count = self.count
    self.count = 0
    guard count > 0 else { return }
    body(
      StepVisit(
        user: worker.users.lowerBound &+ place,
        times: UnsafeBufferPointer(start: times, count: count),
        masks: UnsafeBufferPointer(start: masks, count: count)))
  }

  /// Adds the rows of a slice that are steps, by what they can be.
  @inline(__always)
  private mutating func read(_ run: RunView, _ slice: StepSlice, _ mask: (_ row: Int) -> UInt64) {
    var count = count
    for row in slice.rows {
      let steps = mask(row)
      guard steps != 0 else { continue }
      let time = run.times[row]
      if time > slice.until { break }
      if count == capacity { grow() }
      times[count] = time
      masks[count] = steps
      count &+= 1
    }
    self.count = count
  }

  private mutating func grow() {
    let (oldTimes, oldMasks) = (times, masks)
    times = .allocate(capacity: capacity * 2)
    masks = .allocate(capacity: capacity * 2)
    times.moveInitialize(from: oldTimes, count: capacity)
    masks.moveInitialize(from: oldMasks, count: capacity)
    oldTimes.deallocate()
    oldMasks.deallocate()
    capacity *= 2
  }
}
