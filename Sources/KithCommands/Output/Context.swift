import ArgumentParser
import Glibc
import KithSegments
import KithStore
import KithSystem
import Synchronization

/// What a command is run with: the outside and the streams.
struct Context: Sendable {
  let outside: Outside
  let console: Console
  /// The program's file, as the system names it; nil where it does not tell.
  var executable: String? {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &bytes, bytes.count)
    guard count > 0 else { return nil }
    return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
  let opened = Opened()
}

/// The stores that a command opened, so that what they have to say is said when it ends; and the engines
/// over them, which the process takes with it when it ends, quicker than they could be taken apart.
final class Opened: Sendable {
  private let stores = Mutex<[Store]>([])
  private let engines = Mutex<[EmbeddedEngine]>([])

  func add(_ store: Store) {
    stores.withLock { $0.append(store) }
  }

  func add(_ engine: EmbeddedEngine) {
    engines.withLock { $0.append(engine) }
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
