import KithSystem
import Synchronization

/// What readers of a store should be told; shared by the copies of one ``Store``.
final class Notices: Sendable {
  private struct Memory {
    var said: Set<String> = []
    var waiting: [Diagnostic] = []
    var leftOut: StoreError?
    var damagedSet: StoreError?
    var lost: StoreError?
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

  /// Says what is not known for want of a file.
  private func tell(_ what: Phrase, of file: String?) {
    add(
      Diagnostic(
        said: what, subject: file, remedy: "put back a copy of the file; the rest is read"))
  }

  /// Notes that a set of users could not be read: the rest is, but who acts must not go on.
  func addDamagedSet(_ error: StoreError) {
    let told = error.diagnostic
    tell("a decision about many is left out, \(told.phrase)", of: told.subject)
    memory.withLock { $0.damagedSet = error }
  }

  /// Why the decisions lack a set of users; nil where they have all of them.
  var damagedSet: StoreError? { memory.withLock { $0.damagedSet } }

  /// Notes that a journal is not there: what was decided in it is missing, and who acts must not go on.
  func addLostJournal(_ name: String) {
    tell("a journal is missing, and with it what was decided there", of: name)
    lost = .damaged(file: name, line: nil, problem: "it is missing")
  }

  /// Notes that nobody knows who was erased: who comes back with another copy's journal is seen, and who acts
  /// must not go on.
  func addUnreadKey(_ error: StoreError) {
    let told = error.diagnostic
    tell("who was erased is not known, \(told.phrase)", of: told.subject)
    lost = error
  }

  /// The journal that imports tell of and that is not there, or the delivery log that cannot be read; nil
  /// where nothing is known to be missing.
  var lost: StoreError? {
    get { memory.withLock { $0.lost } }
    set { memory.withLock { $0.lost = newValue } }
  }

  /// Why the latest snapshot lacks a run; nil where it has all of them.
  var leftOut: StoreError? {
    get { memory.withLock { $0.leftOut } }
    set { memory.withLock { $0.leftOut = newValue } }
  }
}
