/// Whether bytes are UTF-8 without a NUL (Unicode, table 3-7: no surrogates, nothing overlong, up to U+10FFFF).
///
/// ASCII is passed over eight bytes at a time.
func isText(_ text: UnsafeRawBufferPointer) -> Bool {
  var place = 0
  while true {
    while place &+ 8 <= text.count,
      isPlain(text.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    { place &+= 8 }
    while place < text.count, text[place] &- 1 < 0x7F { place &+= 1 }
    guard place < text.count else { return true }
    let lead = text[place]
    let more: Int
    var low: UInt8 = 0x80
    var high: UInt8 = 0xBF
    switch lead {
    case 0xC2...0xDF: more = 1
    case 0xE0: (more, low) = (2, 0xA0)
    case 0xED: (more, high) = (2, 0x9F)
    case 0xE1...0xEF: more = 2
    case 0xF0: (more, low) = (3, 0x90)
    case 0xF4: (more, high) = (3, 0x8F)
    case 0xF1...0xF3: more = 3
    default: return false
    }
    guard place &+ more < text.count, text[place &+ 1] >= low, text[place &+ 1] <= high else {
      return false
    }
    for index in 2..<(more &+ 1) {
      guard text[place &+ index] & 0xC0 == 0x80 else { return false }
    }
    place &+= more &+ 1
  }
}

/// Whether eight bytes are all ASCII and none is 0.
@inline(__always)
private func isPlain(_ word: UInt64) -> Bool {
  (word | (word &- 0x0101_0101_0101_0101)) & 0x8080_8080_8080_8080 == 0
}
