// Loops that take many rows at once, beside the same row by row.

import KithSystem
import KithTestSupport
import Testing

@testable import KithSegments
@testable import KithStore

struct LoopTests {
  @Test(arguments: 0..<4 as Range<UInt64>)
  func `bits that are set are visited in order, whatever the range`(seed: UInt64) {
    var chance = SeededGenerator(seed: seed)
    let bytes = (0..<40).map { _ in
      UInt8.random(in: 0...255, using: &chance) & UInt8.random(in: 0...255, using: &chance)
    }
    bytes.withUnsafeBytes { memory in
      guard let bits = memory.baseAddress else { return }
      for start in 0..<80 {
        for end in start...(bytes.count * 8) {
          var found: [Int] = []
          eachBit(bits, start..<end) {
            found.append($0)
            return true
          }
          #expect(found == (start..<end).filter { bytes[$0 / 8] >> UInt8($0 % 8) & 1 != 0 })
        }
      }
    }
  }

  @Test(arguments: ["UTC", "America/New_York", "Australia/Lord_Howe"])
  func `days are counted as they are found one by one`(name: String) throws {
    let zone = try Zone.named(name)
    var chance = SeededGenerator(seed: 5)
    for first in [-40 * Instant.dayMs, 1_772_000_000_000, 5_662_310_000_000] {
      for _ in 0..<200 {
        var time = Int64(first) + Int64.random(in: 0..<(90 * Instant.dayMs), using: &chance)
        let times = (0..<Int.random(in: 0..<40, using: &chance)).map { _ in
          time += Int64.random(in: 0..<Instant.dayMs, using: &chance)
          return time
        }
        var (reader, twin) = (DayReader(zone), DayReader(zone))
        let days = times.map { twin.day(of: $0) }
        #expect(days == times.map { reader.day(ofAny: $0) })
        let changes = zip(days, days.dropFirst()).count { $0 != $1 }
        let count = times.withUnsafeBufferPointer { times in
          times.baseAddress.map { reader.count($0, 0..<times.count) } ?? 0
        }
        #expect(count == (days.isEmpty ? 0 : changes + 1))
      }
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `where the rows of users begin is found in their codes`(seed: UInt64) throws {
    var chance = SeededGenerator(seed: seed)
    let counts = (0..<50).map { _ in Int.random(in: 1...(seed < 10 ? 4 : 30), using: &chance) }
    let codes = counts.enumerated().flatMap { repeatElement(UInt32($0), count: $1) }
    let starts = counts.reduce(into: [UInt32(0)]) { $0.append(($0.last ?? 0) + UInt32($1)) }
    func found(_ codes: [UInt32]) throws -> [UInt32] {
      let mapped = MappedBytes(copying: codes.withUnsafeBytes { Array($0) })
      let view = CodeView(data: mapped.bytes, bits: 32, validity: nil, owner: mapped)
      let starts = try Starts(of: view, rows: codes.count, users: 50, file: "memory")
      return withExtendedLifetime(starts) { Array(starts.numbers) }
    }
    #expect(try found(codes) == starts)
    var damaged = codes
    damaged[Int.random(in: 0..<codes.count, using: &chance)] += 64
    #expect(throws: DamagedFile.self) { try found(damaged) }
  }
}
