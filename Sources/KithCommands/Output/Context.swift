import ArgumentParser
import KithStore
import KithSystem
import Synchronization

/// What a command is run with: the outside and the streams.
struct Context: Sendable {
  let outside: Outside
  let console: Console
  /// The program's file, as the system names it; nil where it does not tell.
  let executable: String?
  let opened = OpenedStores()
}

/// The stores that a command opened, so that what they have to say is said when it ends.
final class OpenedStores: Sendable {
  private let stores = Mutex<[Store]>([])

  func add(_ store: Store) {
    stores.withLock { $0.append(store) }
  }

  func takeWarnings() -> [Diagnostic] {
    stores.withLock { $0 }.flatMap { $0.takeWarnings() }
  }
}

/// A command of kith: read by ArgumentParser, run with the outside handed to it.
///
/// Commands are where the errors of all rooms meet, so `run` throws any of them; `CommandLineTool`
/// words them.
protocol Command: ParsableCommand {
  func run(_ context: Context) throws
}
