import KithSystem
import KithTestSupport
import Testing

/// The fast way to the days of times against the obvious one.
struct TimeDaysTests {
  static let day = Int64(86_400_000)

  @Test(arguments: 1...40)
  func daysAreThoseOfEachTime(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<250 {
      let offset = Int64.random(in: -12...14, using: &random) * 3_600_000
      let span = [2, 40, 4_000, 65_534].randomElement(using: &random) ?? 2
      let first = Int64.random(in: 0...(65_534 - Int64(span)), using: &random)
      let times = (0..<Int.random(in: 0...40, using: &random)).map { _ in
        let local = Int64.random(
          in: (first * Self.day)..<((first + Int64(span)) * Self.day), using: &random)
        // Often the first or the last moment of a day.
        let isAtBorder = Bool.random(using: &random)
        return (isAtBorder ? local / Self.day * Self.day - (local & 1) : local).clamped() - offset
      }.sorted()
      var expected: [UInt16] = []
      for time in times {
        let number = UInt16((time + offset) / Self.day)
        if expected.last != number { expected.append(number) }
      }
      #expect(days(times, offset, isAtEnd: false) == expected)
      #expect(days(times, offset, isAtEnd: true) == expected)
    }
  }

  private func days(_ times: [Int64], _ offset: Int64, isAtEnd: Bool) -> [UInt16] {
    // What lies behind must not matter.
    let padded = times + [Int64](repeating: -1, count: isAtEnd ? 0 : TimeDays.slack)
    return padded.withUnsafeBufferPointer { padded in
      [UInt16](unsafeUninitializedCapacity: times.count + TimeDays.spare) { memory, count in
        guard let start = memory.baseAddress else { return }
        count = TimeDays.write(
          UnsafeBufferPointer(rebasing: padded[..<times.count]), offset: offset, isAtEnd: isAtEnd,
          to: start)
      }
    }
  }
}

extension Int64 {
  fileprivate func clamped() -> Int64 { Swift.max(self, 0) }
}
