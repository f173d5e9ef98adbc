import Glibc

/// Work cut into parts that run at the same time, one a core.
public enum Cores {
  /// How many parts are worth making: one for each core, up to sixteen.
  public static let count = max(1, min(16, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  /// Runs `body(0)` on the caller's thread and the other parts on threads of their own; returns once
  /// all are done. Where the system refuses a thread, this one does its part after its own.
  ///
  /// Cost: some 20 µs for each part beyond the first, so work under a millisecond stays whole.
  public static func run(_ parts: Int, _ body: @Sendable (Int) -> Void) {
    runUnchecked(parts, body)
  }

  /// Cuts `0..<count` into ranges of nearly equal size, one for each part, and runs them.
  public static func run(
    over count: Int, parts: Int = Cores.count, _ body: @Sendable (Int, Range<Int>) -> Void
  ) {
    run(parts) { part in
      body(part, (count * part / parts)..<(count * (part + 1) / parts))
    }
  }

  /// As ``run(_:_:)`` for parts that share what the compiler cannot know to be safe: each has to keep
  /// to its own part of it.
  public static func runUnchecked(_ parts: Int, _ body: (Int) -> Void) {
    guard parts > 1 else {
      if parts == 1 { body(0) }
      return
    }
    withoutActuallyEscaping(body) { body in
      var threads: [pthread_t] = []
      var left: [Int] = []
      for part in 1..<parts {
        var thread = pthread_t()
        let job = Unmanaged.passRetained(Job(part, body))
        if pthread_create(&thread, nil, start, job.toOpaque()) == 0 {
          threads.append(thread)
        } else {
          job.release()
          left.append(part)
        }
      }
      body(0)
      for part in left { body(part) }
      for thread in threads { pthread_join(thread, nil) }
    }
  }

  /// Cuts `0..<count` into a range for each core; into one where there are fewer than `least` for each of
  /// two.
  public static func runUnchecked(over count: Int, least: Int, _ body: (Range<Int>) -> Void) {
    let parts = max(1, min(Cores.count, count / max(1, least)))
    runUnchecked(parts) { body((count * $0 / parts)..<(count * ($0 + 1) / parts)) }
  }

  private final class Job {
    let part: Int
    let body: (Int) -> Void

    init(_ part: Int, _ body: @escaping (Int) -> Void) {
      self.part = part
      self.body = body
    }
  }

  private static let start: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
    {
      if let job = $0 {
        let job = Unmanaged<Job>.fromOpaque(job).takeRetainedValue()
        job.body(job.part)
      }
      return nil
    }
}
