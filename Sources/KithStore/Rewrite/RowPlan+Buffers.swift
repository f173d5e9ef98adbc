import Glibc

extension RowPlan {
  /// Rows to a block: long enough that a piece is rarely cut, short enough to stay in the cache.
  private static var blockRows: Int { 1 << 16 }

  /// One number for each row, a block at a time; `fill` writes those of some rows of one source.
  func numbers<Number: FixedWidthInteger, Failure: Error>(
    _ fill: @escaping (_ source: Int, _ rows: Range<Int>, UnsafeMutablePointer<Number>) -> Void
  ) -> ArrowWriter<Failure>.Buffer {
    .init(size: rows * MemoryLayout<Number>.size) { (sink) throws(Failure) in
      try forEachBlock(fill) { (block) throws(Failure) in try sink(UnsafeRawBufferPointer(block)) }
    }
  }

  /// A bit for each row, lowest first, from a byte that is 1 or 0.
  func bits<Failure: Error>(
    _ fill: @escaping (_ source: Int, _ rows: Range<Int>, UnsafeMutablePointer<UInt8>) -> Void
  ) -> ArrowWriter<Failure>.Buffer {
    .init(size: (rows + 7) / 8) { (sink) throws(Failure) in
      let packed = UnsafeMutableRawBufferPointer.allocate(
        byteCount: Self.blockRows / 8, alignment: 8)
      defer { packed.deallocate() }
      try forEachBlock(fill) { (block) throws(Failure) in
        let bytes = UnsafeRawBufferPointer(block)
        for index in 0..<(block.count / 8) {
          let eight = bytes.loadUnaligned(fromByteOffset: index &* 8, as: UInt64.self).littleEndian
          packed[index] = UInt8(truncatingIfNeeded: (eight &* 0x0102_0408_1020_4080) >> 56)
        }
        // Only the last block is not a multiple of 8.
        if block.count % 8 != 0 {
          var last: UInt8 = 0
          for index in (block.count / 8 * 8)..<block.count {
            last |= block[index] << UInt8(index % 8)
          }
          packed[block.count / 8] = last
        }
        try sink(UnsafeRawBufferPointer(rebasing: packed[..<((block.count + 7) / 8)]))
      }
    }
  }

  private func forEachBlock<Number, Failure: Error>(
    _ fill: (_ source: Int, _ rows: Range<Int>, UnsafeMutablePointer<Number>) -> Void,
    _ take: (UnsafeBufferPointer<Number>) throws(Failure) -> Void
  ) throws(Failure) {
    let block = UnsafeMutableBufferPointer<Number>.allocate(capacity: Self.blockRows)
    defer { block.deallocate() }
    guard let base = block.baseAddress else { return }
    var count = 0
    try forEachPiece { (source, rows) throws(Failure) in
      var start = rows.lowerBound
      while start < rows.upperBound {
        let end = min(rows.upperBound, start &+ (Self.blockRows &- count))
        fill(source, start..<end, base + count)
        count &+= end &- start
        start = end
        if count == Self.blockRows {
          try take(UnsafeBufferPointer(block))
          count = 0
        }
      }
    }
    if count > 0 { try take(UnsafeBufferPointer(rebasing: block[..<count])) }
  }
}

@inline(__always)
func copy<Number>(
  _ numbers: UnsafeBufferPointer<Number>, _ rows: Range<Int>, to out: UnsafeMutablePointer<Number>
) {
  guard let base = numbers.baseAddress, !rows.isEmpty else { return }
  memcpy(out, base + rows.lowerBound, rows.count &* MemoryLayout<Number>.stride)
}
