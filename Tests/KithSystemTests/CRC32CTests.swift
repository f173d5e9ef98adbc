import KithTestSupport
import Testing

@testable import KithSystem

struct CRC32CTests {
  /// The answers of RFC 3720, B.4, and the check value of the catalogues.
  static let answers: [(bytes: [UInt8], crc: UInt32)] = [
    (Array("123456789".utf8), 0xE306_9283),
    ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
    ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
    ([UInt8](0..<32), 0x46DD_794E),
    ([UInt8](0..<32).reversed(), 0x113F_DB5C),
    ([], 0),
  ]

  @Test(arguments: answers)
  func `known answers`(bytes: [UInt8], crc: UInt32) {
    #expect(CRC32C.of(bytes) == crc)
  }

  @Test func `a checksum in parts is the checksum of the whole`() {
    let bytes = SeededRandomness(seed: 3).bytes(1000)
    for cut in [0, 1, 7, 8, 9, 500, 999, 1000] {
      var crc = CRC32C()
      bytes[..<cut].withUnsafeBytes { crc.update($0) }
      bytes[cut...].withUnsafeBytes { crc.update($0) }
      #expect(crc.value == CRC32C.of(bytes))
    }
  }

  @Test func `the instruction, its four lanes and the tables agree`() {
    for size in [0, 4, 8, 12, 1000, 4096, 4100, 16_384, 16_388, 70_000, 262_144] {
      let bytes = SeededRandomness(seed: UInt64(size)).bytes(size)
      bytes.withUnsafeBytes { all in
        func tables(_ part: Range<Int>) -> UInt32 {
          var crc = CRC32C()
          crc.updateByTables(UnsafeRawBufferPointer(rebasing: all[part]))
          return crc.value
        }
        #expect(CRC32C.of(all) == tables(0..<size))
        let quarters = CRC32C.ofQuarters(all)
        let found = [quarters.0, quarters.1, quarters.2, quarters.3]
        let expected = (0..<4).map { tables((size / 4 * $0)..<(size / 4 * ($0 + 1))) }
        #expect(found == expected)
      }
    }
  }
}
