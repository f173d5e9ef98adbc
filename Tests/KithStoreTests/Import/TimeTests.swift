import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct TimeTests {
  private func read(_ text: String, _ zone: Zone = .utc) throws -> Int64 {
    var reader = TimeReader(zone)
    return try withBytes(text) { bytes in
      Result { () throws(TimeReader.Problem) in try reader.read(bytes) }
    }.get()
  }

  /// Local milliseconds are turned into text and asked of the zone itself.
  @Test(arguments: ["UTC", "Europe/Berlin", "America/New_York", "Asia/Shanghai", "Asia/Kathmandu"])
  func `wall-clock times are those of the zone, on every day`(name: String) throws {
    let zone = try Zone.named(name)
    var reader = TimeReader(zone)
    var random = SeededGenerator(seed: 4)
    for _ in 0..<20_000 {
      let local = Int64.random(in: 86_400_000...4_290_000_000_000, using: &random)
      let text = String(Instant(milliseconds: local).rfc3339.dropLast())
      let found = try withBytes(text) { bytes in
        Result { () throws(TimeReader.Problem) in try reader.read(bytes) }
      }.get()
      #expect(found == zone.instant(ofLocal: local).milliseconds, "\(text) in \(name)")
    }
  }

  @Test func `every instant comes back from its RFC 3339 form`() throws {
    var random = SeededGenerator(seed: 8)
    for _ in 0..<20_000 {
      let instant = Int64.random(in: 0...4_291_747_199_999, using: &random)
      #expect(try read(Instant(milliseconds: instant).rfc3339) == instant)
    }
  }

  @Test func `no bytes make a trap`() {
    var random = SeededGenerator(seed: 2)
    let alphabet = Array("0123456789-:T Z+.".utf8)
    for _ in 0..<100_000 {
      var text = Array("2026-01-01T10:11:12.123+02:00".utf8)
      text.removeLast(Int.random(in: 0..<text.count, using: &random))
      if !text.isEmpty, Bool.random(using: &random) {
        let place = Int.random(in: 0..<text.count, using: &random)
        text[place] = alphabet.randomElement(using: &random) ?? 0
      }
      var reader = TimeReader(.utc)
      text.withUnsafeBytes { _ = try? reader.read($0) }
    }
  }
}
