import KithSystem
import Synchronization

/// What readers of a store should be told; shared by the copies of one ``Store``.
final class Notices: Sendable {
  private struct Memory {
    var said: Set<String> = []
    var waiting: [Diagnostic] = []
    var leftOut: StoreError?
  }

  private let memory = Mutex(Memory())

  /// Notes a warning; the same one is given once.
  func add(_ warning: Diagnostic) {
    memory.withLock { memory in
      if memory.said.insert(warning.line).inserted { memory.waiting.append(warning) }
    }
  }

  func take() -> [Diagnostic] {
    memory.withLock { memory in
      defer { memory.waiting = [] }
      return memory.waiting
    }
  }

  /// Why the latest snapshot lacks a run; nil where it has all of them.
  var leftOut: StoreError? {
    get { memory.withLock { $0.leftOut } }
    set { memory.withLock { $0.leftOut = newValue } }
  }
}
