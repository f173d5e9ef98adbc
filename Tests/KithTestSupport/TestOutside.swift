public import KithSystem
import Synchronization

/// A clock that stands still until it is moved.
public final class ManualClock: Clock {
  private let time: Mutex<Instant>

  public init(_ start: Instant = Instant(milliseconds: 1_792_000_000_000)) {
    time = Mutex(start)
  }

  public func now() -> Instant { time.withLock { $0 } }

  public func sleep(milliseconds: Int) { advance(by: Int64(milliseconds)) }

  public func advance(by milliseconds: Int64) {
    time.withLock { $0 = $0.advanced(by: milliseconds) }
  }
}

public final class SeededRandomness: Randomness {
  private let generator: Mutex<SeededGenerator>

  public init(seed: UInt64) {
    generator = Mutex(SeededGenerator(seed: seed))
  }

  public func bytes(_ count: Int) -> [UInt8] {
    generator.withLock { generator in
      (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
  }
}

extension Outside {
  /// An outside that is the same on every run: its clock stands still, its chance is seeded, its
  /// state is in memory.
  public static func test(
    clock: any Clock = ManualClock(), seed: UInt64 = 1, user: String = "lin",
    variables: Variables = [:], state: any FileSystem = SimulatedFileSystem()
  ) -> Outside {
    Outside(
      clock: clock, randomness: SeededRandomness(seed: seed), variables: variables, userID: 1000,
      userName: user, hostName: "desk", processID: 42, state: state)
  }
}
