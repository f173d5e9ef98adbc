// A hybrid logical clock (Kulkarni, Demirbas et al., 2014). A new time is after every time that the
// writer has seen, and close to the wall clock: the larger of the two, with a counter where the
// milliseconds are equal. A time more than 24 hours ahead of the wall clock is not adopted, so that
// one machine with a wrong clock does not carry all others with it.

import KithSystem

/// A moment of the hybrid logical clock; written as 12 and 4 hex digits, so that text order is clock
/// order.
public struct HybridTime: Sendable, Hashable, Comparable {
  public var milliseconds: Int64
  public var counter: UInt16

  public init(milliseconds: Int64, counter: UInt16) {
    self.milliseconds = milliseconds
    self.counter = counter
  }

  public static func < (left: HybridTime, right: HybridTime) -> Bool {
    (left.milliseconds, left.counter) < (right.milliseconds, right.counter)
  }
}

extension HybridTime: CustomStringConvertible {
  public var description: String {
    hex(UInt64(bitPattern: milliseconds), width: 12) + hex(UInt64(counter), width: 4)
  }

  init?(_ text: String) {
    let digits = Array(text.utf8)
    guard digits.count == 16, let bytes = bytes(hex: text) else { return nil }
    let number = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    self.init(milliseconds: Int64(number >> 16), counter: UInt16(truncatingIfNeeded: number))
  }
}

extension HybridTime {
  /// How far ahead of the wall clock a seen time may be.
  static let farthestAheadMs = Instant.dayMs

  /// Whether a time that was seen may carry the clock forward.
  func isAdoptable(at now: Instant) -> Bool {
    milliseconds <= now.milliseconds + HybridTime.farthestAheadMs
  }

  /// The next time of a writer: after `latest`, the largest adoptable time that was seen.
  static func next(after latest: HybridTime?, now: Instant) -> HybridTime {
    let wall = HybridTime(milliseconds: max(0, now.milliseconds), counter: 0)
    guard let latest, latest >= wall else { return wall }
    let (counter, overflow) = latest.counter.addingReportingOverflow(1)
    return HybridTime(
      milliseconds: latest.milliseconds + (overflow ? 1 : 0), counter: overflow ? 0 : counter)
  }
}
