import KithStore
import KithSystem
import Synchronization

/// A user's events that can be steps of a funnel, in order; good until the next user is visited.
package struct StepVisit {
  package let user: Int
  /// Milliseconds since 1970.
  package let times: UnsafeBufferPointer<Int64>
  /// For each event the steps that it can be, one bit each.
  package let masks: UnsafeBufferPointer<UInt64>
}

extension EmbeddedEngine {
  /// Visits every user who did the first of some steps by the moment, on all cores.
  ///
  /// Where the first step is rare, a user's events are read only from the first time on until the
  /// window of the last one ends. Who did none of a later rare step is given the steps before it alone.
  ///
  /// - Parameters:
  ///   - steps: event codes, 1…64; nil for a name that the store has never seen.
  ///   - window: in milliseconds from the first step, both ends in.
  ///   - start, visit, merge: as those of a walk.
  /// Cost: the events between the first step and the end of the window.
  package func walkSteps<Tally: Sendable>(
    _ steps: [UInt32?], within window: Int64, from start: @Sendable () -> Tally,
    visit: @Sendable (inout Tally, StepVisit) -> Void, merge: (inout Tally, Tally) -> Void
  ) throws(Cancelled) -> Tally {
    var all = start()
    var choices: [RowChoice] = []
    for code in steps {
      let selection = Selection(code.map { .code($0) } ?? .none)
      guard let rows = RowChoice(selection, world.columns, scope.times) else { break }
      choices.append(rows)
    }
    guard let first = choices.first else { return all }
    let table = StepTable(choices, world.columns)
    let everyone = try scope.visible()
    let ranges = StepRanges(world.columns)
    let tallies = Mutex<[Tally?]>(Array(repeating: nil, count: ranges.count))
    let isStopped = Atomic(false)
    let choicesMade = choices
    Cores.run(ranges.count) { part in
      let worker = Worker(scope)
      var reader = StepReader(worker, choicesMade, table)
      var tally = start()
      for block in ranges[part] {
        if part == 0, Task.isCancelled { isStopped.store(true, ordering: .relaxed) }
        if isStopped.load(ordering: .relaxed) { return }
        worker.begin(block)
        reader.begin(everyone.mask(block: block))
        worker.slices(first, window, everyone.mask(block: block)) { place, run, index, slice in
          reader.lend(place, run, index, slice) { visit(&tally, $0) }
        }
      }
      let made = tally
      tallies.withLock { $0[part] = made }
    }
    if isStopped.load(ordering: .relaxed) { throw Cancelled() }
    for case .some(let tally) in tallies.withLock({ $0 }) { merge(&all, tally) }
    return all
  }
}

/// Blocks of users cut into ranges with nearly as many rows each.
private struct StepRanges {
  private let ends: [Int]

  init(_ columns: Columns) {
    let blocks = (columns.users.count + Mask.size - 1) / Mask.size
    let parts = columns.parts(columns.snapshot.eventCount < 1 << 19 ? 1 : Cores.count)
    ends = [0] + parts.dropLast().map { min(blocks, $0.upperBound / Mask.size) } + [blocks]
  }

  var count: Int { ends.count - 1 }

  subscript(part: Int) -> Range<Int> { ends[part]..<max(ends[part], ends[part + 1]) }
}

/// Lends the step rows of one user after the other, in memory that is used again and again.
private struct StepReader: ~Copyable {
  private let worker: Worker
  private let steps: [RowChoice]
  private let table: StepTable
  /// For each rare step but the first, who of the block did it.
  private var rare: [(step: Int, users: Mask)] = []
  /// The steps of the present user, as far as they were read.
  private var count = 0
  private var capacity = 1024
  private var times = UnsafeMutablePointer<Int64>.allocate(capacity: 1024)
  private var masks = UnsafeMutablePointer<UInt64>.allocate(capacity: 1024)

  init(_ worker: Worker, _ steps: [RowChoice], _ table: StepTable) {
    self.worker = worker
    self.steps = steps
    self.table = table
  }

  deinit {
    times.deallocate()
    masks.deallocate()
  }

  /// Goes to the worker's block.
  mutating func begin(_ mask: Mask) {
    rare.removeAll(keepingCapacity: true)
    for (step, rows) in steps.enumerated().dropFirst() where rows.postings != nil {
      var tally = AnyTally()
      worker.scan(rows, mask, &tally)
      rare.append((step, tally.found))
    }
  }

  /// The steps that a user can have come to, one bit each.
  @inline(__always)
  private func possible(_ place: Int) -> UInt64 {
    for (step, users) in rare where !users[place] { return (1 << UInt64(step)) - 1 }
    return .max
  }

  /// Reads a slice, and lends the steps once the user's last one is read.
  @inline(__always)
  mutating func lend(
    _ place: Int, _ run: RunView, _ index: Int, _ slice: StepSlice, _ body: (StepVisit) -> Void
  ) {
    let wanted = possible(place)
    let table = table.masks[index]
    let events = run.events
    var count = self.count
    for row in slice.rows {
      let code = Int(events[row])
      guard code < table.count, table[code] & wanted != 0 else { continue }
      let time = run.times[row]
      if time > slice.until { break }
      if count == capacity { grow() }
      times[count] = time
      masks[count] = table[code] & wanted
      count &+= 1
      // Nothing but the first step: the first time tells all.
      if wanted == 1 { break }
    }
    self.count = slice.isLast ? 0 : count
    guard slice.isLast, count > 0 else { return }
    body(
      StepVisit(
        user: worker.users.lowerBound &+ place,
        times: UnsafeBufferPointer(start: times, count: count),
        masks: UnsafeBufferPointer(start: masks, count: count)))
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
