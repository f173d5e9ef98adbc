/// A set of small numbers: one bit each, in chunks of 4,096 that are there only where one is set.
///
/// A tag that a few of a million users carry takes kilobytes, one that all carry 128 KiB; sets are
/// united and subtracted a word at a time.
struct SparseBits: Sendable, Equatable {
  /// For each chunk its place in `words` plus 1; 0 where it is empty.
  private(set) var chunks: [UInt32] = []
  private(set) var words: [UInt64] = []
  private(set) var count = 0

  static let chunkWords = 64
  private static let chunkBits = 4096

  init() {}

  /// What ``chunks`` and ``words`` were; nil where they do not fit.
  init?(chunks: [UInt32], words: [UInt64]) {
    guard chunks.allSatisfy({ Int($0) * Self.chunkWords <= words.count }) else { return nil }
    self.chunks = chunks
    self.words = words
    count = words.reduce(0) { $0 + $1.nonzeroBitCount }
  }

  @inline(__always)
  func contains(_ number: UInt32) -> Bool {
    let chunk = Int(number) / Self.chunkBits
    guard chunk < chunks.count, chunks[chunk] > 0 else { return false }
    return words[place(chunk, number)] >> UInt64(number & 63) & 1 != 0
  }

  @inline(__always)
  mutating func insert(_ number: UInt32) {
    let chunk = Int(number) / Self.chunkBits
    makeChunk(chunk)
    let place = place(chunk, number)
    let bit: UInt64 = 1 << UInt64(number & 63)
    if words[place] & bit == 0 {
      words[place] |= bit
      count &+= 1
    }
  }

  mutating func remove(_ number: UInt32) {
    guard contains(number) else { return }
    words[place(Int(number) / Self.chunkBits, number)] &= ~(1 << UInt64(number & 63))
    count -= 1
  }

  mutating func formUnion(_ other: SparseBits) {
    for (chunk, from) in other.chunks.enumerated() where from > 0 {
      makeChunk(chunk)
      let (to, from) = (
        (Int(chunks[chunk]) - 1) * Self.chunkWords, (Int(from) - 1) * Self.chunkWords
      )
      for word in 0..<Self.chunkWords {
        let added = other.words[from + word] & ~words[to + word]
        words[to + word] |= added
        count += added.nonzeroBitCount
      }
    }
  }

  mutating func subtract(_ other: SparseBits) {
    for (chunk, from) in other.chunks.enumerated()
    where from > 0 && chunk < chunks.count && chunks[chunk] > 0 {
      let (to, from) = (
        (Int(chunks[chunk]) - 1) * Self.chunkWords, (Int(from) - 1) * Self.chunkWords
      )
      for word in 0..<Self.chunkWords {
        let taken = other.words[from + word] & words[to + word]
        words[to + word] &= ~taken
        count -= taken.nonzeroBitCount
      }
    }
  }

  /// Calls for each number, ascending.
  @inline(__always)
  func forEach(_ body: (UInt32) -> Void) {
    for (chunk, place) in chunks.enumerated() where place > 0 {
      let start = (Int(place) - 1) * Self.chunkWords
      for word in 0..<Self.chunkWords {
        var rest = words[start + word]
        while rest != 0 {
          body(UInt32(chunk * Self.chunkBits + word * 64 + rest.trailingZeroBitCount))
          rest &= rest &- 1
        }
      }
    }
  }

  /// The largest number; nil where it is empty.
  var last: UInt32? {
    var last: UInt32?
    forEach { last = $0 }
    return last
  }

  /// The same set where each number has become another.
  func renumbered(_ numbers: [UInt32]) -> SparseBits {
    var other = SparseBits()
    forEach { other.insert(numbers[Int($0)]) }
    return other
  }

  static func == (left: SparseBits, right: SparseBits) -> Bool {
    guard left.count == right.count else { return false }
    var isEqual = true
    left.forEach { isEqual = isEqual && right.contains($0) }
    return isEqual
  }

  @inline(__always)
  private func place(_ chunk: Int, _ number: UInt32) -> Int {
    (Int(chunks[chunk]) &- 1) &* Self.chunkWords &+ Int(number >> 6) & (Self.chunkWords &- 1)
  }

  @inline(__always)
  private mutating func makeChunk(_ chunk: Int) {
    if chunk >= chunks.count {
      chunks.append(contentsOf: repeatElement(0, count: chunk + 1 - chunks.count))
    }
    guard chunks[chunk] == 0 else { return }
    words.append(contentsOf: repeatElement(0, count: Self.chunkWords))
    chunks[chunk] = UInt32(words.count / Self.chunkWords)
  }
}
