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
  /// window of the last one ends. Who did none of a later rare step by then is given the steps before it
  /// alone, and of those no more than show how deep the user got, and when. Users come in no order: what a
  /// tally comes to must not depend on it.
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
    if choices.isEmpty { return all }
    let table = StepTable(choices, world.columns)
    let everyone = try scope.visible()
    let blocks = (world.columns.users.count + Mask.size - 1) / Mask.size
    let parts = world.columns.snapshot.eventCount < 1 << 19 ? 1 : Cores.count
    let tallies = Mutex<[Tally?]>(Array(repeating: nil, count: parts))
    let next = Atomic(0)
    let isStopped = Atomic(false)
    let choicesMade = choices
    Cores.run(parts) { part in
      let worker = Worker(scope)
      var reader = StepReader(worker, choicesMade, table, window)
      var tally = start()
      while true {
        let first = next.wrappingAdd(stepStride, ordering: .relaxed).oldValue
        guard first < blocks else { break }
        // The caller's thread alone knows whether the answer is still wanted.
        if part == 0, Task.isCancelled { isStopped.store(true, ordering: .relaxed) }
        if isStopped.load(ordering: .relaxed) { return }
        // As in `Workers.run`.
        if (first..<first + stepStride).contains(blocks / 2) { world.columns.letPagesGo() }
        for block in first..<min(first + stepStride, blocks) {
          worker.begin(block)
          reader.lend(everyone.mask(block: block)) { visit(&tally, $0) }
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

/// Blocks that a thread takes at once.
private let stepStride = 8
