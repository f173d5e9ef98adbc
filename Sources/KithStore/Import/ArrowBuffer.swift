import KithSystem

/// The bytes of one buffer of an Arrow file: their number, and how any part of them is written.
struct ArrowBuffer {
  let size: Int
  /// Writes a range of the bytes, which begins at a multiple of 64; several threads may ask at once.
  let fill: (Range<Int>, UnsafeMutableRawPointer) -> Void
  /// Called before the first byte is asked for, and after the last one.
  var prepare: () -> Void = {}
  var release: () -> Void = {}

  static var empty: ArrowBuffer { ArrowBuffer(size: 0) { _, _ in } }

  /// Numbers that are there already.
  static func numbers<Number: FixedWidthInteger>(_ numbers: [Number]) -> ArrowBuffer {
    ArrowBuffer(size: numbers.count * MemoryLayout<Number>.size) { range, out in
      numbers.withUnsafeBytes { bytes in
        UnsafeMutableRawBufferPointer(start: out, count: range.count)
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[range]))
      }
    }
  }

  /// `count` numbers, each made when its turn comes.
  static func numbers<Number: FixedWidthInteger>(
    _ count: Int, _ number: @escaping (Int) -> Number
  ) -> ArrowBuffer {
    let width = MemoryLayout<Number>.size
    return ArrowBuffer(size: count * width) { range, out in
      let out = out.assumingMemoryBound(to: Number.self)
      let first = range.lowerBound / width
      for index in 0..<(range.count / width) { out[index] = number(first &+ index) }
    }
  }

  /// The front of some memory.
  static func memory(_ memory: LargeMemory, size: Int) -> ArrowBuffer {
    ArrowBuffer(size: size) { range, out in
      out.copyMemory(from: memory.address + range.lowerBound, byteCount: range.count)
    }
  }
}

/// A column whose buffers are filled in parts.
struct ArrowColumn {
  var field: ArrowField
  var nullCount: Int
  /// The validity bitmap (of size 0 where nothing is null), then what the type has.
  var buffers: [ArrowBuffer]
  /// For a dictionary: number of texts, offsets, bytes.
  var dictionary: (count: Int, offsets: ArrowBuffer, bytes: ArrowBuffer)?

  /// The column as it is written into a file, to which all else of the writer has to go, too.
  func written(to file: RunFile) -> ArrowWriter<FileError>.Column {
    func buffer(_ buffer: ArrowBuffer) -> ArrowWriter<FileError>.Buffer {
      var written = ArrowWriter<FileError>.Buffer(size: buffer.size) { _ in }
      written.put = { () throws(FileError) in try file.put(buffer) }
      return written
    }
    return .init(
      field: field, nullCount: nullCount, buffers: buffers.map(buffer),
      dictionary: dictionary.map { ($0.count, buffer($0.offsets), buffer($0.bytes)) })
  }
}
