import KithSystem

/// Texts of rows that are mostly distinct, in the order of the run.
final class PlacedTexts {
  private let sorted: SortedRows
  private let absent: Int
  private let size: Int
  private var ends: LargeMemory?
  private var bytes: LargeMemory?

  init(_ sorted: SortedRows) {
    self.sorted = sorted
    var (size, present) = (0, 0)
    for block in sorted.blocks.all {
      guard let texts = block.eventIDs else { continue }
      size += texts.bytes.count
      present += block.rows - texts.nullCount
    }
    self.size = size
    absent = sorted.rows - present
  }

  private func make() {
    let ends = LargeMemory((sorted.rows + 1) * 8)
    let numbers = ends.of(Int64.self)
    forEachBlock { block, texts in
      for row in 0..<block.rows {
        numbers[Int(block.users[row]) + 1] = Int64(texts.ends[row + 1] - texts.ends[row])
      }
    }
    for row in 0..<sorted.rows { numbers[row + 1] += numbers[row] }
    let bytes = LargeMemory(size)
    let start = bytes.address
    forEachBlock { block, texts in
      for row in 0..<block.rows {
        texts.withText(row) { text in
          let place = start + Int(numbers[Int(block.users[row])])
          UnsafeMutableRawBufferPointer(start: place, count: text.count).copyMemory(from: text)
        }
      }
    }
    (self.ends, self.bytes) = (ends, bytes)
  }

  private func forEachBlock(_ body: (RowBlock, TextBuilder) -> Void) {
    sorted.blocks.forEachShare { blocks in
      for block in blocks {
        if let texts = block.eventIDs { body(block, texts) }
      }
    }
  }

  func arrow(_ name: String) -> ArrowColumn {
    let end: (Int) -> Int64 = { self.ends?.of(Int64.self)[$0] ?? 0 }
    var validity = ArrowBuffer.empty
    if absent > 0 {
      let rows = sorted.rows
      validity = .numbers((rows + 7) / 8) { place in
        var byte: UInt8 = 0
        for row in (place * 8)..<min(rows, place * 8 + 8) where end(row) < end(row + 1) {
          byte |= 1 << UInt8(row & 7)
        }
        return byte
      }
      validity.prepare = { self.make() }
    }
    var ends = ArrowBuffer.numbers(sorted.rows + 1, end)
    if absent == 0 { ends.prepare = { self.make() } }
    var texts = ArrowBuffer(size: size) { range, out in
      guard let bytes = self.bytes else { return }
      out.copyMemory(from: bytes.address + range.lowerBound, byteCount: range.count)
    }
    texts.release = { (self.ends, self.bytes) = (nil, nil) }
    return ArrowColumn(
      field: ArrowField(name: name, type: .text(large: true), nullable: absent > 0),
      nullCount: absent, buffers: [validity, ends, texts])
  }
}
