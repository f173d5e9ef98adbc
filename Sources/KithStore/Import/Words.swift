// Eight bytes of text at a time, in a number (little-endian: the first byte is the lowest).

/// The first `count` bytes of a word, 1 to 7, the others zero.
@inline(__always)
func firstBytes(_ word: UInt64, _ count: Int) -> UInt64 {
  word & (1 &<< UInt64(truncatingIfNeeded: count &* 8) &- 1)
}

/// All bits of the first `count` bytes of a word; of all where there are eight or more.
@inline(__always)
func leading(_ count: Int) -> UInt64 {
  count < 8 ? 1 &<< UInt64(truncatingIfNeeded: count &* 8) &- 1 : .max
}
