import KithSystem
import Synchronization
import Testing

struct ParallelTests {
  @Test(arguments: [0, 1, 2, 7, 40])
  func `each call is made once`(count: Int) {
    let calls = Mutex([Int](repeating: 0, count: count))
    Cores.runUnchecked(count) { index in calls.withLock { $0[index] += 1 } }
    #expect(calls.withLock { $0.allSatisfy { $0 == 1 } })
  }

  @Test(arguments: [0, 1, 9, 1000], [1, 10, 5000])
  func `ranges cover all, once`(count: Int, least: Int) {
    let seen = Mutex([Int](repeating: 0, count: count))
    Cores.runUnchecked(over: count, least: least) { range in
      seen.withLock { seen in for index in range { seen[index] += 1 } }
    }
    #expect(seen.withLock { $0.allSatisfy { $0 == 1 } })
  }

  @Test func `a thread waits until another has done its part`() {
    let monitor = Monitor()
    nonisolated(unsafe) var turn = 0
    nonisolated(unsafe) var order: [Int] = []
    Cores.runUnchecked(4) { index in
      monitor.withLock {
        monitor.wait { turn == 3 - index }
        order.append(index)
        turn += 1
        monitor.wake()
      }
    }
    #expect(order == [3, 2, 1, 0])
  }
}
