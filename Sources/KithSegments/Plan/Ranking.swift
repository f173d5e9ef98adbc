import KithSystem
import Synchronization

/// A number for every user, of which those above 0 are ranked: which one has so many at or above it.
///
/// They are counted by size first, so that only those of one size are sorted out. Cost: two passes on all cores.
final class Ranking: @unchecked Sendable {  // each block of users is written by one thread
  /// By user; 0 where there is none.
  let numbers: UnsafeMutablePointer<Int64>
  private let users: Int
  private let memory: LargeMemory
  /// Users whom one core counts sooner than another one is asked.
  private static let fewUsers = 1 << 16

  init(users: Int) {
    self.users = users
    // Blocks are whole.
    let room = (users + Mask.size - 1) / Mask.size * Mask.size
    memory = LargeMemory(room * MemoryLayout<Int64>.size)
    numbers = memory.of(Int64.self)
  }

  /// How many numbers there are above 0: of each power of two, and of 64 steps within it.
  struct Sizes: Sendable {
    fileprivate static let steps = 64 * 64
    fileprivate(set) var counts = [Int](repeating: 0, count: steps)
    var count: Int { counts.reduce(0, +) }

    /// A number's place, which ascends with it.
    @inline(__always)
    fileprivate static func place(_ number: Int64) -> Int {
      let zeros = number.leadingZeroBitCount
      let step = (UInt64(bitPattern: number) &<< UInt64(zeros)) &>> 57 & 63
      return (63 &- zeros) &* 64 &+ Int(step)
    }

    /// The smallest number whose place is not before one; behind the last it needs more than 64 bits.
    fileprivate static func least(_ place: Int) -> Int128 {
      (Int128(64 + place % 64) << Int128(place / 64) + 63) >> 6
    }
  }

  func sizes() -> Sizes {
    let all = Mutex(Sizes())
    Cores.run(over: users, parts: users < Self.fewUsers ? 1 : Cores.count) { _, range in
      var counts = [Int](repeating: 0, count: Sizes.steps)
      counts.withUnsafeMutableBufferPointer { counts in
        for user in range where numbers[user] > 0 { counts[Sizes.place(numbers[user])] &+= 1 }
      }
      all.withLock { all in
        for place in counts.indices { all.counts[place] += counts[place] }
      }
    }
    return all.withLock { $0 }
  }

  /// The so-manieth largest number.
  func largest(_ place: Int, _ sizes: Sizes) -> Int64 {
    var larger = 0
    var size = Sizes.steps - 1
    while size > 0, larger + sizes.counts[size] < place {
      larger += sizes.counts[size]
      size -= 1
    }
    let (least, most) = (Int64(Sizes.least(size)), Int64(Sizes.least(size + 1) - 1))
    var near: [Int64] = []
    near.reserveCapacity(sizes.counts[size])
    for user in 0..<users where numbers[user] >= least && numbers[user] <= most {
      near.append(numbers[user])
    }
    return near.largest(place - larger)
  }

  /// All numbers above 0, in no order that means anything.
  var positive: [Int64] { (0..<users).map { numbers[$0] }.filter { $0 > 0 } }
}

extension [Int64] {
  /// The so-manieth largest. Cost: O(count), by selection.
  mutating func largest(_ place: Int) -> Int64 {
    var low = 0
    var high = count - 1
    let wanted = place - 1
    while low < high {
      let pivot = self[(low + high) / 2]
      var (left, right) = (low, high)
      while left <= right {
        while self[left] > pivot { left += 1 }
        while self[right] < pivot { right -= 1 }
        if left <= right {
          swapAt(left, right)
          left += 1
          right -= 1
        }
      }
      if wanted <= right { high = right } else if wanted >= left { low = left } else { break }
    }
    return self[wanted]
  }
}
