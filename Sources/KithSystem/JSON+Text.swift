// Writing: one line without blanks, or indented for people. Reading: strict RFC 8259, UTF-8, at most
// 64 levels deep; the offset of a mistake is kept.

extension JSON {
  /// On one line, without blanks.
  public var compact: String {
    var writer = Writer(indented: false)
    writer.write(self, level: 0)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// Indented by two blanks, ended by a newline.
  public var pretty: String { String(decoding: prettyBytes, as: UTF8.self) }

  /// The bytes of ``pretty``.
  public var prettyBytes: [UInt8] {
    var writer = Writer(indented: true)
    writer.write(self, level: 0)
    writer.bytes.append(0x0A)
    return writer.bytes
  }

  /// Appends a text in quotes.
  public static func append(quoted text: String, to bytes: inout [UInt8]) {
    var writer = Writer(indented: false)
    swap(&writer.bytes, &bytes)
    writer.quote(text)
    swap(&writer.bytes, &bytes)
  }

  private struct Writer {
    var bytes: [UInt8] = []
    let indented: Bool

    init(indented: Bool) { self.indented = indented }

    mutating func write(_ value: JSON, level: Int) {
      switch value {
      case .null: put("null")
      case .bool(let value): put(value ? "true" : "false")
      case .number(let digits): put(digits)
      case .string(let text): quote(text)
      case .array(let elements):
        list("[", "]", elements.count, level) { writer, index in
          writer.write(elements[index], level: level + 1)
        }
      case .object(let members):
        list("{", "}", members.count, level) { writer, index in
          writer.quote(members[index].name)
          writer.put(writer.indented ? ": " : ":")
          writer.write(members[index].value, level: level + 1)
        }
      }
    }

    private mutating func put(_ text: String) {
      var text = text
      text.withUTF8 { bytes.append(contentsOf: $0) }
    }

    private mutating func newline(_ level: Int) {
      guard indented else { return }
      bytes.append(0x0A)
      for _ in 0..<(2 * level) { bytes.append(0x20) }
    }

    private mutating func list(
      _ open: String, _ close: String, _ count: Int, _ level: Int,
      element: (inout Writer, Int) -> Void
    ) {
      put(open)
      for index in 0..<count {
        if index > 0 { put(",") }
        newline(level + 1)
        element(&self, index)
      }
      if count > 0 { newline(level) }
      put(close)
    }

    mutating func quote(_ text: String) {
      bytes.append(0x22)
      // Nearly every text can stand as it is.
      let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C && $0 != 0x7F }
      if isPlain {
        put(text)
        bytes.append(0x22)
        return
      }
      for byte in text.utf8 {
        switch byte {
        case 0x22: put("\\\"")
        case 0x5C: put("\\\\")
        case 0x0A: put("\\n")
        case 0x0D: put("\\r")
        case 0x09: put("\\t")
        case 0x00...0x1F, 0x7F: put("\\u" + hex(UInt64(byte), width: 4))
        default: bytes.append(byte)
        }
      }
      bytes.append(0x22)
    }
  }
}

/// Bytes that are not JSON: where, and what was wrong there.
public struct JSONError: Error, Equatable, Sendable {
  public var offset: Int
  public var problem: String
}

extension JSON {
  public init(_ text: String) throws(JSONError) {
    try self.init(utf8: Array(text.utf8)[...])
  }

  /// Reads one value with nothing but blanks around it.
  public init(utf8 bytes: ArraySlice<UInt8>) throws(JSONError) {
    self = try bytes.withUnsafeBufferPointer { bytes throws(JSONError) in
      var reader = Reader(bytes: bytes)
      let value = try reader.value(depth: 0)
      reader.blanks()
      guard reader.at == bytes.count else { throw reader.error("something after the value") }
      return value
    }
  }

  private struct Reader {
    let bytes: UnsafeBufferPointer<UInt8>
    var at = 0

    init(bytes: UnsafeBufferPointer<UInt8>) {
      self.bytes = bytes
    }

    func error(_ problem: String) -> JSONError {
      JSONError(offset: at, problem: problem)
    }

    var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    mutating func blanks() {
      while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
        at += 1
      }
    }

    mutating func take(_ byte: UInt8) -> Bool {
      guard next == byte else { return false }
      at += 1
      return true
    }

    mutating func word(_ text: StaticString, _ value: JSON) throws(JSONError) -> JSON {
      for index in 0..<text.utf8CodeUnitCount {
        guard take(text.utf8Start[index]) else { throw error("not a value") }
      }
      return value
    }

    mutating func value(depth: Int) throws(JSONError) -> JSON {
      guard depth < 64 else { throw error("nested too deeply") }
      blanks()
      switch next {
      case 0x7B: return try object(depth)
      case 0x5B: return try array(depth)
      case 0x22: return .string(try string())
      case 0x74: return try word("true", .bool(true))
      case 0x66: return try word("false", .bool(false))
      case 0x6E: return try word("null", .null)
      default: return try number()
      }
    }

    mutating func object(_ depth: Int) throws(JSONError) -> JSON {
      at += 1
      var members: [Member] = []
      blanks()
      if take(0x7D) { return .object(members) }
      while true {
        blanks()
        guard next == 0x22 else { throw error("a member's name is missing") }
        let name = try string()
        blanks()
        guard take(0x3A) else { throw error("a colon is missing") }
        members.append(Member(name, try value(depth: depth + 1)))
        blanks()
        if take(0x7D) { return .object(members) }
        guard take(0x2C) else { throw error("a comma or a brace is missing") }
      }
    }

    mutating func array(_ depth: Int) throws(JSONError) -> JSON {
      at += 1
      var elements: [JSON] = []
      blanks()
      if take(0x5D) { return .array(elements) }
      while true {
        elements.append(try value(depth: depth + 1))
        if elements.count == 16 { elements.reserveCapacity(16 + commas()) }
        blanks()
        if take(0x5D) { return .array(elements) }
        guard take(0x2C) else { throw error("a comma or a bracket is missing") }
      }
    }

    /// Commas up to the next bracket: in a long list of plain values, how many are still to come.
    func commas() -> Int {
      var count = 0
      for byte in bytes[at...] {
        if byte == 0x5D { break }
        if byte == 0x2C { count += 1 }
      }
      return count
    }

    mutating func number() throws(JSONError) -> JSON {
      let start = at
      _ = take(0x2D)
      guard let first = next, (0x30...0x39).contains(first) else { throw error("not a value") }
      at += 1
      if first != 0x30 { digits() }
      if take(0x2E) { try someDigits() }
      if let letter = next, letter == 0x65 || letter == 0x45 {
        at += 1
        if !take(0x2B) { _ = take(0x2D) }
        try someDigits()
      }
      return .number(text(start..<at))
    }

    private func text(_ range: Range<Int>) -> String {
      String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }

    mutating func digits() {
      while let byte = next, (0x30...0x39).contains(byte) { at += 1 }
    }

    mutating func someDigits() throws(JSONError) {
      let start = at
      digits()
      guard at > start else { throw error("digits are missing") }
    }

    mutating func string() throws(JSONError) -> String {
      at += 1
      // Most texts stand as they are: they are taken in one piece.
      var end = at
      var all: UInt8 = 0
      while end < bytes.count {
        let byte = bytes[end]
        if byte == 0x22 || byte == 0x5C || byte < 0x20 { break }
        all |= byte
        end += 1
      }
      if end < bytes.count, bytes[end] == 0x22 {
        // ASCII need not be looked at again.
        let string =
          all < 0x80 ? text(at..<end) : String(validating: bytes[at..<end], as: UTF8.self)
        if let string {
          at = end + 1
          return string
        }
      }
      var text: [UInt8] = []
      while let byte = next {
        at += 1
        switch byte {
        case 0x22:
          guard let string = String(validating: text, as: UTF8.self) else {
            throw error("not UTF-8")
          }
          return string
        case 0x5C: try escape(into: &text)
        case 0x00...0x1F: throw error("a control character in a text")
        default: text.append(byte)
        }
      }
      throw error("a text without an end")
    }

    mutating func escape(into text: inout [UInt8]) throws(JSONError) {
      guard let byte = next else { throw error("a text without an end") }
      at += 1
      switch byte {
      case 0x22, 0x5C, 0x2F: text.append(byte)
      case 0x62: text.append(8)
      case 0x66: text.append(12)
      case 0x6E: text.append(10)
      case 0x72: text.append(13)
      case 0x74: text.append(9)
      case 0x75:
        var code = try unit()
        if (0xD800...0xDBFF).contains(code) {
          guard take(0x5C), take(0x75) else { throw error("half of a surrogate pair") }
          let low = try unit()
          guard (0xDC00...0xDFFF).contains(low) else { throw error("half of a surrogate pair") }
          code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw error("half of a surrogate pair") }
        text.append(contentsOf: Array(String(Character(scalar)).utf8))
      default: throw error("an unknown escape")
      }
    }

    mutating func unit() throws(JSONError) -> UInt32 {
      var code: UInt32 = 0
      for _ in 0..<4 {
        guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
          throw error("four hexadecimal digits are missing")
        }
        code = code << 4 | UInt32(digit)
        at += 1
      }
      return code
    }
  }
}
