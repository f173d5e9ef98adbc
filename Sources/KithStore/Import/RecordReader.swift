import KithSystem

/// Reads an input record by record, whatever the blocks in which it comes.
///
/// A quote that is never closed must not swallow the rest of the file: only its line is given up, and
/// reading goes on behind it.
final class RecordReader {
  enum Outcome { case record, openQuote, end }

  let input: TextInput
  private(set) var fields: [UnsafeRawBufferPointer] = []
  /// The line that the present record begins at, from 1.
  private(set) var line = 1
  /// The whole present record, without its line end.
  private(set) var record = UnsafeRawBufferPointer(start: nil, count: 0)
  var delimiter: UInt8 = 0x2C

  private var block: UnsafeMutableRawBufferPointer
  private var unquoted: UnsafeMutableRawBufferPointer
  private var used = 0
  private var start = 0
  private var isLast = false
  private var linesInRecord = 0

  private static let recordBytesMax = 1 << 26

  init(_ input: TextInput, blockSize: Int = 1 << 20) {
    self.input = input
    block = .allocate(byteCount: blockSize, alignment: 64)
    unquoted = .allocate(byteCount: blockSize, alignment: 64)
  }

  deinit {
    block.deallocate()
    unquoted.deallocate()
  }

  /// The text at the present place, at least 64 KiB of it where there is as much.
  func peek() throws(ImportError) -> UnsafeRawBufferPointer {
    while used - start < 1 << 16, !isLast { try fill() }
    return UnsafeRawBufferPointer(rebasing: block[start..<used])
  }

  func skip(_ count: Int) {
    start += count
  }

  /// Goes to the next record.
  func next() throws(ImportError) -> Outcome {
    line += linesInRecord
    while true {
      switch scan() {
      case .found(let end, let next):
        record = UnsafeRawBufferPointer(rebasing: block[start..<end])
        start = next
        return .record
      case .openQuote:
        fields.removeAll(keepingCapacity: true)
        var end = start
        while end < used, block[end] != 0x0A, block[end] != 0x0D { end += 1 }
        record = UnsafeRawBufferPointer(rebasing: block[start..<end])
        let isPair = end + 1 < used && block[end] == 0x0D && block[end + 1] == 0x0A
        start = min(used, end + (isPair ? 2 : 1))
        linesInRecord = 1
        return .openQuote
      case .end:
        return .end
      case .needMore:
        guard used - start < Self.recordBytesMax else {
          throw .lineTooLong(file: input.name, line: line)
        }
        try fill()
      }
    }
  }

  private func scan() -> RecordScan.Found {
    var scan = RecordScan(
      bytes: UnsafeRawBufferPointer(rebasing: block[..<used]), unquoted: unquoted,
      delimiter: delimiter, isLast: isLast)
    // The array is lent, so that its storage is used again and no access to it is checked.
    swap(&scan.fields, &fields)
    let found = scan.run(from: start)
    swap(&scan.fields, &fields)
    linesInRecord = scan.lines
    return found
  }

  /// Moves what is left to the front, makes room where it fills the block, and reads on.
  private func fill() throws(ImportError) {
    if start > 0 {
      block.copyMemory(from: UnsafeRawBufferPointer(rebasing: block[start..<used]))
      used -= start
      start = 0
    }
    if used == block.count {
      let larger = UnsafeMutableRawBufferPointer.allocate(
        byteCount: block.count * 2, alignment: 64)
      larger.copyMemory(from: UnsafeRawBufferPointer(block))
      block.deallocate()
      block = larger
      unquoted.deallocate()
      unquoted = .allocate(byteCount: block.count, alignment: 64)
    }
    let count = try input.read(into: UnsafeMutableRawBufferPointer(rebasing: block[used...]))
    used += count
    isLast = count == 0
  }
}
