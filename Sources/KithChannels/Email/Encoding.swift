// The two transfer encodings of MIME (RFC 2045, 6.7 and 6.8) and its encoded words (RFC 2047).

/// Base64 without line ends.
func base64(_ bytes: some Collection<UInt8>) -> [UInt8] {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var text: [UInt8] = []
  text.reserveCapacity((bytes.count + 2) / 3 * 4)
  var group: UInt32 = 0
  var count = 0
  func flush() {
    let padded = group << UInt32(8 * (3 - count))
    for place in 0..<4 {
      let digit = Int(padded >> UInt32(18 - 6 * place) & 63)
      text.append(place <= count ? alphabet[digit] : UInt8(ascii: "="))
    }
    group = 0
    count = 0
  }
  for byte in bytes {
    group = group << 8 | UInt32(byte)
    count += 1
    if count == 3 { flush() }
  }
  if count > 0 { flush() }
  return text
}

/// Base64 in lines of 76 characters, each ended by CRLF.
func base64Lines(_ bytes: [UInt8]) -> [UInt8] {
  var text: [UInt8] = []
  for start in stride(from: 0, to: bytes.count, by: 57) {
    text += base64(bytes[start..<min(start + 57, bytes.count)]) + crlf
  }
  return text
}

/// Quoted-printable: lines of at most 76 characters, ended by CRLF. Line ends of the text become CRLF;
/// a dot or a blank at a border is encoded, so that nothing on the way can take it for its own.
func quotedPrintable(_ bytes: [UInt8]) -> [UInt8] {
  var text: [UInt8] = []
  for line in lines(bytes) {
    var width = 0
    for (index, byte) in line.enumerated() {
      let isLast = index == line.count - 1
      let isPlain =
        switch byte {
        case UInt8(ascii: "="): false
        case UInt8(ascii: "."): width > 0
        case 0x20, 0x09: !isLast
        case 0x21...0x7E: true
        default: false
        }
      let size = isPlain ? 1 : 3
      if width + size > (isLast ? 76 : 75) {
        text += [UInt8(ascii: "=")] + crlf
        width = 0
      }
      // A dot that a soft line end brought to the front is encoded as well.
      if isPlain, byte != UInt8(ascii: ".") || width > 0 {
        text.append(byte)
        width += 1
      } else {
        text += [UInt8(ascii: "=")] + upperHex(byte)
        width += 3
      }
    }
    text += crlf
  }
  return text
}

/// A header's text: as it is where it is short and plain, else as encoded words of at most 75
/// characters, folded.
func headerText(_ text: String) -> String {
  let isPlain = text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
  if isPlain, text.utf8.count <= 60, !text.contains("=?") { return text }
  var words: [String] = []
  var word: [UInt8] = []
  for scalar in text.unicodeScalars {
    let bytes = Array(String(scalar).utf8)
    if word.count + bytes.count > 45 {
      words.append(encodedWord(word))
      word = []
    }
    word += bytes
  }
  words.append(encodedWord(word))
  return words.joined(separator: "\r\n ")
}

private func encodedWord(_ bytes: [UInt8]) -> String {
  "=?UTF-8?B?" + String(decoding: base64(bytes), as: UTF8.self) + "?="
}

/// A text with CRLF at the end of each line: the form of it that MIME encodes.
func canonical(_ bytes: [UInt8]) -> [UInt8] {
  lines(bytes).flatMap { $0 + crlf }
}

/// The lines of a text without their ends: LF, CRLF and CR alike. No empty line after the last end.
private func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
  var lines: [ArraySlice<UInt8>] = []
  var start = 0
  var index = 0
  while index < bytes.count {
    if bytes[index] == 0x0A || bytes[index] == 0x0D {
      lines.append(bytes[start..<index])
      if bytes[index] == 0x0D, index + 1 < bytes.count, bytes[index + 1] == 0x0A { index += 1 }
      start = index + 1
    }
    index += 1
  }
  if start < bytes.count { lines.append(bytes[start...]) }
  return lines
}

private func upperHex(_ byte: UInt8) -> [UInt8] {
  let digits = Array("0123456789ABCDEF".utf8)
  return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
}

let crlf: [UInt8] = [0x0D, 0x0A]
