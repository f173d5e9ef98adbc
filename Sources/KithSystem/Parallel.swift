import Glibc

/// How many threads work that can be split is worth: one for each core, up to eight.
public let workerCount = min(8, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

/// Calls `body` with 0 up to `count - 1` at once, 0 on the calling thread, and waits for all of them.
///
/// The calls share what `body` holds, so each keeps to its own part of it. Cost: some 50 µs for each
/// thread. Where the system refuses a thread, its call is made by this one, after the others.
public func inParallel(_ count: Int, _ body: (Int) -> Void) {
  guard count > 0 else { return }
  withoutActuallyEscaping(body) { body in
    var threads: [pthread_t] = []
    var left: [Int] = []
    for index in 1..<count {
      let work = Unmanaged.passRetained(Work(index, body))
      var thread = pthread_t()
      let outcome = pthread_create(
        &thread, nil,
        { work in
          if let work { Unmanaged<Work>.fromOpaque(work).takeRetainedValue().run() }
          return nil
        }, work.toOpaque())
      if outcome == 0 {
        threads.append(thread)
      } else {
        work.release()
        left.append(index)
      }
    }
    body(0)
    for index in left { body(index) }
    for thread in threads { pthread_join(thread, nil) }
  }
}

/// Splits `0..<count` into as many ranges as there are workers, and calls `body` with all of them at
/// once; on this thread alone where there are fewer than `least` for each of two.
public func inParallel(over count: Int, least: Int, _ body: (Range<Int>) -> Void) {
  let workers = max(1, min(workerCount, count / max(1, least)))
  inParallel(workers) { body((count * $0 / workers)..<(count * ($0 + 1) / workers)) }
}

private final class Work {
  private let index: Int
  private let body: (Int) -> Void

  init(_ index: Int, _ body: @escaping (Int) -> Void) {
    self.index = index
    self.body = body
  }

  func run() { body(index) }
}

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
