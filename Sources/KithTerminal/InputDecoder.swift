import KithScreen

/// Turns the bytes that a terminal sends into events.
///
/// Knows the forms of xterm, tmux, rxvt, VTE, kitty's and the Linux console, so that no key depends
/// on an entry of terminfo. The rules that keep text from acting as keys:
/// 1. Between `ESC [ 200 ~` and `ESC [ 201 ~` everything is one paste.
/// 2. A sequence of known form and unknown meaning is swallowed whole.
/// 3. A sequence that stays unfinished is dropped, except an escape alone, or with one character
///    behind it (alt), which a person typed.
struct InputDecoder {
  private var pending: [UInt8] = []
  private var head = 0
  private var paste: [UInt8]?

  /// The most that one paste keeps; what is beyond is dropped.
  static let pasteBytesMax = 1 << 20

  mutating func feed(_ bytes: some Sequence<UInt8>) {
    if head > 0 {
      pending.removeFirst(head)
      head = 0
    }
    pending.append(contentsOf: bytes)
  }

  /// How long silence must last before `giveUp`; nil where nothing is unfinished.
  var patienceMs: Int? {
    if paste != nil { return 1000 }
    return head < pending.count ? 25 : nil
  }

  /// The next whole event, or nil where more bytes are needed.
  mutating func next() -> InputEvent? {
    while paste != nil || head < pending.count {
      let (event, length) = paste != nil ? nextOfPaste() : parse(isFinal: false)
      guard length > 0 else { return nil }
      head += length
      if let event { return event }
    }
    return nil
  }

  /// Settles what is unfinished, after silence.
  mutating func giveUp() -> InputEvent? {
    defer {
      head = pending.count
      paste = nil
    }
    if let paste { return .paste(String(decoding: paste + pending[head...], as: UTF8.self)) }
    return head < pending.count ? parse(isFinal: true).event : nil
  }

  /// One event from the pending bytes and how many of them it takes: 0 where more are needed.
  private mutating func parse(isFinal: Bool) -> (event: InputEvent?, length: Int) {
    let bytes = pending[head...]
    guard let first = bytes.first else { return (nil, 0) }
    switch first {
    case 0x1B:
      let (sequence, length) = readSequence(bytes, isFinal: isFinal)
      if case .pasteStart = sequence { paste = [] }
      return (sequence.event, length)
    case 0x00..<0x20, 0x7F: return (.key(controlKey(first), []), 1)
    default:
      let (text, length) = readCluster(bytes, isFinal: isFinal)
      return (text.map { .text($0) }, length)
    }
  }

  /// Moves pasted bytes aside up to the end mark.
  private mutating func nextOfPaste() -> (event: InputEvent?, length: Int) {
    let endMark = Array("\u{1B}[201~".utf8)
    let bytes = pending[head...]
    guard let end = firstRange(of: endMark, in: bytes) else {
      let safe = max(0, bytes.count - endMark.count + 1)  // the mark may have come in part
      keep(bytes.prefix(safe))
      return (nil, safe)
    }
    keep(bytes[..<end])
    defer { paste = nil }
    let text = String(decoding: paste ?? [], as: UTF8.self)
    return (.paste(text), end - bytes.startIndex + endMark.count)
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    let room = InputDecoder.pasteBytesMax - (paste?.count ?? 0)
    paste?.append(contentsOf: bytes.prefix(max(0, room)))
  }
}

private func firstRange(of mark: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
  var start = bytes.startIndex
  while let escape = bytes[start...].firstIndex(of: mark[0]) {
    if bytes[escape...].starts(with: mark) { return escape }
    start = escape + 1
  }
  return nil
}

/// The key of a control character.
func controlKey(_ byte: UInt8) -> Key {
  switch byte {
  case 0x08, 0x7F: .backspace
  case 0x09: .tab
  case 0x0D: .enter
  case 0x1B: .escape
  case 0x00: .control(" ")
  case 0x01...0x1A: .control(Character(Unicode.Scalar(byte + 0x60)))
  default: .control(Character(Unicode.Scalar(byte + 0x40)))
  }
}

/// One grapheme cluster, as far as it has arrived; nil for bytes that are no UTF-8.
private func readCluster(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> (String?, Int) {
  guard let (first, firstLength) = readScalar(bytes) else {
    return isFinal || !isUnfinished(bytes) ? (nil, 1) : (nil, 0)
  }
  var text = String(first)
  var length = firstLength
  while let (next, nextLength) = readScalar(bytes.dropFirst(length)), next.value >= 0x80 {
    let longer = text + String(next)
    if longer.count > 1 { break }
    text = longer
    length += nextLength
  }
  return (text, length)
}

/// A whole scalar at the start of the bytes, and how many it takes.
func readScalar(_ bytes: ArraySlice<UInt8>) -> (Unicode.Scalar, Int)? {
  var decoder = UTF8()
  var source = bytes.prefix(4).makeIterator()
  guard case .scalarValue(let scalar) = decoder.decode(&source) else { return nil }
  return (scalar, UTF8.width(scalar))
}

/// Whether more bytes could make a scalar of these.
func isUnfinished(_ bytes: ArraySlice<UInt8>) -> Bool {
  guard let lead = bytes.first else { return true }
  let length =
    switch lead {
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 0
    }
  return bytes.count < length && bytes.dropFirst().allSatisfy { $0 & 0xC0 == 0x80 }
}
