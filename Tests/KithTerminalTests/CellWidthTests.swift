import CTerminal
import Testing

@testable import KithScreen

@Suite struct CellWidthTests {
  /// Scalars that libc counts otherwise, with the reason why the table keeps to its own number.
  private static let accepted: [(scalars: ClosedRange<UInt32>, why: String)] = [
    (0x0000...0x001F, "control characters are shown as pictures"),
    (0x007F...0x009F, "control characters are shown as pictures"),
    (0x2028...0x202E, "separators and overrides are shown as U+FFFD"),
    (0x2066...0x2069, "isolates are shown as U+FFFD"),
    (0xD800...0xDFFF, "surrogates are no scalars"),
    (0x2630...0x2637, "trigrams are wide since Unicode 16, and narrow in terminals in use"),
    (0x268A...0x268F, "monograms and digrams, the same"),
    (0x1D300...0x1D376, "Tai Xuan Jing symbols and counting rods, the same"),
  ]

  @Test func `the table agrees with libc for every scalar that libc knows`() {
    ct_use_locale()
    #expect(ct_is_utf8() != 0)
    var differing: [String] = []
    var compared = 0
    for value in UInt32(0)...0x10FFFF {
      let theirs = Int(ct_scalar_width(value))
      if theirs < 0 { continue }  // not assigned when that libc was made: drawn as `?`
      if Self.accepted.contains(where: { $0.scalars.contains(value) }) { continue }
      compared += 1
      let ours = cellWidth(of: value)
      if ours != theirs {
        differing.append(
          "U+\(String(value, radix: 16, uppercase: true)) ours \(ours) libc \(theirs)")
      }
    }
    #expect(compared > 140_000)
    #expect(
      differing.isEmpty, "\(differing.count): \(differing.prefix(40).joined(separator: ", "))")
  }
}
