/// A moment in time: milliseconds since 1970-01-01T00:00:00Z, leap seconds left out as in POSIX.
public struct Instant: Hashable, Comparable, Sendable {
  public var milliseconds: Int64

  public init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  public static func < (left: Instant, right: Instant) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// The moment `milliseconds` later; earlier where negative.
  public func advanced(by milliseconds: Int64) -> Instant {
    Instant(milliseconds: self.milliseconds + milliseconds)
  }
}

extension Instant {
  /// Milliseconds in a day that has no change of offset.
  public static let dayMs: Int64 = 86_400_000

  /// The bounds of an event's time (spec: 1970 to 2105).
  public static let earliest = Instant(milliseconds: 0)
  public static let latest = Instant(milliseconds: 4_291_747_199_999)

  /// RFC 3339 in UTC with milliseconds, `2026-11-21T18:02:03.123Z`: the form of every time in JSON.
  public var rfc3339: String {
    let (day, inDay) = Day.split(milliseconds)
    let (civil, seconds) = (day.civil, Int(inDay / 1000))
    guard (0...9999).contains(civil.year) else {
      return "\(day)T\(pad(Int64(seconds / 3600), 2)):\(pad(Int64(seconds / 60 % 60), 2))"
        + ":\(pad(Int64(seconds % 60), 2)).\(pad(inDay % 1000, 3))Z"
    }
    return String(unsafeUninitializedCapacity: 24) { text in
      func put(_ number: Int, _ digits: Int, at place: Int, _ after: UInt8) {
        var rest = number
        for digit in (place..<(place + digits)).reversed() {
          text[digit] = 0x30 + UInt8(rest % 10)
          rest /= 10
        }
        text[place + digits] = after
      }
      put(civil.year, 4, at: 0, 0x2D)
      put(civil.month, 2, at: 5, 0x2D)
      put(civil.day, 2, at: 8, 0x54)
      put(seconds / 3600, 2, at: 11, 0x3A)
      put(seconds / 60 % 60, 2, at: 14, 0x3A)
      put(seconds % 60, 2, at: 17, 0x2E)
      put(Int(inDay % 1000), 3, at: 20, 0x5A)
      return 24
    }
  }

  /// Reads what ``rfc3339`` writes: UTC, three digits of milliseconds, nothing before or after.
  public init?(rfc3339 text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 24, bytes[10] == 0x54, bytes[13] == 0x3A, bytes[16] == 0x3A,
      bytes[19] == 0x2E, bytes[23] == 0x5A,
      let day = Day(String(decoding: bytes[..<10], as: UTF8.self))
    else { return nil }
    var clock: Int64 = 0
    for (range, scale, limit) in [(11..<13, 60, 24), (14..<16, 60, 60), (17..<19, 1000, 60)] {
      guard let part = number(bytes[range]), part < limit else { return nil }
      clock = (clock + part) * Int64(scale)
    }
    guard let fraction = number(bytes[20..<23]) else { return nil }
    self.init(milliseconds: Int64(day.number) * Instant.dayMs + clock + fraction)
  }
}

/// The value of decimal digits alone; nil where another byte is among them.
private func number(_ digits: ArraySlice<UInt8>) -> Int64? {
  guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
  return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
}

/// Decimal digits of a number that is not negative, with zeros before it up to `width`.
public func pad(_ number: Int64, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
