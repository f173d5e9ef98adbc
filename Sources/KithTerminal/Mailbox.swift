import CTerminal
import Synchronization

/// Carries messages from any task or thread to the one loop that owns the terminal, and wakes it.
public final class Mailbox<Message: Sendable>: Sendable {
  private let waiting = Mutex<[Message]>([])

  public init() {}

  /// Adds a message; the loop's next event is `.wake`.
  public func post(_ message: sending Message) {
    waiting.withLock { $0.append(message) }
    ct_wake()
  }

  /// Takes all messages in the order of their posting.
  public func take() -> [Message] {
    waiting.withLock { queue in
      defer { queue = [] }
      return queue
    }
  }
}
