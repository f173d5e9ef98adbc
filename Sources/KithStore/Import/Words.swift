// Eight bytes of text at a time, in a number (little-endian: the first byte is the lowest).

/// A word of which each byte is this one.
@inline(__always)
func everywhere(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

/// The high bit of each byte that is zero, exact up to the first of them.
@inline(__always)
func zeros(_ word: UInt64) -> UInt64 {
  (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
}

/// The place of the first byte whose high bit is set, of a word that ``zeros(_:)`` gave.
@inline(__always)
func firstSet(_ marks: UInt64) -> Int { marks.trailingZeroBitCount &>> 3 }

/// Finds the first of two bytes from `start` on; one of them must come, and seven bytes may be loaded
/// behind it.
@inline(__always)
func firstOf(_ one: UInt64, _ other: UInt64, from start: UnsafeRawPointer) -> UnsafeRawPointer {
  var place = start
  while true {
    let word = place.loadUnaligned(as: UInt64.self)
    let marks = zeros(word ^ one) | zeros(word ^ other)
    if marks != 0 { return place + firstSet(marks) }
    place += 8
  }
}
