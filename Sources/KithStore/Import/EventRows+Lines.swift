// The fast path over delimited lines. A line goes through it in one pass over its bytes, or it is left
// to the careful reader, which knows every rule; so here only what is plain has to be told from what
// is not. A text that is known already was found good when it came in, and needs no second look.
//
// Left to the careful reader are: a line with fewer or more cells than the header; a quoted cell with a
// quote or a line end in it, or with something behind it; cells with blanks around them; texts that are
// new and not plain UTF-8 or hold a CR; and every cell that is wrong.

import KithSystem

extension EventRows {
  /// Reads all lines of a chunk that has been opened in the reader.
  mutating func read(
    _ chunk: Chunk, _ reader: RecordReader, _ rejects: inout ChunkRejects,
    renewing header: () -> Header
  ) throws(ImportError) {
    guard !isCareful else { return try readCarefully(reader, &rejects, renewing: header) }
    guard let delimiter = reader.delimiter else {
      return try readJSON(chunk, reader, &rejects, renewing: header)
    }
    chunk.closeLine()
    let start = (reader.place, reader.line)
    let (before, text) = (rejects, reader.text)
    guard let base = text.baseAddress else { return }
    let cells = LineCells(delimiter: delimiter)
    while reader.place < text.count, !hasMetCR {
      if row == Self.blockRows {
        flush()
        if needsCare { break }
      }
      if let next = readLine(base + reader.place, cells) {
        reader.place = min(next - base, text.count)
        reader.line += 1
        row += 1
        if hasEventIDs { padEventIDs() }
      } else {
        forgetLine()
        try readRecord(reader, &rejects, renewing: header)
      }
    }
    flush()
    guard needsCare else { return try readCarefully(reader, &rejects, renewing: header) }
    forgetChunk()
    rejects = before
    (reader.place, reader.line) = start
    try readCarefully(reader, &rejects, renewing: header)
  }

  /// Reads one line into the columns; nil where the careful reader has to.
  @inline(__always)
  private mutating func readLine(_ line: UnsafeRawPointer, _ cells: LineCells) -> UnsafeRawPointer?
  {
    var place = line
    let last = roles.count &- 1
    sourceCodes[row] = emptySource
    for column in 0..<roles.count {
      let role = roles[column]
      var hash: UInt64?
      var text = place
      var end: UnsafeRawPointer
      if place.load(as: UInt8.self) == 0x22 {
        text += 1
        guard let close = cells.closing(text) else { return nil }
        (end, place) = (close, close + 1)
      } else {
        if role == .user {
          (end, hash) = cells.endAndHash(place, users)
        } else {
          end = cells.end(place)
        }
        place = end
        if column == last, end > text, (end - 1).load(as: UInt8.self) == 0x0D {
          end -= 1
          hash = nil
        }
      }
      let size = end - text
      guard take(text, size, as: role, hash: hash) else { return nil }
      let behind = place.load(as: UInt8.self)
      if column == last {
        if behind == 0x0A { break }
        // A quoted cell before CR LF.
        guard behind == 0x0D, (place + 1).load(as: UInt8.self) == 0x0A else { return nil }
        place += 1
      } else {
        guard behind == cells.delimiter else { return nil }
        place += 1
      }
    }
    return place + 1
  }

  /// Puts a cell into its column; false where it is not plain.
  @inline(__always)
  mutating func take(
    _ text: UnsafeRawPointer, _ size: Int, as role: ColumnRole, hash: UInt64?
  ) -> Bool {
    switch role {
    case .user:
      guard size > 0, size <= 1024, isTrimmed(text, size) else { return false }
      userStarts[row] = text
      userSizes[row] = UInt32(truncatingIfNeeded: size)
      userHashes[row] = hash ?? users.hashed(text, size)
    case .time:
      guard let time = times.readPlain(text, size) else { return false }
      rowTimes[row] = time
    case .event:
      guard size > 0 else { return false }
      var code = events.find(text, size)
      if code == absentCode {
        guard isPlain(text, size) else { return false }
        code = events.code(UnsafeRawBufferPointer(start: text, count: size))
      }
      eventCodes[row] = code
    case .source:
      guard size > 0 else {
        sourceCodes[row] = emptySource
        return true
      }
      var code = sources.find(text, size)
      if code == absentCode {
        guard isPlain(text, size) else { return false }
        code = sources.code(UnsafeRawBufferPointer(start: text, count: size))
      }
      sourceCodes[row] = code
    case .value: return size == 0 || takeValue(text, size)
    case .property(let property): return take(text, size, property: property)
    case .eventID:
      guard size == 0 || isPlain(text, size) else { return false }
      appendEventID(UnsafeRawBufferPointer(start: text, count: size))
    case .none: return false
    }
    return true
  }
}

/// How the cells of a line are found.
struct LineCells {
  let delimiter: UInt8
  private let delimiters: UInt64

  init(delimiter: UInt8) {
    self.delimiter = delimiter
    delimiters = everywhere(delimiter)
  }

  private static let lineFeeds = everywhere(0x0A)
  private static let quotes = everywhere(0x22)

  /// Where a cell ends: at a delimiter or a line feed.
  @inline(__always)
  func end(_ start: UnsafeRawPointer) -> UnsafeRawPointer {
    firstOf(delimiters, 0x0A0A_0A0A_0A0A_0A0A, from: start)
  }

  /// Where a quoted cell ends, if there is neither a quote nor a line feed in it.
  @inline(__always)
  func closing(_ start: UnsafeRawPointer) -> UnsafeRawPointer? {
    let end = firstOf(0x2222_2222_2222_2222, 0x0A0A_0A0A_0A0A_0A0A, from: start)
    return end.load(as: UInt8.self) == 0x22 ? end : nil
  }

  /// Where a cell ends, and its hash, in one pass.
  @inline(__always)
  func endAndHash(
    _ start: UnsafeRawPointer, _ index: TextIndex
  ) -> (UnsafeRawPointer, UInt64) {
    var place = start
    var hash = index.seed
    while true {
      let word = place.loadUnaligned(as: UInt64.self)
      let marks = zeros(word ^ delimiters) | zeros(word ^ 0x0A0A_0A0A_0A0A_0A0A)
      if marks == 0 {
        hash = mixed(hash ^ word)
        place += 8
        continue
      }
      let count = firstSet(marks)
      if count > 0 { hash = mixed(hash ^ firstBytes(word, count)) }
      return (place + count, index.finished(hash, place - start &+ count))
    }
  }
}

/// Whether a text neither begins nor ends with a blank.
@inline(__always)
func isTrimmed(_ text: UnsafeRawPointer, _ size: Int) -> Bool {
  text.load(as: UInt8.self) > 0x20 && text.load(fromByteOffset: size &- 1, as: UInt8.self) > 0x20
}

/// Whether a text is UTF-8 without blanks around it, a NUL, or a CR, which would end its record.
func isPlain(_ text: UnsafeRawPointer, _ size: Int) -> Bool {
  let bytes = UnsafeRawBufferPointer(start: text, count: size)
  return isTrimmed(text, size) && isText(bytes) && !bytes.contains(0x0D)
}
