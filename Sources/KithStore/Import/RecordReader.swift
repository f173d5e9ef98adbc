import KithSystem

/// Splits text into records and fields: RFC 4180, and what files in the wild do.
///
/// A field that begins with a quote ends at the next single quote; what follows it up to the
/// delimiter belongs to it. Any other quote is a character. A record ends at LF, CR LF or CR outside
/// of quotes. A quote that is never closed must not swallow the rest of the file: only its line is
/// given up, and reading goes on behind it.
///
/// Fields are views into the block, or, where quotes were doubled, into a second buffer as large.
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

  /// A quoted field that is longer is taken for one that is never closed.
  static let quotedBytesMax = 1 << 20
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
      linesInRecord = 0
      switch scan() {
      case .found(let end, let next):
        record = UnsafeRawBufferPointer(rebasing: block[start..<end])
        start = next
        linesInRecord += 1
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

extension RecordReader {
  private enum Found {
    case found(end: Int, next: Int)
    case openQuote, needMore, end
  }

  /// Finds the fields of the record at `start`.
  private func scan() -> Found {
    fields.removeAll(keepingCapacity: true)
    guard start < used else { return isLast ? .end : .needMore }
    let bytes = UnsafeRawBufferPointer(rebasing: block[..<used])
    var place = start
    var scratch = 0
    while true {
      if place < used, bytes[place] == 0x22 {
        guard let after = scanQuoted(bytes, place, &scratch) else {
          return isLast || used - place > Self.quotedBytesMax ? .openQuote : .needMore
        }
        place = after
      } else {
        let begin = place
        while place < used, !endsField(bytes[place]) { place &+= 1 }
        fields.append(trimmed(UnsafeRawBufferPointer(rebasing: bytes[begin..<place])))
      }
      guard place < used else { return isLast ? .found(end: used, next: used) : .needMore }
      let byte = bytes[place]
      if byte == delimiter {
        place &+= 1
        continue
      }
      if byte == 0x0A { return .found(end: place, next: place + 1) }
      // A CR: alone, or the first half of a line end of which the other may be yet to be read.
      guard place + 1 < used || isLast else { return .needMore }
      let isPair = place + 1 < used && bytes[place + 1] == 0x0A
      return .found(end: place, next: place + (isPair ? 2 : 1))
    }
  }

  @inline(__always)
  private func endsField(_ byte: UInt8) -> Bool {
    byte == delimiter || byte == 0x0A || byte == 0x0D
  }

  /// Reads the field whose quote stands at `open`; returns where it ends, or nil where it does not.
  private func scanQuoted(
    _ bytes: UnsafeRawBufferPointer, _ open: Int, _ scratch: inout Int
  ) -> Int? {
    let begin = scratch
    var place = open + 1
    while true {
      guard place < bytes.count else { return nil }
      let byte = bytes[place]
      if byte == 0x22 {
        // Whether a quote is doubled shows only with the byte behind it.
        guard place + 1 < bytes.count || isLast else { return nil }
        guard place + 1 < bytes.count, bytes[place + 1] == 0x22 else { break }
        place &+= 1
      } else if byte == 0x0A || byte == 0x0D && place + 1 < bytes.count && bytes[place + 1] != 0x0A
      {
        linesInRecord += 1
      }
      unquoted[scratch] = byte
      scratch &+= 1
      place &+= 1
      if place - open > Self.quotedBytesMax { return nil }
    }
    place += 1
    while place < bytes.count, !endsField(bytes[place]) {
      unquoted[scratch] = bytes[place]
      scratch &+= 1
      place &+= 1
    }
    fields.append(trimmed(UnsafeRawBufferPointer(rebasing: unquoted[begin..<scratch])))
    return place
  }
}

/// Without the blanks, tabs and line ends around it.
@inline(__always)
func trimmed(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
  var start = 0
  var end = text.count
  while start < end, isBlank(text[start]) { start &+= 1 }
  while start < end, isBlank(text[end &- 1]) { end &-= 1 }
  return UnsafeRawBufferPointer(rebasing: text[start..<end])
}

@inline(__always)
func isBlank(_ byte: UInt8) -> Bool {
  byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
}
