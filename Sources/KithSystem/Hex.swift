/// Lower-case hexadecimal of bytes.
public func hex(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}

/// A number as exactly `width` hexadecimal digits, lower case; higher digits are cut.
public func hex(_ number: UInt64, width: Int) -> String {
  let digits: StaticString = "0123456789abcdef"
  return String(unsafeUninitializedCapacity: width) { text in
    for place in 0..<width {
      text[place] = digits.utf8Start[Int(number >> UInt64(4 * (width - 1 - place)) & 15)]
    }
    return width
  }
}

/// What a hexadecimal digit stands for; nil for any other byte.
@inlinable
public func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 0x30...0x39: byte - 0x30
  case 0x61...0x66: byte - 0x61 + 10
  case 0x41...0x46: byte - 0x41 + 10
  default: nil
  }
}

/// What eight hexadecimal digits stand for, the first being the lowest byte; nil where one is none.
///
/// All eight at once: a bit set in a byte says that its character is of a kind, since none of the sums
/// below reaches the next byte.
package func hexNumber(_ digits: UInt64) -> UInt32? {
  func each(_ byte: UInt64) -> UInt64 { byte &* 0x0101_0101_0101_0101 }
  let high = each(0x80)
  guard digits & high == 0 else { return nil }
  let lower = digits | each(0x20)
  let isDigit = (digits &+ each(0x80 - 0x30)) & ~(digits &+ each(0x80 - 0x3A))
  let isLetter = (lower &+ each(0x80 - 0x61)) & ~(lower &+ each(0x80 - 0x67))
  guard (isDigit | isLetter) & high == high else { return nil }
  // A letter's low bits count from 1.
  var nibbles = digits & each(0x0F) &+ (digits &>> 6 & each(0x01)) &* 9
  // Neighbours join, into bytes, and then into pairs of bytes.
  nibbles = (nibbles &<< 4 | nibbles &>> 8) & 0x00FF_00FF_00FF_00FF
  nibbles = (nibbles &<< 8 | nibbles &>> 16) & 0x0000_FFFF_0000_FFFF
  return UInt32(truncatingIfNeeded: nibbles &<< 16 | nibbles &>> 32)
}

/// Bytes of a hexadecimal text, or nil where it is none.
public func bytes(hex text: String) -> [UInt8]? {
  var bytes: [UInt8] = []
  var high: UInt8?
  for byte in text.utf8 {
    guard let digit = hexDigit(byte) else { return nil }
    if let first = high {
      bytes.append(first << 4 | digit)
      high = nil
    } else {
      high = digit
    }
  }
  return high == nil ? bytes : nil
}
