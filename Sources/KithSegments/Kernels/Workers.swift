import KithStore
import KithSystem
import Synchronization

/// Walks over all users, block by block, on all cores. Blocks are taken one after the other by
/// whichever thread is free; what is found goes where its block belongs, so that no answer depends on
/// the number of threads.
enum Workers {
  /// Blocks that a thread takes at once: as many as share one checksum, so that two threads do not work
  /// out the same one; fewer at the end, so that none waits for the other.
  private static let (longStride, stride) = (32, 4)

  static func run(
    _ scope: Scope, _ body: @Sendable (Worker) throws(Cancelled) -> Void
  ) throws(Cancelled) {
    let users = scope.columns.users.count
    let blocks = (users + Mask.size - 1) / Mask.size
    guard blocks > 0 else { return }
    let isSmall = users < 16_384 && scope.columns.snapshot.eventCount < 1 << 19
    let next = Atomic(0)
    let isStopped = Atomic(false)
    let long = blocks * 3 / 4 / longStride
    Cores.run(isSmall ? 1 : Cores.count) { part in
      let worker = Worker(scope)
      while !isStopped.load(ordering: .relaxed) {
        let turn = next.wrappingAdd(1, ordering: .relaxed).oldValue
        let first = turn < long ? turn * longStride : long * longStride + (turn - long) * stride
        guard first < blocks else { return }
        let end = min(first + (turn < long ? longStride : stride), blocks)
        // The caller's thread alone knows whether the answer is still wanted.
        if part == 0, Task.isCancelled { return isStopped.store(true, ordering: .relaxed) }
        // Halfway, what was read is let go, so that no walk ever holds all of it.
        if (first..<end).contains(blocks / 2) { scope.columns.letPagesGo() }
        for block in first..<end {
          worker.begin(block)
          do { try body(worker) } catch { return isStopped.store(true, ordering: .relaxed) }
        }
      }
    }
    if isStopped.load(ordering: .relaxed) { throw Cancelled() }
  }

  /// Collects numbers from the blocks of some users, in order of the blocks.
  static func collect<Found: Sendable>(
    _ scope: Scope, _ users: UserSet,
    _ body: @Sendable (Worker, Mask, inout [Found]) throws(Cancelled) -> Void
  ) throws(Cancelled) -> [[Found]] {
    let blocks = (scope.columns.users.count + Mask.size - 1) / Mask.size
    let parts = Parts<Found>(blocks)
    try run(scope) { worker throws(Cancelled) in
      let mask = users.mask(block: worker.block)
      guard !mask.isEmpty else { return }
      var found: [Found] = []
      try body(worker, mask, &found)
      parts.set(worker.block, found)
    }
    return parts.all
  }

  /// A place for each block; each is written by one thread.
  private final class Parts<Found: Sendable>: Sendable {
    private let parts: Mutex<[[Found]]>

    init(_ count: Int) {
      parts = Mutex(Array(repeating: [], count: count))
    }

    func set(_ block: Int, _ found: [Found]) { parts.withLock { $0[block] = found } }
    var all: [[Found]] { parts.withLock { $0 } }
  }
}
