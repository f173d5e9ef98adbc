import KithSystem

/// Numbers of rows, put into the order of the run while they are needed; 0 where a row has none.
final class PlacedColumn {
  private let sorted: SortedRows
  private let width: Int
  private let place: (RowBlock, UnsafeMutableRawPointer) -> Void
  private var memory: LargeMemory?
  private var holders = 0

  /// `place` puts the numbers of one block into their places.
  init(
    _ sorted: SortedRows, width: Int,
    _ place: @escaping (RowBlock, UnsafeMutableRawPointer) -> Void
  ) {
    self.sorted = sorted
    self.width = width
    self.place = place
  }

  /// The numbers, in the order of the run; only between the first and the last buffer that need them.
  @inline(__always)
  func numbers<Number>(_ type: Number.Type) -> UnsafePointer<Number> {
    UnsafePointer(held.of(type))
  }

  private var held: LargeMemory {
    if let memory { return memory }
    let memory = LargeMemory(sorted.rows * width)
    let address = memory.address
    sorted.forEachBlock { place($0, address) }
    self.memory = memory
    return memory
  }

  /// The buffers, among which the numbers are made before the first and freed after the last.
  func held(over buffers: [ArrowBuffer]) -> [ArrowBuffer] {
    holders = buffers.count { $0.size > 0 }
    return buffers.map { buffer in
      var buffer = buffer
      buffer.prepare = { _ = self.held }
      buffer.release = {
        self.holders -= 1
        if self.holders == 0 { self.memory = nil }
      }
      return buffer
    }
  }
}

extension ArrowBuffer {
  /// A bitmap of the numbers that are not 0.
  static func present<Number: FixedWidthInteger>(
    _ count: Int, _ numbers: @escaping () -> UnsafePointer<Number>
  ) -> ArrowBuffer {
    ArrowBuffer(size: (count + 7) / 8) { range, out in
      let numbers = numbers()
      for place in range {
        var byte: UInt8 = 0
        for index in (place &* 8)..<min(count, place &* 8 &+ 8) where numbers[index] != 0 {
          byte |= 1 &<< UInt8(truncatingIfNeeded: index & 7)
        }
        out.storeBytes(of: byte, toByteOffset: place &- range.lowerBound, as: UInt8.self)
      }
    }
  }
}

/// A column of codes, in the order of the run.
struct CodeColumn {
  let names: RankedNames
  private let rows: Int
  private let absent: Int
  private let placed: PlacedColumn
  /// Bytes of a number in memory, which stands for one code more than a number in the file.
  private let width: Int

  /// `codes` gives a block's codes, where it has any, and `indices` what they stand for, by thread.
  init(
    _ sorted: SortedRows, _ indices: [TextIndex?], mayHoldUnused: Bool,
    _ codes: @escaping (RowBlock) -> RowBlock.Codes?
  ) {
    rows = sorted.rows
    let uses = mayHoldUnused ? Self.uses(sorted, indices, codes) : nil
    let names = RankedNames(indices, uses: uses)
    self.names = names
    absent = sorted.blocks.reduce(0) { $0 + (codes($1)?.absent ?? $1.rows) }
    let width = names.count <= 0xFF ? 1 : names.count <= 0xFFFF ? 2 : 4
    self.width = width
    placed = PlacedColumn(sorted, width: width) { block, memory in
      guard let codes = codes(block) else { return }
      names.ranks[block.worker].withUnsafeBufferPointer { ranks in
        switch width {
        case 1: place(codes, block, ranks, memory.assumingMemoryBound(to: UInt8.self))
        case 2: place(codes, block, ranks, memory.assumingMemoryBound(to: UInt16.self))
        default: place(codes, block, ranks, memory.assumingMemoryBound(to: UInt32.self))
        }
      }
    }
  }

  private static func uses(
    _ sorted: SortedRows, _ indices: [TextIndex?], _ codes: (RowBlock) -> RowBlock.Codes?
  ) -> [[Bool]] {
    var uses = indices.map { [Bool](repeating: false, count: $0?.count ?? 0) }
    for block in sorted.blocks {
      guard let codes = codes(block) else { continue }
      for row in 0..<block.rows where codes[row] != absentCode {
        uses[block.worker][Int(codes[row])] = true
      }
    }
    return uses
  }

  func arrow(_ name: String, role: String?, id: Int) -> ArrowColumn {
    let bits = names.count <= 1 << 8 ? 8 : names.count <= 1 << 16 ? 16 : 32
    let (validity, data): (ArrowBuffer, ArrowBuffer) =
      switch (width, bits) {
      case (1, _): (self.validity(UInt8.self), self.data(UInt8.self, UInt8.self))
      case (2, 8): (self.validity(UInt16.self), self.data(UInt16.self, UInt8.self))
      case (2, _): (self.validity(UInt16.self), self.data(UInt16.self, UInt16.self))
      case (_, 16): (self.validity(UInt32.self), self.data(UInt32.self, UInt16.self))
      default: (self.validity(UInt32.self), self.data(UInt32.self, UInt32.self))
      }
    let (ends, bytes) = (names.ends, names.bytes)
    return ArrowColumn(
      field: ArrowField(
        name: name, type: .dictionary(id: id, codeBits: bits, large: false), nullable: absent > 0,
        notes: role.map { ["role": $0] } ?? [:]),
      nullCount: absent,
      buffers: placed.held(over: [absent == 0 ? .empty : validity, data]),
      dictionary: (
        names.count, .numbers(ends.count) { Int32(truncatingIfNeeded: ends[$0]) }, .numbers(bytes)
      ))
  }

  private func validity<Number: FixedWidthInteger>(_ type: Number.Type) -> ArrowBuffer {
    let placed = placed
    return .present(rows) { placed.numbers(type) }
  }

  private func data<Held: FixedWidthInteger, Number: FixedWidthInteger>(
    _ held: Held.Type, _ type: Number.Type
  ) -> ArrowBuffer {
    let placed = placed
    return ArrowBuffer(size: rows * MemoryLayout<Number>.size) { range, out in
      let first = range.lowerBound / MemoryLayout<Number>.size
      let codes = placed.numbers(held) + first
      let out = out.assumingMemoryBound(to: type)
      for index in 0..<(range.count / MemoryLayout<Number>.size) {
        let code = codes[index]
        out[index] = code == 0 ? 0 : Number(truncatingIfNeeded: code &- 1)
      }
    }
  }
}

/// Puts the ranks of a block's codes into their places; 0 where there is none.
@inline(__always)
private func place<Number: FixedWidthInteger>(
  _ codes: RowBlock.Codes, _ block: RowBlock, _ ranks: UnsafeBufferPointer<UInt32>,
  _ out: UnsafeMutablePointer<Number>
) {
  let places = block.users
  for row in 0..<block.rows {
    let code = codes[row]
    out[Int(places[row])] = code == absentCode ? 0 : Number(truncatingIfNeeded: ranks[Int(code)])
  }
}

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
    for block in sorted.blocks {
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
    sorted.forEachBlock { block in
      guard let texts = block.eventIDs else { return }
      for row in 0..<block.rows {
        numbers[Int(block.users[row]) + 1] = Int64(texts.ends[row + 1] - texts.ends[row])
      }
    }
    for row in 0..<sorted.rows { numbers[row + 1] += numbers[row] }
    let bytes = LargeMemory(size)
    let start = bytes.address
    sorted.forEachBlock { block in
      guard let texts = block.eventIDs else { return }
      for row in 0..<block.rows {
        texts.withText(row) { text in
          let place = start + Int(numbers[Int(block.users[row])])
          UnsafeMutableRawBufferPointer(start: place, count: text.count).copyMemory(from: text)
        }
      }
    }
    (self.ends, self.bytes) = (ends, bytes)
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
