import KithTestSupport
import Testing

@testable import KithSystem

struct TextMarksTests {
  @Test(arguments: 0..<200)
  func `marks are found as an obvious loop finds them`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let one: UInt8 = [0x2C, 0x3B, 0x09, 0x5C, 0xFF].randomElement(using: &random) ?? 0
    let density = Double.random(in: 0...1, using: &random)
    let bytes = (0..<Int.random(in: 0...500, using: &random)).map { _ -> UInt8 in
      Double.random(in: 0..<1, using: &random) < density
        ? [one, 0x22, 0x00, 0x0A, 0x1F].randomElement(using: &random) ?? 0
        : UInt8.random(in: 0...255, using: &random)
    }
    let start = Int.random(in: 0...bytes.count, using: &random)
    let range = start..<Int.random(in: start...bytes.count, using: &random)
    let expected = range.filter { bytes[$0] == one || bytes[$0] == 0x22 || bytes[$0] < 0x20 }
    // What lies behind the text is full of marks that do not count.
    let padded = bytes + [UInt8](repeating: 0x22, count: TextMarks.slack)
    padded.withUnsafeBytes { text in
      guard let text = text.baseAddress else { return }
      var places = [UInt32](repeating: 0, count: bytes.count + TextMarks.spare)
      let count = TextMarks.find(in: text, range, one, into: &places)
      #expect(places[..<count].map(Int.init) == expected)
      places = [UInt32](repeating: 0, count: bytes.count + TextMarks.spare)
      let plain = TextMarks.findPlainly(in: text, range, one, into: &places)
      #expect(places[..<plain].map(Int.init) == expected)
    }
  }
}
