import Glibc

/// Work cut into parts that run at the same time, one a core.
public enum Cores {
  /// How many parts are worth making.
  public static let count = max(1, min(64, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  /// Runs `body(0)` on the caller's thread and the other parts on threads of their own; returns once
  /// all are done. Parts beyond the cores wait for nothing: each has its thread.
  ///
  /// Cost: some 20 µs for each part beyond the first, so work under a millisecond stays whole.
  public static func run(_ parts: Int, _ body: @Sendable (Int) -> Void) {
    guard parts > 1 else { return body(0) }
    withoutActuallyEscaping(body) { body in
      var threads: [pthread_t] = []
      var left: [Int] = []
      for part in 1..<parts {
        var thread = pthread_t()
        let job = Unmanaged.passRetained(Job { body(part) })
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

  /// Cuts `0..<count` into ranges of nearly equal size, one for each part, and runs them.
  public static func run(
    over count: Int, parts: Int = Cores.count, _ body: @Sendable (Int, Range<Int>) -> Void
  ) {
    run(parts) { part in
      body(part, (count * part / parts)..<(count * (part + 1) / parts))
    }
  }

  private final class Job: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
      self.body = body
    }
  }

  private static let start: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
    {
      if let job = $0 { Unmanaged<Job>.fromOpaque(job).takeRetainedValue().body() }
      return nil
    }
}
