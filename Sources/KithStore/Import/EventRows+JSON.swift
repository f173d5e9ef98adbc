// The fast path over JSON lines: an object of strings that hold no escape, numbers without an exponent,
// and null, each member once, mostly in the order of the columns. Every other line is left to the careful
// reader, as is one with a member whose column is not among the first 64.

import KithSystem

/// The bytes that stand before the value of each column: `"name":`.
struct JSONTokens {
  fileprivate let tokens: [[UInt8]]

  init(_ keys: JSONKeys) {
    // A name that JSON may write in more than one way is not looked for.
    tokens = keys.names.map { name in
      let isPlain = name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }
      return isPlain ? Array("\"\(name)\":".utf8) : []
    }
  }

  var count: Int { tokens.count }
}

extension EventRows {
  /// Reads all lines of a chunk that has been opened in the reader.
  mutating func readJSON(
    _ chunk: Chunk, _ reader: RecordReader, _ rejects: inout ChunkRejects,
    renewing header: () -> Header
  ) throws(ImportError) {
    chunk.closeLine()
    let start = (reader.place, reader.line)
    let (before, text) = (rejects, reader.text)
    guard let base = text.baseAddress else { return }
    var tokens = JSONTokens(reader.keys)
    while reader.place < text.count {
      if row == Self.blockRows {
        flush()
        if needsCare { break }
      }
      if let next = readObject(base + reader.place, tokens) {
        reader.place = min(next - base, text.count)
        reader.line += 1
        row += 1
        if hasEventIDs { padEventIDs() }
        continue
      }
      forgetLine()
      try readRecord(reader, &rejects, renewing: header)
      if reader.keys.count > tokens.count { tokens = JSONTokens(reader.keys) }
    }
    flush()
    guard needsCare else { return }
    forgetChunk()
    rejects = before
    (reader.place, reader.line) = start
    try readCarefully(reader, &rejects, renewing: header)
  }

  @inline(__always)
  private mutating func readObject(
    _ line: UnsafeRawPointer, _ tokens: JSONTokens
  ) -> UnsafeRawPointer? {
    guard line.load(as: UInt8.self) == 0x7B else { return nil }
    sourceCodes[row] = emptySource
    userSizes[row] = 0
    for codes in propertyCodes { codes[row] = absentCode }
    var found: UInt8 = 0
    var seen: UInt64 = 0
    var place = line + 1
    var column = 0
    while true {
      guard let (at, value) = member(place, from: column, tokens) else { return nil }
      guard at < 64, seen & (1 &<< UInt64(at)) == 0 else { return nil }
      seen |= 1 &<< UInt64(at)
      column = at + 1
      var text = value
      let end: UnsafeRawPointer
      switch value.load(as: UInt8.self) {
      case 0x22:
        text += 1
        end = stringEnd(text)
        guard end.load(as: UInt8.self) == 0x22 else { return nil }
        place = end + 1
      case 0x6E:
        guard isNull(value) else { return nil }
        end = text
        place = value + 4
      default:
        guard let number = numberEnd(value) else { return nil }
        end = number
        place = end
      }
      let role = roles[at]
      switch role {
      case .user: found |= 1
      case .time: found |= 2
      case .event: found |= 4
      default: break
      }
      guard take(text, end - text, as: role, hash: nil) else { return nil }
      switch place.load(as: UInt8.self) {
      case 0x2C:
        place += 1
        if place.load(as: UInt8.self) == 0x20 { place += 1 }
      case 0x7D:
        place += 1
        if place.load(as: UInt8.self) == 0x0D { place += 1 }
        return found == 7 && place.load(as: UInt8.self) == 0x0A ? place + 1 : nil
      default: return nil
      }
    }
  }

  /// The column of the member at a place, sought from `first` on, and where its value begins.
  @inline(__always)
  private func member(
    _ place: UnsafeRawPointer, from first: Int, _ tokens: JSONTokens
  ) -> (column: Int, value: UnsafeRawPointer)? {
    var column = first
    for _ in 0..<tokens.count {
      if column >= tokens.count { column = 0 }
      let size = tokens.tokens[column].withUnsafeBytes { token in
        matched(token, at: place)
      }
      if size > 0 {
        let value = place + size
        return (column, value.load(as: UInt8.self) == 0x20 ? value + 1 : value)
      }
      column &+= 1
    }
    return nil
  }

  /// The size of a token, where it stands at a place; else 0. What it is compared with may run past
  /// the chunk by no more than there is memory, since it ends at the first other byte.
  @inline(__always)
  private func matched(_ token: UnsafeRawBufferPointer, at place: UnsafeRawPointer) -> Int {
    for (index, byte) in token.enumerated()
    where place.load(fromByteOffset: index, as: UInt8.self) != byte { return 0 }
    return token.count
  }
}

/// The first quote, backslash or control character.
@inline(__always)
private func stringEnd(_ start: UnsafeRawPointer) -> UnsafeRawPointer {
  var place = start
  while true {
    let word = place.loadUnaligned(as: UInt64.self)
    let controls = (word &- 0x2020_2020_2020_2020) & ~word & 0x8080_8080_8080_8080
    let marks =
      zeros(word ^ 0x2222_2222_2222_2222) | zeros(word ^ 0x5C5C_5C5C_5C5C_5C5C) | controls
    if marks != 0 { return place + firstSet(marks) }
    place += 8
  }
}

@inline(__always)
private func isNull(_ text: UnsafeRawPointer) -> Bool {
  text.loadUnaligned(as: UInt32.self) == 0x6C6C_756E
}

/// Where a number of JSON ends that has no exponent; nil where none begins.
@inline(__always)
private func numberEnd(_ start: UnsafeRawPointer) -> UnsafeRawPointer? {
  var place = start
  if place.load(as: UInt8.self) == 0x2D { place += 1 }
  let first = place
  while place.load(as: UInt8.self) &- 0x30 < 10 { place += 1 }
  guard place > first, place - first == 1 || first.load(as: UInt8.self) != 0x30 else { return nil }
  guard place.load(as: UInt8.self) == 0x2E else { return place }
  let point = place
  place += 1
  while place.load(as: UInt8.self) &- 0x30 < 10 { place += 1 }
  return place - point > 1 ? place : nil
}
