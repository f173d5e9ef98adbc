import Glibc
import KithSystem
import Synchronization

/// ctrl-c: what is under way ends at once, or is asked to come to a stop.
enum Interruption {
  private static let isAsked = Atomic<Bool>(false)

  /// Whether ctrl-c came since ``isWatched()``.
  static var came: Bool { isAsked.load(ordering: .relaxed) }

  /// The end of a pipe that ctrl-c writes into.
  private static let pipe = Atomic<Int32>(-1)

  /// From now on ctrl-c ends the process with 130, whatever it waits for.
  ///
  /// - Parameter last: runs before, on a thread of its own, since nothing but a few calls may be made where a
  ///   signal is taken; gives what to say.
  static func endsProcess(_ last: @escaping @Sendable () -> String) {
    unblock()
    var ends: [Int32] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else { return }
    pipe.store(ends[1], ordering: .relaxed)
    let watch = Unmanaged.passRetained(Watch(end: ends[0], last))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Watch>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, watch.toOpaque())
    guard code == 0 else { return watch.release() }
    signal(SIGINT) { _ in
      var byte: UInt8 = 0
      _ = write(Interruption.pipe.load(ordering: .relaxed), &byte, 1)
    }
  }

  private final class Watch: Sendable {
    let end: Int32
    let last: @Sendable () -> String

    init(end: Int32, _ last: @escaping @Sendable () -> String) {
      self.end = end
      self.last = last
    }

    func run() {
      var byte: UInt8 = 0
      while read(end, &byte, 1) < 0, errno == EINTR {}
      let message = Array("\nkith: interrupted: \(last())\n".utf8)
      _ = write(STDERR_FILENO, message, message.count)
      _exit(ExitStatus.interrupted.rawValue)
    }
  }

  /// A parent may have left the signals blocked, as a thread of a pool does.
  private static func unblock() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
    sigprocmask(SIG_UNBLOCK, &signals, nil)
  }

  /// From now on ctrl-c, or a request to end, is only noted; a second one ends the process.
  static func isWatched() {
    unblock()
    isAsked.store(false, ordering: .relaxed)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number) { _ in
        if Interruption.isAsked.exchange(true, ordering: .relaxed) {
          _exit(ExitStatus.interrupted.rawValue)
        }
      }
    }
  }
}
