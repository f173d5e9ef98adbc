import Dispatch
import Glibc
import KithSystem
import Synchronization

/// Threads that hand messages to a channel, each one message at a time.
///
/// The sender gives jobs and takes results; workers wait on a semaphore, never spinning.
final class Workers: Sendable {
  struct Job: Sendable {
    var message: Message
    var attempt: Int
  }
  struct Outcome: Sendable {
    var job: Job
    var result: DeliveryResult
  }

  private struct State {
    var jobs: [Job] = []
    var outcomes: [Outcome] = []
    var isClosed = false
  }

  private let state = Mutex(State())
  private let given = DispatchSemaphore(value: 0)
  private let done = DispatchSemaphore(value: 0)
  private let channel: any Channel
  private let limiter: RateLimiter
  private let threads: [Thread]

  /// Starts `count` threads.
  static func start(
    _ count: Int, channel: any Channel, limiter: RateLimiter
  ) -> Workers {
    let workers = Workers(count, channel: channel, limiter: limiter)
    for thread in workers.threads { thread.start { workers.work() } }
    return workers
  }

  private init(_ count: Int, channel: any Channel, limiter: RateLimiter) {
    self.channel = channel
    self.limiter = limiter
    threads = (0..<count).map { _ in Thread() }
  }

  func give(_ jobs: [Job]) {
    state.withLock { $0.jobs += jobs }
    for _ in jobs { given.signal() }
  }

  /// What came back since the last call; waits for something up to `milliseconds`.
  func take(waiting milliseconds: Int) -> [Outcome] {
    if milliseconds > 0 { _ = done.wait(timeout: .now() + .milliseconds(milliseconds)) }
    return state.withLock { state in
      defer { state.outcomes = [] }
      return state.outcomes
    }
  }

  /// Lets the workers finish what they were given, and waits for them.
  func finish() {
    state.withLock { $0.isClosed = true }
    for _ in threads { given.signal() }
    for thread in threads { thread.join() }
  }

  private func work() {
    while true {
      given.wait()
      let job = state.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
      guard let job else {
        if state.withLock({ $0.isClosed }) { return }
        continue
      }
      limiter.waitForTurn()
      let result = channel.send(job.message)
      state.withLock { $0.outcomes.append(Outcome(job: job, result: result)) }
      done.signal()
    }
  }
}

/// One thread of the system.
private final class Thread: Sendable {
  private let handle = Mutex<pthread_t?>(nil)

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  func start(_ run: @escaping @Sendable () -> Void) {
    let body = Unmanaged.passRetained(Body(run))
    var created = pthread_t()
    let code = pthread_create(
      &created, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, body.toOpaque())
    guard code == 0 else {
      body.release()
      return
    }
    handle.withLock { $0 = created }
  }

  func join() {
    guard let created = handle.withLock({ $0.take() }) else { return }
    pthread_join(created, nil)
  }
}

/// At most so many messages a second, evenly spread, over all threads.
final class RateLimiter: Sendable {
  private let clock: any Clock
  private let intervalMs: Double
  private let next = Mutex<Double>(0)

  /// - Parameter perSecond: nil lets everything through at once.
  init(perSecond: Double?, clock: any Clock) {
    self.clock = clock
    intervalMs = perSecond.map { $0 > 0 ? 1000 / $0 : 0 } ?? 0
  }

  /// Waits until the caller's turn.
  func waitForTurn() {
    guard intervalMs > 0 else { return }
    let now = Double(clock.now().milliseconds)
    let turn = next.withLock { next in
      // Turns that nobody took are gone; no burst makes up for them.
      let turn = max(next, now)
      next = turn + intervalMs
      return turn
    }
    if turn > now { clock.sleep(milliseconds: Int((turn - now).rounded(.up))) }
  }
}
