import Glibc
import KithSystem

/// The users of a run, sorted by id, and where the rows of each end.
struct SortedUsers {
  private(set) var count: Int
  private var ends = LargeMemory(0)
  private let idEnds: LargeMemory
  private let idBytes: LargeMemory

  /// `order` has all users of the index in the order of their ids.
  init(_ index: TextIndex, _ order: [UInt32]) {
    count = order.count
    let idEnds = LargeMemory((order.count + 1) * 8)
    let idBytes = LargeMemory(index.textSize)
    (self.idEnds, self.idBytes) = (idEnds, idBytes)
    let ends = idEnds.of(Int64.self)
    for (user, code) in order.enumerated() { ends[user + 1] = ends[user] + Int64(index.size(code)) }
    Cores.runUnchecked(over: order.count, least: 1 << 14) { users in
      for user in users {
        let text = index.text(order[user])
        UnsafeMutableRawBufferPointer(start: idBytes.address + Int(ends[user]), count: text.count)
          .copyMemory(from: text)
      }
    }
  }

  /// `ends` says where the rows of each user end; a user that has none is left out.
  mutating func end(at ends: LargeMemory) {
    self.ends = ends
    let (ends, idEnds) = (ends.of(UInt32.self), idEnds.of(Int64.self))
    var (users, start, before) = (0, Int64(0), UInt32(0))
    for user in 0..<count {
      let (end, idEnd) = (ends[user], idEnds[user + 1])
      defer { start = idEnd }
      guard end > before else { continue }
      before = end
      if users < user {
        let size = Int(idEnd - start)
        memmove(idBytes.address + Int(idEnds[users]), idBytes.address + Int(start), size)
        ends[users] = end
        idEnds[users + 1] = idEnds[users] + Int64(size)
      }
      users += 1
    }
    count = users
  }

  /// The bytes of all ids.
  var size: Int { Int(idEnds.of(Int64.self)[count]) }

  func rows(of user: Int) -> Range<Int> {
    let ends = ends.of(UInt32.self)
    return (user == 0 ? 0 : Int(ends[user - 1]))..<Int(ends[user])
  }

  /// The first row of each user, then the number of rows.
  var starts: [UInt32] { [0] + UnsafeBufferPointer(start: ends.of(UInt32.self), count: count) }

  func id(_ user: Int) -> String {
    let ends = idEnds.of(Int64.self)
    let (start, end) = (Int(ends[user]), Int(ends[user + 1]))
    return String(
      decoding: UnsafeRawBufferPointer(start: idBytes.address + start, count: end - start),
      as: UTF8.self)
  }

  /// The user that a row belongs to. Cost: O(log users).
  private func user(of row: Int) -> Int {
    let ends = ends.of(UInt32.self)
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if Int(ends[middle]) <= row { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Writes the codes of some rows.
  func fillCodes(_ rows: Range<Int>, _ out: UnsafeMutablePointer<UInt32>) {
    let ends = ends.of(UInt32.self)
    var row = rows.lowerBound
    var user = user(of: row)
    while row < rows.upperBound {
      let end = min(Int(ends[user]), rows.upperBound)
      while row < end {
        out[row &- rows.lowerBound] = UInt32(truncatingIfNeeded: user)
        row &+= 1
      }
      user &+= 1
    }
  }

  var idEndsBuffer: ArrowBuffer { .memory(idEnds, size: (count + 1) * 8) }
  var idBytesBuffer: ArrowBuffer { .memory(idBytes, size: size) }
}

/// Puts the users of all threads into the index of the first one; gives for each thread the codes there.
func mergeUsers(_ indices: inout [TextIndex]) -> [[UInt32]] {
  var all = indices[0]
  var codes: [[UInt32]] = [Array(0..<UInt32(all.count))]
  for index in indices.dropFirst() {
    // Most users come to all threads.
    var common = all.codes(of: index)
    for code in 0..<index.count where common[code] == absentCode {
      let text = index.text(UInt32(code))
      guard let start = text.baseAddress else { continue }
      common[code] = all.insert(start, text.count, index.hash(UInt32(code)))
    }
    codes.append(common)
  }
  indices[0] = all
  return codes
}

extension TextIndex {
  /// The codes here of all texts of another index; absent where a text is not here.
  fileprivate func codes(of other: TextIndex) -> [UInt32] {
    [UInt32](unsafeUninitializedCapacity: other.count) { codes, count in
      count = other.count
      let finder = finder
      let codes = codes
      // All places of a batch are touched first, so that the memory is asked for many at once.
      Cores.runUnchecked(over: other.count, least: 1 << 12) { range in
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 64) { hashes in
          for start in stride(from: range.lowerBound, to: range.upperBound, by: 64) {
            let batch = start..<min(start + 64, range.upperBound)
            for code in batch {
              hashes[code - start] = other.hash(UInt32(code))
              finder.prefetch(hashes[code - start])
            }
            for code in batch {
              let text = other.text(UInt32(code))
              guard let address = text.baseAddress else { continue }
              codes[code] = finder.find(address, text.count, hashes[code - start])
            }
          }
        }
      }
    }
  }
}
