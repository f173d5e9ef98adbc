import Glibc

/// A lock, and a way to wait within it for something that another thread does within it.
public final class Monitor: @unchecked Sendable {  // the system's own primitives
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  public init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Runs a body while nobody else does.
  public func withLock<Value, Failure: Error>(
    _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }

  /// Within ``withLock(_:)``: waits until `condition` holds, which is looked at after each ``wake()``.
  public func wait(until holds: () -> Bool) {
    while !holds() { pthread_cond_wait(condition, mutex) }
  }

  /// Within ``withLock(_:)``: lets all that wait look again.
  public func wake() {
    pthread_cond_broadcast(condition)
  }
}
