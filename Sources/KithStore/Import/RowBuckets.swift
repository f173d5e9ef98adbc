import KithSystem

/// Rows on the way to their order, in buckets of users that follow each other.
///
/// A write to a place in all of a run's memory waits for memory; so rows are put into their order in two
/// steps, each of which writes to places that are near: into the bucket of the user, and, one bucket after
/// the other, to the user's place. In between, a row's word tells the user in those bits that it has free.
struct RowBuckets {
  private static let countBits = 8

  private let blocks: SharedBlocks
  private let packing: Packing
  private let users: Int
  /// How many bits of a user's rank are its place in the bucket.
  private let bits: Int
  /// A word of each row.
  let memory: LargeMemory
  /// Where each bucket begins, and at the end where the last one ends.
  private var starts: [Int] = []

  /// nil where a row's word has no room for its user. Nobody may ask for the places of rows later on.
  init?(_ blocks: SharedBlocks, _ packing: Packing, users: Int) {
    bits = max(1, Int.bitWidth - max(0, users - 1).leadingZeroBitCount - Self.countBits)
    guard packing.bits + bits <= 64, blocks.rows > 0 else { return nil }
    self.blocks = blocks
    self.packing = packing
    self.users = users
    memory = LargeMemory(blocks.rows * 8)
    fill()
  }

  private var count: Int { (users - 1) >> bits + 1 }
  private var shift: UInt64 { UInt64(64 - bits) }

  /// Puts the word of each row into the bucket of its user; a row that has a value knows where.
  private mutating func fill() {
    let next = LargeMemory(blocks.shares.count * count * 8)
    let (bits, count, shift, packing) = (UInt32(bits), count, shift, packing)
    func of(_ share: Int) -> UnsafeMutablePointer<Int> { next.of(Int.self) + share * count }
    let (all, shares) = (blocks.all, blocks.shares)
    Cores.runUnchecked(shares.count) { share in
      let counts = of(share)
      for block in all[shares[share]] {
        for row in 0..<block.rows { counts[Int(block.users[row] &>> bits)] &+= 1 }
      }
    }
    var total = 0
    for bucket in 0..<count {
      starts.append(total)
      for share in shares.indices {
        (of(share)[bucket], total) = (total, total + of(share)[bucket])
      }
    }
    starts.append(total)
    let out = memory.of(UInt64.self)
    let inBucket = UInt64(1) &<< UInt64(bits) &- 1
    Cores.runUnchecked(shares.count) { share in
      let next = of(share)
      withUnsafeTemporaryAllocation(of: UInt64.self, capacity: EventRows.blockRows) { words in
        guard let words = words.baseAddress else { return }
        for block in all[shares[share]] {
          packing.pack(block, 0, words)
          let users = block.users
          for row in 0..<block.rows {
            let rank = users[row]
            let bucket = Int(rank &>> bits)
            let place = next[bucket]
            next[bucket] = place &+ 1
            out[place] = words[row] | (UInt64(rank) & inBucket) &<< shift
            users[row] = UInt32(truncatingIfNeeded: place)
          }
          block.placeValues()
        }
      }
    }
  }

  /// Puts the word of each row into its place in the run, which is within its bucket; gives the end of each
  /// user's rows.
  func place() -> LargeMemory {
    let ends = LargeMemory(users * 4)
    // Where the row that came to each place of a bucket has gone.
    let places = LargeMemory(blocks.rows * 4)
    let largest = zip(starts, starts.dropFirst()).map { $1 - $0 }.max() ?? 0
    Cores.runUnchecked(over: count, least: 1) { buckets in
      let next = LargeMemory(4 << bits)
      let copy = LargeMemory(largest * 8)
      for bucket in buckets {
        sort(
          bucket, next.of(UInt32.self), copy.of(UInt64.self), ends.of(UInt32.self),
          places.of(UInt32.self) + starts[bucket])
      }
    }
    blocks.forEachShare { blocks in
      let places = places.of(UInt32.self)
      for block in blocks {
        let rows = block.values.rows
        for value in 0..<block.values.count { rows[value] = places[Int(rows[value])] }
      }
    }
    return ends
  }

  /// Sorts a bucket by user: a counting sort, which keeps the order of arrival.
  private func sort(
    _ bucket: Int, _ next: UnsafeMutablePointer<UInt32>, _ copy: UnsafeMutablePointer<UInt64>,
    _ ends: UnsafeMutablePointer<UInt32>, _ places: UnsafeMutablePointer<UInt32>
  ) {
    let (shift, mask) = (shift, UInt64.max &>> UInt64(bits))
    let (start, rows) = (starts[bucket], starts[bucket + 1] - starts[bucket])
    let out = memory.of(UInt64.self)
    copy.update(from: out + start, count: rows)
    next.update(repeating: 0, count: 1 << bits)
    for row in 0..<rows { next[Int(copy[row] &>> shift)] &+= 1 }
    let first = bucket << bits
    var end = UInt32(truncatingIfNeeded: start)
    for user in 0..<min(1 << bits, users - first) {
      (next[user], end) = (end, end &+ next[user])
      ends[first + user] = end
    }
    for row in 0..<rows {
      let word = copy[row]
      let user = Int(word &>> shift)
      let place = next[user]
      next[user] = place &+ 1
      out[Int(place)] = word & mask
      places[row] = place
    }
  }
}
