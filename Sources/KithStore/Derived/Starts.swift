import KithSystem
import Synchronization

/// Where the rows of each user begin, and at the end where the last one's end.
package struct Starts: @unchecked Sendable {  // memory that is never written
  package let numbers: UnsafeBufferPointer<UInt32>
  let owner: any Sendable & AnyObject
}

extension Starts {
  /// Finds where each user's rows begin; the codes are checked on the way. Cost: one pass over them.
  init(of codes: CodeView, rows: Int, users: Int, file: String) throws(DamagedFile) {
    let starts = WorkArray<UInt32>(users + 1)
    let isBad = Atomic(users == 0 && rows > 0 || users > rows)
    if !isBad.load(ordering: .relaxed) {
      Cores.run(over: rows, parts: rows < 1 << 20 ? 1 : Cores.count) { _, range in
        guard !range.isEmpty else { return }
        let all = codes.data.assumingMemoryBound(to: UInt32.self)
        let numbers = starts.numbers
        // One before the first user's code, so that 0 begins there.
        var before = range.lowerBound == 0 ? UInt32.max : all[range.lowerBound - 1]
        // Nobody asks for these pages again who has the starts.
        var held = range.lowerBound
        func letPagesGo(upTo row: Int) {
          let bytes = UnsafeRawBufferPointer(
            UnsafeBufferPointer(rebasing: UnsafeBufferPointer(start: all, count: rows)[held..<row]))
          codes.owner.letPagesGo(of: bytes)
          held = row
        }
        defer { letPagesGo(upTo: range.upperBound) }
        var row = range.lowerBound - 1
        while row + 1 < range.upperBound {
          row += 1
          // Most rows have the user of the one before: eight of them are passed at once.
          while range.upperBound &- row >= 8 {
            let same = Self.countOfEight(all + row, equalTo: before)
            row &+= same
            if same < 8 { break }
          }
          guard row < range.upperBound else { break }
          let user = all[row]
          if user == before { continue }
          guard user == before &+ 1, user < users else {
            return isBad.store(true, ordering: .relaxed)
          }
          numbers[Int(user)] = UInt32(truncatingIfNeeded: row)
          before = user
          if row &- held > 1 << 24 { letPagesGo(upTo: row) }
        }
        if range.upperBound == rows, Int(before) != users - 1 {
          isBad.store(true, ordering: .relaxed)
        }
      }
    }
    guard !isBad.load(ordering: .relaxed) else { throw DamagedFile(file, .order(column: "user")) }
    starts[users] = UInt32(rows)
    self.init(numbers: UnsafeBufferPointer(rebasing: starts.numbers[...users]), owner: starts)
  }

  /// How many of the first eight codes are one code: two of them are looked at together, as a word.
  @inline(__always)
  private static func countOfEight(_ codes: UnsafePointer<UInt32>, equalTo code: UInt32) -> Int {
    let wanted = UInt64(code) &* 0x1_0000_0001
    func differing(_ place: Int) -> UInt64 {
      let word = UnsafeRawPointer(codes).loadUnaligned(fromByteOffset: place &* 4, as: UInt64.self)
      return UInt64(littleEndian: word) ^ wanted
    }
    let (first, second, third, fourth) = (differing(0), differing(2), differing(4), differing(6))
    if first | second | third | fourth == 0 { return 8 }
    if first | second != 0 {
      return first != 0
        ? first.trailingZeroBitCount &>> 5 : 2 &+ second.trailingZeroBitCount &>> 5
    }
    return third != 0
      ? 4 &+ third.trailingZeroBitCount &>> 5 : 6 &+ fourth.trailingZeroBitCount &>> 5
  }

  /// Whether they go from the first row to the last: whoever walks over all users counts on it.
  func ascend(to rows: Int) -> Bool {
    guard numbers.first == 0, numbers.last.map({ Int($0) }) == rows else { return false }
    var falls: UInt32 = 0
    for place in 1..<max(1, numbers.count) {
      falls |= numbers[place] < numbers[place &- 1] ? 1 : 0
    }
    return falls == 0
  }

  /// Users cut into ranges with nearly as many rows each.
  package func parts(_ count: Int) -> [Range<Int>] {
    let users = numbers.count - 1
    let rows = Int(numbers[users])
    let borders = (0...count).map { part in
      part == 0 ? 0 : part == count ? users : numbers.partitionPoint(rows * part / count)
    }
    return zip(borders, borders.dropFirst()).map { $0..<max($0, $1) }
  }
}

extension UnsafeBufferPointer<UInt32> {
  /// The first place whose number is at or above one; numbers ascend.
  func partitionPoint(_ number: Int) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if Int(self[middle]) < number { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
