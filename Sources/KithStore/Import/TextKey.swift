/// A text of up to 24 bytes as three numbers, which together with its size stand for it alone.
///
/// Three loads at places that the size gives, which may overlap: no loop, whose end would be foretold
/// wrongly, and of a text of eight bytes or more no byte behind it.
struct TextKey {
  static let sizeMax = 24

  var first: UInt64
  var middle: UInt64
  var last: UInt64

  init(first: UInt64, middle: UInt64, last: UInt64) {
    (self.first, self.middle, self.last) = (first, middle, last)
  }

  @inline(__always)
  init(_ text: UnsafeRawPointer, _ size: Int) {
    let mask = leading(size)
    first = text.loadUnaligned(as: UInt64.self) & mask
    middle = text.loadUnaligned(fromByteOffset: max(size &- 16, 0), as: UInt64.self) & mask
    last = text.loadUnaligned(fromByteOffset: max(size &- 8, 0), as: UInt64.self) & mask
  }

  @inline(__always)
  func isEqual(to other: TextKey) -> Bool {
    (first ^ other.first) | (middle ^ other.middle) | (last ^ other.last) == 0
  }
}

/// A seeded hash in the manner of wyhash: products of 128 bits, folded.
struct TextHashing {
  private let seeds: (UInt64, UInt64, UInt64)

  init(seed: UInt64) {
    seeds = (seed, mixed(seed ^ 0x2D35_8DCC_AA6C_78A5), mixed(seed ^ 0x8BB8_4B93_962E_ACC9))
  }

  /// The hash of a text. Loads up to seven bytes behind it where it is shorter than eight.
  @inline(__always)
  func hash(_ text: UnsafeRawPointer, _ size: Int) -> UInt64 {
    guard size <= TextKey.sizeMax else { return hashLong(text, size) }
    let key = TextKey(text, size)
    let front = folded(key.first ^ seeds.0, key.middle ^ seeds.1)
    return folded(front ^ key.last, seeds.2 ^ UInt64(truncatingIfNeeded: size))
  }

  @inline(never)
  private func hashLong(_ text: UnsafeRawPointer, _ size: Int) -> UInt64 {
    var hash = seeds.0
    var place = 0
    while place &+ 8 <= size {
      hash = mixed(hash ^ text.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      place &+= 8
    }
    let last = text.loadUnaligned(fromByteOffset: size &- 8, as: UInt64.self)
    return folded(hash ^ last, seeds.2 ^ UInt64(truncatingIfNeeded: size))
  }
}

@inline(__always)
private func folded(_ one: UInt64, _ other: UInt64) -> UInt64 {
  let product = one.multipliedFullWidth(by: other)
  return product.high ^ product.low
}
