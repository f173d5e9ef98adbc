/// Distinct texts numbered in the order in which they are first seen.
///
/// Open addressing over bytes: a slot holds 32 bits of the text's hash and its code + 1, so that a
/// miss rarely touches the text itself; at most half of the slots are used. Hashes are kept, so that
/// growing never touches the texts, and are seeded, so that nobody can choose ids that collide.
struct Interner {
  private var slots = [UInt64](repeating: 0, count: 64)
  private var hashes: [UInt64] = []
  private var bytes: [UInt8] = []
  private var ends: [Int] = [0]
  private let seed: UInt64

  /// Bytes of memory that they take, with what sorting them will take.
  var memorySize: Int {
    slots.count * 8 + (hashes.capacity + ends.capacity) * 8 + bytes.capacity + bytes.count
      + count * 28
  }

  init(seed: UInt64) {
    self.seed = seed
  }

  var count: Int { hashes.count }
  /// The bytes of all texts together.
  var size: Int { bytes.count }

  /// The code of a text, a new one where it is new.
  mutating func code(_ text: UnsafeRawBufferPointer) -> UInt32 {
    let hash = hashed(text, seed: seed)
    let (found, place) = look(for: text, hash)
    if let found { return found }
    let code = UInt32(truncatingIfNeeded: hashes.count)
    slots[place] = (hash >> 32) << 32 | UInt64(code &+ 1)
    hashes.append(hash)
    bytes.append(contentsOf: text)
    ends.append(bytes.count)
    if hashes.count * 2 > slots.count { grow() }
    return code
  }

  func find(_ text: UnsafeRawBufferPointer) -> UInt32? {
    look(for: text, hashed(text, seed: seed)).code
  }

  /// The code of a text, or the empty slot where it belongs.
  @inline(__always)
  private func look(
    for text: UnsafeRawBufferPointer, _ hash: UInt64
  ) -> (code: UInt32?, place: Int) {
    let mask = slots.count &- 1
    var place = Int(truncatingIfNeeded: hash) & mask
    while true {
      let slot = slots[place]
      if slot == 0 { return (nil, place) }
      if slot >> 32 == hash >> 32 {
        let code = Int(slot & 0xFFFF_FFFF) &- 1
        if equals(code, text) { return (UInt32(truncatingIfNeeded: code), place) }
      }
      place = (place &+ 1) & mask
    }
  }

  func withText<Result>(_ code: UInt32, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    bytes.withUnsafeBytes {
      body(UnsafeRawBufferPointer(rebasing: $0[ends[Int(code)]..<ends[Int(code) + 1]]))
    }
  }

  func text(_ code: UInt32) -> String {
    String(decoding: bytes[ends[Int(code)]..<ends[Int(code) + 1]], as: UTF8.self)
  }

  @inline(__always)
  private func equals(_ code: Int, _ text: UnsafeRawBufferPointer) -> Bool {
    let start = ends[code]
    guard ends[code &+ 1] &- start == text.count else { return false }
    return bytes.withUnsafeBytes { all in
      compare(UnsafeRawBufferPointer(rebasing: all[start..<(start &+ text.count)]), text) == 0
    }
  }

  private mutating func grow() {
    var larger = [UInt64](repeating: 0, count: slots.count * 4)
    let mask = larger.count - 1
    for (code, hash) in hashes.enumerated() {
      var place = Int(truncatingIfNeeded: hash) & mask
      while larger[place] != 0 { place = (place &+ 1) & mask }
      larger[place] = (hash >> 32) << 32 | UInt64(code + 1)
    }
    slots = larger
  }
}

extension Interner {
  /// The texts sorted by bytes, and for each code its place among them.
  ///
  /// Sorts pairs of the first 8 bytes, as one number, and the code; texts are touched for ties alone.
  func sorted() -> (table: TextTable, ranks: [UInt32]) {
    bytes.withUnsafeBytes { all in
      func text(_ code: UInt32) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: all[ends[Int(code)]..<ends[Int(code) + 1]])
      }
      var order = (0..<UInt32(count)).map { (prefix: prefix(of: text($0)), code: $0) }
      order.sort { left, right in
        left.prefix == right.prefix
          ? compare(text(left.code), text(right.code)) < 0 : left.prefix < right.prefix
      }
      var ranks = [UInt32](repeating: 0, count: count)
      var sortedEnds: [Int64] = [0]
      sortedEnds.reserveCapacity(count + 1)
      var sortedBytes: [UInt8] = []
      sortedBytes.reserveCapacity(bytes.count)
      for (rank, entry) in order.enumerated() {
        ranks[Int(entry.code)] = UInt32(rank)
        sortedBytes.append(contentsOf: text(entry.code))
        sortedEnds.append(Int64(sortedBytes.count))
      }
      return (TextTable(ends: sortedEnds, bytes: sortedBytes), ranks)
    }
  }

  private func prefix(of text: UnsafeRawBufferPointer) -> UInt64 {
    guard text.count < 8 else { return text.loadUnaligned(as: UInt64.self).bigEndian }
    var prefix: UInt64 = 0
    for (index, byte) in text.enumerated() { prefix |= UInt64(byte) << UInt64(56 - 8 * index) }
    return prefix
  }
}

/// A hash in the manner of wyhash: 8 bytes a step, folded by a 128-bit product.
@inline(__always)
func hashed(_ text: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
  var hash = seed ^ UInt64(truncatingIfNeeded: text.count)
  var index = 0
  while index &+ 8 <= text.count {
    hash = mixed(hash ^ text.loadUnaligned(fromByteOffset: index, as: UInt64.self))
    index &+= 8
  }
  var rest: UInt64 = 0
  var shift: UInt64 = 0
  while index < text.count {
    rest |= UInt64(text[index]) << shift
    shift &+= 8
    index &+= 1
  }
  return mixed(mixed(hash ^ rest) ^ seed)
}

@inline(__always)
func mixed(_ word: UInt64) -> UInt64 {
  let product = (word ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
  return product.high ^ product.low
}
