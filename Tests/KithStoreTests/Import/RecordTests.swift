import KithTestSupport
import Testing

@testable import KithStore

/// The records of a text, slowly and plainly: the twin of `RecordReader`.
private struct PlainReader {
  var text: [UInt8]
  var records: [String] = []

  init(_ text: [UInt8]) {
    self.text = text
    var place = 0
    var line = 1
    while place < text.count {
      if let (fields, end) = record(at: place) {
        records.append("\(line): " + fields.map(show).joined(separator: " "))
        line += lines(place..<end)
        place = end
      } else {
        let end = text[place...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? text.count
        records.append("\(line): open \(show(Array(text[place..<end])))")
        place = behindLineEnd(end)
        line += 1
      }
    }
  }

  private func show(_ bytes: [UInt8]) -> String { "\(bytes)" }

  private func behindLineEnd(_ place: Int) -> Int {
    if place < text.count, text[place] == 0x0D, place + 1 < text.count, text[place + 1] == 0x0A {
      return place + 2
    }
    return min(place + 1, text.count)
  }

  private func lines(_ range: Range<Int>) -> Int {
    let part = Array(text[range])
    let count = part.indices.count { index in
      part[index] == 0x0A
        || part[index] == 0x0D && !(index + 1 < part.count && part[index + 1] == 0x0A)
    }
    return count
  }

  private func record(at start: Int) -> (fields: [[UInt8]], end: Int)? {
    var fields: [[UInt8]] = []
    var place = start
    while true {
      var field: [UInt8] = []
      if place < text.count, text[place] == 0x22 {
        place += 1
        while true {
          guard place < text.count else { return nil }
          if text[place] == 0x22 {
            guard place + 1 < text.count, text[place + 1] == 0x22 else { break }
            place += 1
          }
          field.append(text[place])
          place += 1
        }
        place += 1
      }
      while place < text.count, ![0x2C, 0x0A, 0x0D].contains(text[place]) {
        field.append(text[place])
        place += 1
      }
      let isBlank = { (byte: UInt8) in [0x20, 0x09, 0x0A, 0x0D].contains(byte) }
      field = Array(field.drop(while: isBlank))
      while let last = field.last, isBlank(last) { field.removeLast() }
      fields.append(field)
      guard place < text.count, text[place] == 0x2C else { return (fields, behindLineEnd(place)) }
      place += 1
    }
  }
}

struct RecordTests {
  /// The records of all chunks, as many of them as the block size makes.
  private func read(_ text: [UInt8], blockSize: Int) throws -> [String] {
    let cutter = TextCutter(try TextInput(.bytes(name: "x", text)), blockSize: blockSize)
    let reader = RecordReader(delimiter: 0x2C)
    let chunk = Chunk()
    var records: [String] = []
    var line = 1
    while try cutter.next(into: chunk) {
      reader.open(chunk.text)
      chunk: while true {
        switch try reader.next() {
        case .end: break chunk
        case .rejected(.quote):
          records.append("\(line + reader.recordLine): open \(Array(reader.record))")
        case .record, .blank, .rejected:
          let fields = reader.fields.map { "\(Array($0))" }.joined(separator: " ")
          records.append("\(line + reader.recordLine): \(fields)")
        }
      }
      line += reader.line
    }
    return records
  }

  @Test func `records are those of the plain reader, wherever a block ends`() throws {
    var random = SeededGenerator(seed: 5)
    let alphabet = Array("ab,,\"\"\"\n\n\r \t é".utf8)
    for _ in 0..<4_000 {
      let size = Int.random(in: 0...40, using: &random)
      let text = (0..<size).map { _ in alphabet.randomElement(using: &random) ?? 0 }
      let plain = PlainReader(text).records
      for blockSize in [1, 2, 3, 5, 64] {
        let found = try read(text, blockSize: blockSize)
        #expect(found == plain, "\(String(decoding: text, as: UTF8.self).debugDescription)")
      }
    }
  }

  @Test func `a quote that is never closed costs one line, however long the file`() throws {
    var text = Array("a,\"open\n".utf8)
    for index in 0..<400_000 { text += Array("\(index),x\n".utf8) }
    let records = try read(text, blockSize: 1 << 20)
    #expect(records.count == 400_001)
    #expect(records[0].hasPrefix("1: open"))
    #expect(records[400_000].hasPrefix("400001: "))
  }

  @Test(arguments: [
    ("plain", true), ("Zürich 茶 🫖", true), ("\u{10FFFF}\u{D7FF}\u{E000}", true),
  ])
  func `text is told from bytes`(text: String, isGood: Bool) {
    let bytes = Array(text.utf8)
    #expect(bytes.withUnsafeBytes(isText) == isGood)
  }

  @Test func `random bytes are text exactly where the standard library can read them`() {
    var random = SeededGenerator(seed: 3)
    let alphabet: [UInt8] = [
      0x41, 0x7F, 0x80, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xA0, 0x9F, 0xED, 0xEF, 0xF0, 0x90, 0x8F,
      0xF4, 0xF5, 0xFF, 0x00,
    ]
    for _ in 0..<100_000 {
      let bytes = (0..<Int.random(in: 0...12, using: &random)).map { _ in
        alphabet.randomElement(using: &random) ?? 0
      }
      let expected = String(validating: bytes, as: UTF8.self) != nil && !bytes.contains(0)
      #expect(bytes.withUnsafeBytes(isText) == expected)
    }
  }
}
