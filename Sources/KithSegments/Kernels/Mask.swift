/// Some users of a block, one bit each.
struct Mask {
  /// Users of a block: enough to hide what a block costs, few enough for their numbers to stay in the
  /// nearest cache.
  static let size = 1024
  private static let wordCount = size / 64

  private(set) var words = InlineArray<16, UInt64>(repeating: 0)

  /// Nobody.
  init() {}

  /// The first so many.
  init(first count: Int) {
    for word in 0..<Mask.wordCount {
      let rest = count - word * 64
      words[word] = rest >= 64 ? .max : rest <= 0 ? 0 : (1 << UInt64(rest)) - 1
    }
  }

  @inline(__always)
  subscript(place: Int) -> Bool {
    words[place &>> 6] &>> UInt64(truncatingIfNeeded: place & 63) & 1 != 0
  }

  @inline(__always)
  mutating func insert(_ place: Int) {
    words[place &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: place & 63)
  }

  /// Inserts where `isIn`, without a branch that the processor would have to guess.
  @inline(__always)
  mutating func insert(_ place: Int, if isIn: Bool) {
    words[place &>> 6] |= (isIn ? 1 : 0) &<< UInt64(truncatingIfNeeded: place & 63)
  }

  @inline(__always)
  mutating func remove(_ place: Int) {
    words[place &>> 6] &= ~(1 &<< UInt64(truncatingIfNeeded: place & 63))
  }

  @inline(__always)
  mutating func set(word: Int, _ bits: UInt64) { words[word] = bits }

  var isEmpty: Bool {
    for word in 0..<Mask.wordCount where words[word] != 0 { return false }
    return true
  }

  var count: Int {
    var count = 0
    for word in 0..<Mask.wordCount { count &+= words[word].nonzeroBitCount }
    return count
  }

  mutating func formIntersection(_ other: Mask) {
    for word in 0..<Mask.wordCount { words[word] &= other.words[word] }
  }

  mutating func formUnion(_ other: Mask) {
    for word in 0..<Mask.wordCount { words[word] |= other.words[word] }
  }

  mutating func subtract(_ other: Mask) {
    for word in 0..<Mask.wordCount { words[word] &= ~other.words[word] }
  }

  @inline(__always)
  func forEach(_ body: (Int) throws(Cancelled) -> Void) throws(Cancelled) {
    for word in 0..<Mask.wordCount {
      var rest = words[word]
      while rest != 0 {
        try body(word &* 64 &+ rest.trailingZeroBitCount)
        rest &= rest &- 1
      }
    }
  }

  @inline(__always)
  func forEach(_ body: (Int) -> Void) {
    for word in 0..<Mask.wordCount {
      var rest = words[word]
      while rest != 0 {
        body(word &* 64 &+ rest.trailingZeroBitCount)
        rest &= rest &- 1
      }
    }
  }
}

/// A set of users of a snapshot, one bit each; several threads fill it, each its own blocks.
final class UserSet: @unchecked Sendable {
  let users: Int
  /// Everyone, of whom no bit is kept, since most questions ask for their number alone.
  private let isEveryone: Bool
  private let words: UnsafeMutableBufferPointer<UInt64>

  /// All of so many users; nobody is put in or taken out.
  init(everyoneOf users: Int) {
    self.users = users
    isEveryone = true
    words = UnsafeMutableBufferPointer(start: nil, count: 0)
  }

  /// Nobody of so many users.
  init(users: Int) {
    self.users = users
    isEveryone = false
    words = .allocate(capacity: max(1, (users + Mask.size - 1) / Mask.size * (Mask.size / 64)))
    words.initialize(repeating: 0)
  }

  deinit {
    words.deallocate()
  }

  /// Puts a block of users in place.
  func set(block: Int, _ mask: Mask) {
    let start = block * (Mask.size / 64)
    for word in 0..<(Mask.size / 64) { words[start + word] = mask.words[word] }
  }

  /// The users of a block.
  func mask(block: Int) -> Mask {
    if isEveryone { return Mask(first: users - block * Mask.size) }
    var mask = Mask()
    let start = block * (Mask.size / 64)
    for word in 0..<(Mask.size / 64) { mask.set(word: word, words[start + word]) }
    return mask
  }

  func insert(_ user: Int) { words[user >> 6] |= 1 << UInt64(user & 63) }

  @inline(__always)
  func contains(_ user: Int) -> Bool {
    isEveryone || words[user &>> 6] &>> UInt64(truncatingIfNeeded: user & 63) & 1 != 0
  }

  var isEmpty: Bool { isEveryone ? users == 0 : !words.contains { $0 != 0 } }

  var count: Int { isEveryone ? users : words.reduce(0) { $0 &+ $1.nonzeroBitCount } }

  /// Numbers, ascending.
  var numbers: [Int] {
    if isEveryone { return Array(0..<users) }
    var numbers: [Int] = []
    numbers.reserveCapacity(count)
    for (index, word) in words.enumerated() where word != 0 {
      var rest = word
      while rest != 0 {
        numbers.append(index &* 64 &+ rest.trailingZeroBitCount)
        rest &= rest &- 1
      }
    }
    return numbers
  }
}
