import KithTestSupport
import Testing

@testable import KithAnalysis

/// Orders against those that sorting gives.
struct SortingTests {
  @Test(arguments: [UInt64(1), 2, 3])
  func `places in order are those of a stable sort`(seed: UInt64) {
    var chance = SeededGenerator(seed: seed)
    for bits in [0, 3, 11, 12, 40, 64, 100, 128] {
      let keys = (0..<Int.random(in: 0...300, using: &chance)).map { _ in
        bits == 0 ? 7 : UInt128.random(in: 0...UInt128.max, using: &chance) >> (128 - bits)
      }
      let wanted = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
      #expect(placesInOrder(keys).map { Int($0) } == wanted)
      let short = keys.map { UInt64(truncatingIfNeeded: $0) }
      let wantedShort = short.indices.sorted { (short[$0], $0) < (short[$1], $1) }
      #expect(placesInOrder(short).map { Int($0) } == wantedShort)
    }
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func `the least are the first of all`(seed: UInt64) {
    var chance = SeededGenerator(seed: seed)
    let numbers = (0..<200).map { ($0, Int.random(in: 0..<30, using: &chance)) }
    let sorted = numbers.sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    for count in [0, 1, 5, 200, 300] {
      let least = numbers.least(count) { $0.1 < $1.1 }
      #expect(least.map(\.0) == sorted.prefix(count).map(\.0))
    }
  }
}
