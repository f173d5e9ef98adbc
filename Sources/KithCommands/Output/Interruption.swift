import Glibc
import KithSystem
import Synchronization

/// ctrl-c: what is under way ends at once, or is asked to come to a stop.
enum Interruption {
  private static let isAsked = Atomic<Bool>(false)

  /// Whether ctrl-c came since ``isWatched()``.
  static var came: Bool { isAsked.load(ordering: .relaxed) }

  /// From now on ctrl-c ends the process with 130. Whatever is half written is of no effect: that is
  /// the store's promise.
  static func endsProcess() {
    unblock()
    signal(SIGINT) { _ in
      let message: StaticString = "\nkith: interrupted: nothing was changed\n"
      _ = write(STDERR_FILENO, message.utf8Start, message.utf8CodeUnitCount)
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
