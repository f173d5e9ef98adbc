import KithSystem
import Testing

struct HexTests {
  /// By single digits.
  private func plain(_ text: [UInt8]) -> UInt32? {
    text.reduce(UInt32?(0)) { number, byte in
      guard let number, let digit = hexDigit(byte) else { return nil }
      return number << 4 | UInt32(digit)
    }
  }

  private func word(_ text: [UInt8]) -> UInt64 {
    text.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  @Test func `eight digits are what they are one by one, and any other byte is refused`() {
    for text in ["00000000", "01234567", "89abcdef", "ABCDEF09", "ffffffff", "DeadBeef"] {
      #expect(hexNumber(word(Array(text.utf8))) == plain(Array(text.utf8)))
      #expect(hexNumber(word(Array(text.utf8))) != nil)
    }
    for place in 0..<8 {
      for byte in UInt8.min...UInt8.max {
        var text = Array("3f98b860".utf8)
        text[place] = byte
        #expect(hexNumber(word(text)) == plain(text), "byte \(byte) at \(place)")
      }
    }
  }
}
