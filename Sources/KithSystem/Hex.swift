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
