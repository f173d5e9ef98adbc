import KithSystem

/// Reads a JSON line of known members from its front, without making anything of what is read.
///
/// A text with an escape, a control character or broken UTF-8 is none, and is left to the JSON reader.
struct LineScan {
  private let line: UnsafeRawBufferPointer
  private var at = 0
  /// Where `,"crc":"12345678"}` begins.
  private let seal: Int

  init(_ line: UnsafeRawBufferPointer) {
    self.line = line
    seal = max(0, line.count - sealLength)
  }

  /// Whether nothing is left before the checksum.
  var isAtSeal: Bool { at == seal }

  /// Passes over what has to stand here; false, and nothing passed over, where it does not.
  @inline(__always)
  mutating func take(_ literal: StaticString) -> Bool {
    let count = literal.utf8CodeUnitCount
    guard at &+ count <= seal else { return false }
    for index in 0..<count where line[at &+ index] != literal.utf8Start[index] { return false }
    at &+= count
    return true
  }

  /// The inside of a text in quotes; nil where it has to be read otherwise.
  @inline(__always)
  mutating func text() -> UnsafeRawBufferPointer? {
    guard at < seal, line[at] == 0x22 else { return nil }
    var end = at &+ 1
    var isPlain = true
    while end < seal {
      let byte = line[end]
      if byte == 0x22 { break }
      if byte == 0x5C || byte < 0x20 { return nil }
      isPlain = isPlain && byte < 0x80
      end &+= 1
    }
    guard end < seal else { return nil }
    let text = UnsafeRawBufferPointer(rebasing: line[(at &+ 1)..<end])
    guard isPlain || String(validating: text, as: UTF8.self) != nil else { return nil }
    at = end &+ 1
    return text
  }
}

/// `,"crc":"12345678"}`
let sealLength = 18

/// The CRC-32C of a whole sealed line; nil where the one that it carries is missing or wrong.
func sealedCheck(_ line: UnsafeRawBufferPointer) -> UInt32? {
  guard line.count > sealLength + 1 else { return nil }
  let body = line.count - sealLength
  var crc = CRC32C()
  crc.update(UnsafeRawBufferPointer(rebasing: line[..<body]))
  let start: StaticString = ",\"crc\":\""
  for index in 0..<8 where line[body + index] != start.utf8Start[index] { return nil }
  guard
    hexNumber(UnsafeRawBufferPointer(rebasing: line[(body + 8)..<(body + 16)]))
      == UInt64(crc.value), line[body + 16] == 0x22, line[body + 17] == 0x7D
  else { return nil }
  crc.update(UnsafeRawBufferPointer(rebasing: line[body...]))
  return crc.value
}

/// Lower-case hexadecimal digits, 8 or 16 of them.
@inline(__always)
func hexNumber(_ text: UnsafeRawBufferPointer) -> UInt64? {
  guard text.count == 8 || text.count == 16 else { return nil }
  var number: UInt64 = 0
  for byte in text {
    let digit = byte &- 0x30 < 10 ? byte &- 0x30 : byte &- 0x61 < 6 ? byte &- 0x61 &+ 10 : 16
    guard digit < 16 else { return nil }
    number = number << 4 | UInt64(digit)
  }
  return number
}

/// As `Instant(rfc3339:)`, from bytes.
@inline(__always)
func milliseconds(rfc3339 text: UnsafeRawBufferPointer) -> Int64? {
  guard text.count == 24, text[10] == 0x54, text[13] == 0x3A, text[16] == 0x3A, text[19] == 0x2E,
    text[23] == 0x5A, let day = Day(bytes: UnsafeRawBufferPointer(rebasing: text[..<10])),
    let hour = digits(text, 11, 2), let minute = digits(text, 14, 2),
    let second = digits(text, 17, 2), let fraction = digits(text, 20, 3), hour < 24, minute < 60,
    second < 60
  else { return nil }
  let inDay = ((hour * 60 + minute) * 60 + second) * 1000 + fraction
  return Int64(day.number) * Instant.dayMs + Int64(inDay)
}

@inline(__always)
func equal(_ text: UnsafeRawBufferPointer, _ literal: StaticString) -> Bool {
  guard text.count == literal.utf8CodeUnitCount else { return false }
  for index in 0..<text.count where text[index] != literal.utf8Start[index] { return false }
  return true
}
