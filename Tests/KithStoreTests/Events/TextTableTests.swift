import KithSystem
import Testing

@testable import KithStore

struct TextTableTests {
  static let texts = ["", "ann", "茶", "é", "\u{0}", String(repeating: "long ", count: 900), "z"]

  /// A table as a file has it, its offsets of four or eight bytes, with a way to read past the mapping.
  private func table(_ ends: [Int], bytes: [UInt8], large: Bool, reads: Bool) throws -> TextTable {
    var content: [UInt8] = []
    for end in ends {
      if large {
        withUnsafeBytes(of: Int64(end)) { content.append(contentsOf: $0) }
      } else {
        withUnsafeBytes(of: Int32(end)) { content.append(contentsOf: $0) }
      }
    }
    let size = content.count
    content += bytes
    let copy = content
    let owned = MappedBytes(copying: content)
    let owner = MappedBytes(
      owned.bytes,
      read: { place, memory in
        if reads { memory.copyBytes(from: copy[place..<(place + memory.count)]) }
        return reads
      },
      release: { _ = owned })
    return try #require(
      TextTable(
        count: ends.count - 1, offsets: UnsafeRawBufferPointer(rebasing: owner.bytes[..<size]),
        large: large, bytes: UnsafeRawBufferPointer(rebasing: owner.bytes[size...]), owner: owner))
  }

  @Test(arguments: [true, false], [true, false])
  func `a text that is copied is the one that is mapped`(large: Bool, reads: Bool) throws {
    let bytes = Self.texts.flatMap { Array($0.utf8) }
    let ends = Self.texts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.utf8.count) }
    let table = try table(ends, bytes: bytes, large: large, reads: reads)
    for (index, text) in Self.texts.enumerated() {
      #expect(table.text(index) == text)
      #expect(Array(table.copiedText(index).utf8) == Array(text.utf8))
    }
    #expect(table.copiedText(Self.texts.count) == "")
  }

  @Test func `a text is found alone where it is found among others`() throws {
    let texts = (0..<300).map { "u\($0 * 7 % 300)" }.sorted()
    let ends = texts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.utf8.count) }
    let table = try table(ends, bytes: texts.flatMap { Array($0.utf8) }, large: false, reads: true)
    for text in texts + ["", "u", "u1000", "v", "a"] {
      let found = Array(text.utf8).withUnsafeBytes {
        (table.find($0), table.find($0, copying: true))
      }
      #expect(found.0 == found.1 && found.0 == texts.firstIndex(of: text))
    }
  }

  @Test func `offsets that lead outside give an empty text, and bytes that are none are mended`()
    throws
  {
    let table = try table([0, 9, 2, 3], bytes: [0x61, 0xFF, 0x62], large: false, reads: true)
    for index in 0..<3 { #expect(table.copiedText(index) == table.text(index)) }
    #expect(table.copiedText(0) == "" && table.copiedText(1) == "" && table.copiedText(2) == "b")
    let broken = try self.table([0, 2], bytes: [0x61, 0xFF], large: true, reads: true)
    #expect(broken.copiedText(0) == "a\u{FFFD}")
  }
}
