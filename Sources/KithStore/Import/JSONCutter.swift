// The fast path over JSON lines: an object of strings that hold no escape, numbers without an exponent,
// and null, each member once, mostly in the order of the columns. Every other line is left to the careful
// reader, as is one with a member whose column is not among the first 64.

/// Lines of JSON objects.
struct JSONCutter: LineCutter {
  private let tokens: JSONTokens

  init(_ keys: JSONKeys) {
    tokens = JSONTokens(keys)
  }

  @inline(__always)
  func cut(
    _ text: UnsafeRawPointer, _ line: Int, _ cells: LineCells, _ marks: inout MarkWindow
  ) -> Int {
    func byte(_ place: Int) -> UInt8 { text.load(fromByteOffset: place, as: UInt8.self) }
    guard byte(line) == 0x7B, tokens.count == cells.count else { return LineCut.care }
    cells.clear()
    var seen: UInt64 = 0
    var (place, mark, column) = (line &+ 1, marks.next, 0)
    while true {
      guard let at = tokens.column(text + place, from: column), at < 64,
        seen & (1 &<< UInt64(at)) == 0
      else { return LineCut.care }
      seen |= 1 &<< UInt64(at)
      column = at &+ 1
      place &+= tokens.size(at)
      if byte(place) == 0x20 { place &+= 1 }
      // The quotes of the name.
      mark &+= 2
      switch byte(place) {
      case 0x22:
        guard mark &+ 1 < marks.count else { return LineCut.more }
        let end = Int(marks.places[mark &+ 1])
        guard byte(end) == 0x22 else { return LineCut.care }
        cells.put(at, place &+ 1, end)
        place = end &+ 1
        mark &+= 2
      case 0x6E:
        guard isNull(text + place) else { return LineCut.care }
        place &+= 4
      default:
        guard let end = numberEnd(text + place) else { return LineCut.care }
        cells.put(at, place, end - text)
        place = end - text
      }
      switch byte(place) {
      case 0x2C:
        place &+= 1
        if byte(place) == 0x20 { place &+= 1 }
      case 0x7D:
        place &+= 1
        if byte(place) == 0x0D {
          place &+= 1
          mark &+= 1
        }
        guard mark < marks.count else { return LineCut.more }
        guard byte(place) == 0x0A else { return LineCut.care }
        marks.next = mark &+ 1
        return place &+ 1
      default: return LineCut.care
      }
    }
  }
}

/// The bytes that stand before the value of each column: `"name":`.
private final class JSONTokens {
  let count: Int
  /// By column: where its token begins in `words`, and its size in bytes; 0 where JSON may write the
  /// name in more than one way, so that it is not looked for.
  private let starts: UnsafeMutablePointer<Int>
  private let sizes: UnsafeMutablePointer<Int>
  /// The tokens, each filled up with zeros.
  private let words: UnsafeMutablePointer<UInt64>

  init(_ keys: JSONKeys) {
    let tokens = keys.names.map { name in
      let isPlain = name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }
      return isPlain ? Array("\"\(name)\":".utf8) : []
    }
    count = tokens.count
    starts = .allocate(capacity: count)
    sizes = .allocate(capacity: count)
    words = .allocate(capacity: tokens.reduce(0) { $0 + ($1.count + 7) / 8 })
    var start = 0
    for (column, token) in tokens.enumerated() {
      starts[column] = start
      sizes[column] = token.count
      for (place, byte) in token.enumerated() {
        if place % 8 == 0 { words[start + place / 8] = 0 }
        words[start + place / 8] |= UInt64(byte) << UInt64(place % 8 * 8)
      }
      start += (token.count + 7) / 8
    }
  }

  deinit {
    starts.deallocate()
    sizes.deallocate()
    words.deallocate()
  }

  @inline(__always)
  func size(_ column: Int) -> Int { sizes[column] }

  /// The column whose token stands at a place, sought from `first` on.
  @inline(__always)
  func column(_ place: UnsafeRawPointer, from first: Int) -> Int? {
    var column = first
    for _ in 0..<count {
      if column >= count { column = 0 }
      if stands(column, at: place) { return column }
      column &+= 1
    }
    return nil
  }

  /// What a token is compared with may run past the text by no more than there is memory, since it
  /// ends at the first word that is another.
  @inline(__always)
  private func stands(_ column: Int, at place: UnsafeRawPointer) -> Bool {
    let size = sizes[column]
    let token = words + starts[column]
    var done = 0
    while done &+ 8 <= size {
      guard place.loadUnaligned(fromByteOffset: done, as: UInt64.self) == token[done &>> 3] else {
        return false
      }
      done &+= 8
    }
    guard done < size else { return size > 0 }
    let word = place.loadUnaligned(fromByteOffset: done, as: UInt64.self)
    return firstBytes(word, size &- done) == token[done &>> 3]
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
