/// Reads one line of JSON lines: an object whose members are the fields (RFC 8259, strictly).
///
/// A number is kept digit for digit, `true` and `false` as these words, `null` is empty; an object or
/// an array is kept as its own text without blanks. Of a name that stands twice the last counts.
/// Fields are views into the line, or, where it has escapes or blanks to leave out, into a second
/// buffer of at least its size.
struct JSONScan {
  static let depthMax = 64

  private let bytes: UnsafeRawBufferPointer
  private let unquoted: UnsafeMutableRawBufferPointer
  private var place = 0
  private var scratch = 0
  /// By the column of the name; empty where the line does not have it.
  var fields: [UnsafeRawBufferPointer] = []

  init(_ line: UnsafeRawBufferPointer, unquoted: UnsafeMutableRawBufferPointer) {
    bytes = line
    self.unquoted = unquoted
  }

  /// Reads the line and returns whether all its names are known; where some are not, `adding` decides
  /// whether they become known or are passed over.
  mutating func run(_ keys: inout JSONKeys, adding: Bool) throws(RejectReason) -> Bool {
    place = 0
    scratch = 0
    fields.removeAll(keepingCapacity: true)
    let empty = UnsafeRawBufferPointer(start: nil, count: 0)
    for _ in 0..<keys.count { fields.append(empty) }
    keys.beginLine()
    guard next == 0x7B else {
      try skipValue()
      throw .jsonNotObject
    }
    place = 1
    var isKnown = true
    blanks()
    if next == 0x7D {
      place &+= 1
    } else {
      while true {
        let name = trimmed(try string())
        blanks()
        try take(0x3A)
        blanks()
        let value = try value()
        var column = keys.column(name)
        if column == nil {
          isKnown = false
          if adding, keys.count < JSONKeys.countMax {
            column = keys.add(name)
            fields.append(empty)
          }
        }
        if let column { fields[column] = value }
        blanks()
        if next == 0x7D {
          place &+= 1
          break
        }
        try take(0x2C)
        blanks()
      }
    }
    blanks()
    guard place == bytes.count else { throw .jsonBroken }
    return isKnown
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  /// What is wrong at this place: the line is over, or it goes on with something else.
  private var mistake: RejectReason { place < bytes.count ? .jsonBroken : .jsonCutShort }

  @inline(__always)
  private mutating func blanks() {
    while place < bytes.count, isBlank(bytes[place]) { place &+= 1 }
  }

  @inline(__always)
  private mutating func take(_ byte: UInt8) throws(RejectReason) {
    guard place < bytes.count, bytes[place] == byte else { throw mistake }
    place &+= 1
  }

  private func view(_ start: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[start..<place])
  }

  private mutating func value() throws(RejectReason) -> UnsafeRawBufferPointer {
    let start = place
    switch next {
    case 0x22: return trimmed(try string())
    case 0x7B, 0x5B:
      try skipValue()
      return withoutBlanks(start..<place)
    default:
      try skipValue()
      return bytes[start] == 0x6E ? UnsafeRawBufferPointer(start: nil, count: 0) : view(start)
    }
  }
}

// MARK: - Strings

extension JSONScan {
  /// The text of a string, its escapes resolved.
  private mutating func string() throws(RejectReason) -> UnsafeRawBufferPointer {
    try take(0x22)
    let start = place
    while place < bytes.count {
      let byte = bytes[place]
      if byte == 0x22 {
        place &+= 1
        return UnsafeRawBufferPointer(rebasing: bytes[start..<(place &- 1)])
      }
      if byte == 0x5C { return try escapedString(from: start) }
      guard byte >= 0x20 else { throw .jsonBroken }
      place &+= 1
    }
    throw .jsonCutShort
  }

  private mutating func escapedString(from start: Int) throws(RejectReason)
    -> UnsafeRawBufferPointer
  {
    let begin = scratch
    for byte in bytes[start..<place] { keep(byte) }
    while place < bytes.count {
      let byte = bytes[place]
      place &+= 1
      switch byte {
      case 0x22: return UnsafeRawBufferPointer(rebasing: unquoted[begin..<scratch])
      case 0x5C: try escape()
      case 0..<0x20: throw .jsonBroken
      default: keep(byte)
      }
    }
    throw .jsonCutShort
  }

  private mutating func escape() throws(RejectReason) {
    guard let byte = next else { throw .jsonCutShort }
    place &+= 1
    switch byte {
    case 0x22, 0x5C, 0x2F: keep(byte)
    case 0x62: keep(0x08)
    case 0x66: keep(0x0C)
    case 0x6E: keep(0x0A)
    case 0x72: keep(0x0D)
    case 0x74: keep(0x09)
    case 0x75: try character()
    default: throw .jsonBroken
    }
  }

  /// What follows `\u`: four hex digits, or two such halves of one character.
  private mutating func character() throws(RejectReason) {
    var code = try hexDigits()
    guard code != 0 else { throw .encoding }
    if code & 0xFC00 == 0xD800 {
      try take(0x5C)
      try take(0x75)
      let low = try hexDigits()
      guard low & 0xFC00 == 0xDC00 else { throw .jsonBroken }
      code = 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF
    }
    guard let scalar = Unicode.Scalar(code) else { throw .jsonBroken }
    if let units = UTF8.encode(scalar) { for unit in units { keep(unit) } }
  }

  private mutating func hexDigits() throws(RejectReason) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next else { throw .jsonCutShort }
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46, 0x61...0x66: digit = (byte | 0x20) - 0x57
      default: throw .jsonBroken
      }
      code = code << 4 | UInt32(digit)
      place &+= 1
    }
    return code
  }

  @inline(__always)
  private mutating func keep(_ byte: UInt8) {
    unquoted[scratch] = byte
    scratch &+= 1
  }
}

// MARK: - Other values

extension JSONScan {
  /// Passes over a value of any kind.
  private mutating func skipValue(depth: Int = 1) throws(RejectReason) {
    guard depth < Self.depthMax else { throw .jsonTooDeep }
    switch next {
    case 0x22:
      let before = scratch
      _ = try string()
      scratch = before
    case 0x7B: try skipList(closedBy: 0x7D, named: true, depth)
    case 0x5B: try skipList(closedBy: 0x5D, named: false, depth)
    case 0x74: try skipWord("true")
    case 0x66: try skipWord("false")
    case 0x6E: try skipWord("null")
    default: try skipNumber()
    }
  }

  private mutating func skipList(
    closedBy close: UInt8, named: Bool, _ depth: Int
  ) throws(RejectReason) {
    place &+= 1
    blanks()
    if next == close {
      place &+= 1
      return
    }
    while true {
      if named {
        guard next == 0x22 else { throw mistake }
        try skipValue(depth: depth + 1)
        blanks()
        try take(0x3A)
        blanks()
      }
      try skipValue(depth: depth + 1)
      blanks()
      if next == close {
        place &+= 1
        return
      }
      try take(0x2C)
      blanks()
    }
  }

  private mutating func skipWord(_ word: StaticString) throws(RejectReason) {
    for index in 0..<word.utf8CodeUnitCount { try take(word.utf8Start[index]) }
  }

  private mutating func skipNumber() throws(RejectReason) {
    if next == 0x2D { place &+= 1 }
    if next == 0x30 { place &+= 1 } else { try skipDigits() }
    if next == 0x2E {
      place &+= 1
      try skipDigits()
    }
    if next == 0x65 || next == 0x45 {
      place &+= 1
      if next == 0x2B || next == 0x2D { place &+= 1 }
      try skipDigits()
    }
  }

  private mutating func skipDigits() throws(RejectReason) {
    let start = place
    while place < bytes.count, bytes[place] &- 0x30 < 10 { place &+= 1 }
    guard place > start else { throw mistake }
  }

  /// A part of the line that is known to be valid, without blanks outside of strings.
  private mutating func withoutBlanks(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    let begin = scratch
    var isQuoted = false
    var isEscaped = false
    for byte in bytes[range] {
      if isQuoted || !isBlank(byte) { keep(byte) }
      if isEscaped {
        isEscaped = false
      } else if byte == 0x5C {
        isEscaped = true
      } else if byte == 0x22 {
        isQuoted.toggle()
      }
    }
    return UnsafeRawBufferPointer(rebasing: unquoted[begin..<scratch])
  }
}
