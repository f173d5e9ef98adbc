/// Finds the fields of one record in a text that holds all of it: RFC 4180, and what files in the wild do.
///
/// A field that begins with a quote ends at the next single quote; what follows it up to the
/// delimiter belongs to it. Any other quote is a character. A record ends at LF, CR LF or CR outside
/// of quotes. Fields are views into the text, or, where they were quoted, into a second buffer that
/// is as large.
struct RecordScan {
  enum Found {
    /// Where the record ends, and where the next one begins.
    case found(end: Int, next: Int)
    /// A quote that is not closed within ``quotedBytesMax`` or the rest of the text.
    case openQuote
    case end
  }

  /// A quoted field that is longer is taken for one that is never closed.
  static let quotedBytesMax = 1 << 20

  private let bytes: UnsafeRawBufferPointer
  private let unquoted: UnsafeMutableRawBufferPointer
  private let delimiter: UInt8
  private var scratch = 0
  var fields: [UnsafeRawBufferPointer] = []
  /// Line ends in the record, its own among them.
  private(set) var lines = 1

  init(
    bytes: UnsafeRawBufferPointer, unquoted: UnsafeMutableRawBufferPointer, delimiter: UInt8
  ) {
    self.bytes = bytes
    self.unquoted = unquoted
    self.delimiter = delimiter
  }

  mutating func run(from start: Int) -> Found {
    fields.removeAll(keepingCapacity: true)
    guard start < bytes.count else { return .end }
    var place = start
    while true {
      if place < bytes.count, bytes[place] == 0x22 {
        guard let after = quoted(place) else { return .openQuote }
        place = after
      } else {
        let begin = place
        while place < bytes.count, !endsField(bytes[place]) { place &+= 1 }
        fields.append(trimmed(UnsafeRawBufferPointer(rebasing: bytes[begin..<place])))
      }
      guard place < bytes.count else { return .found(end: place, next: place) }
      let byte = bytes[place]
      if byte == delimiter {
        place &+= 1
        continue
      }
      if byte == 0x0A { return .found(end: place, next: place + 1) }
      // A CR: alone, or the first half of a line end.
      let isPair = place + 1 < bytes.count && bytes[place + 1] == 0x0A
      return .found(end: place, next: place + (isPair ? 2 : 1))
    }
  }

  @inline(__always)
  private func endsField(_ byte: UInt8) -> Bool {
    byte == delimiter || byte == 0x0A || byte == 0x0D
  }

  /// Reads the field whose quote stands at `open`; returns where it ends, or nil where it does not.
  private mutating func quoted(_ open: Int) -> Int? {
    let begin = scratch
    var place = open + 1
    while true {
      guard place < bytes.count, place - open <= Self.quotedBytesMax else { return nil }
      let byte = bytes[place]
      if byte == 0x22 {
        guard place + 1 < bytes.count, bytes[place + 1] == 0x22 else { break }
        place &+= 1
      } else if byte == 0x0A || byte == 0x0D && place + 1 < bytes.count && bytes[place + 1] != 0x0A
      {
        lines += 1
      }
      keep(byte)
      place &+= 1
    }
    place += 1
    while place < bytes.count, !endsField(bytes[place]) {
      keep(bytes[place])
      place &+= 1
    }
    fields.append(trimmed(UnsafeRawBufferPointer(rebasing: unquoted[begin..<scratch])))
    return place
  }

  @inline(__always)
  private mutating func keep(_ byte: UInt8) {
    unquoted[scratch] = byte
    scratch &+= 1
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
