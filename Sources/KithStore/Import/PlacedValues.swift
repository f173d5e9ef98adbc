import KithSystem

/// The values of a run's rows, most of which have none, by their places in the run.
///
/// Values lie in slices of as many rows as 16 bits count, so that a part of the column is made of a part of
/// them, and never all of it is in memory.
final class PlacedValues {
  private static let sliceBits = 16

  private let blocks: SharedBlocks
  private let count: Int
  private var memory: (numbers: LargeMemory, offsets: LargeMemory)?
  /// Where each slice begins.
  private var starts: [Int] = []

  init(_ blocks: SharedBlocks) {
    self.blocks = blocks
    count = blocks.all.reduce(0) { $0 + $1.values.count }
  }

  private func make() {
    guard memory == nil else { return }
    let memory = (numbers: LargeMemory(count * 8), offsets: LargeMemory(count * 2))
    self.memory = memory
    let slices = (blocks.rows >> Self.sliceBits) + 1
    var next = blocks.shares.map { _ in [Int](repeating: 0, count: slices) }
    for (share, range) in blocks.shares.enumerated() {
      for block in blocks.all[range] {
        for place in block.valuePlaces { next[share][Int(place >> UInt32(Self.sliceBits))] += 1 }
      }
    }
    starts = []
    var total = 0
    for slice in 0..<slices {
      starts.append(total)
      for share in next.indices {
        let own = next[share][slice]
        next[share][slice] = total
        total += own
      }
    }
    starts.append(total)
    Cores.runUnchecked(blocks.shares.count) { share in
      let numbers = memory.numbers.of(Int64.self)
      let offsets = memory.offsets.of(UInt16.self)
      var next = next[share]
      for block in blocks.all[blocks.shares[share]] {
        for (value, place) in block.valuePlaces.enumerated() {
          let slice = Int(place >> UInt32(Self.sliceBits))
          numbers[next[slice]] = block.values.numbers[value]
          offsets[next[slice]] = UInt16(truncatingIfNeeded: place)
          next[slice] &+= 1
        }
      }
    }
    blocks.letValuesGo()
  }

  /// Calls `body` with the place and the value of each of some rows that has one.
  private func forEach(of rows: Range<Int>, _ body: (Int, Int64) -> Void) {
    guard let memory, !rows.isEmpty else { return }
    let numbers = memory.numbers.of(Int64.self)
    let offsets = memory.offsets.of(UInt16.self)
    for slice in (rows.lowerBound >> Self.sliceBits)...((rows.upperBound - 1) >> Self.sliceBits) {
      for value in starts[slice]..<starts[slice + 1] {
        let row = slice << Self.sliceBits + Int(offsets[value])
        if rows.contains(row) { body(row, numbers[value]) }
      }
    }
  }

  /// The value of each row; `prepare` is called before the first is asked for.
  func arrow(_ name: String, prepare: @escaping () -> Void) -> ArrowColumn {
    let rows = blocks.rows
    let prepare = {
      prepare()
      self.make()
    }
    var validity = ArrowBuffer.empty
    if count < rows {
      validity = ArrowBuffer(size: (rows + 7) / 8) { range, out in
        out.initializeMemory(as: UInt8.self, repeating: 0, count: range.count)
        let bits = out.assumingMemoryBound(to: UInt8.self)
        self.forEach(of: range.lowerBound * 8..<min(rows, range.upperBound * 8)) { row, _ in
          bits[row / 8 - range.lowerBound] |= 1 << UInt8(row % 8)
        }
      }
      validity.prepare = prepare
    }
    var numbers = ArrowBuffer(size: rows * 8) { range, out in
      let out = out.assumingMemoryBound(to: Int64.self)
      out.update(repeating: 0, count: range.count / 8)
      let first = range.lowerBound / 8
      self.forEach(of: first..<(range.upperBound / 8)) { row, value in out[row - first] = value }
    }
    numbers.prepare = prepare
    numbers.release = { self.memory = nil }
    return ArrowColumn(
      field: ArrowField(name: name, type: .decimal, nullable: count < rows),
      nullCount: rows - count, buffers: [validity, numbers])
  }
}

extension RowBlock {
  /// The places of the rows that have a value, once ``placeValues()`` was called.
  fileprivate var valuePlaces: UnsafeBufferPointer<UInt32> {
    UnsafeBufferPointer(start: values.rows, count: values.count)
  }

  /// Puts the place of each row that has a value where the number of the row was.
  func placeValues() {
    for value in 0..<values.count { values.rows[value] = users[Int(values.rows[value])] }
  }
}

extension SharedBlocks {
  /// Frees what values take, once they are all elsewhere.
  fileprivate func letValuesGo() {
    for block in all { block.values.piece.letGo() }
  }
}
