import KithSystem

/// The users of a run, sorted by id, and where the rows of each end.
struct SortedUsers {
  let count: Int
  private let ends: LargeMemory
  private let idEnds: LargeMemory
  private let idBytes: LargeMemory

  /// `order` has all users of the index in the order of their ids, `ends` where the rows of each end;
  /// a user that has no row is left out.
  init(_ index: TextIndex, _ order: [UInt32], ends all: LargeMemory) {
    let all = all.of(UInt32.self)
    ends = LargeMemory(order.count * 4)
    idEnds = LargeMemory((order.count + 1) * 8)
    idBytes = LargeMemory(index.textSize)
    var users = 0
    var size = 0
    var before: UInt32 = 0
    for (rank, code) in order.enumerated() where all[rank] > before {
      before = all[rank]
      ends.of(UInt32.self)[users] = before
      let text = index.text(code)
      UnsafeMutableRawBufferPointer(start: idBytes.address + size, count: text.count)
        .copyMemory(from: text)
      size += text.count
      users += 1
      idEnds.of(Int64.self)[users] = Int64(size)
    }
    count = users
  }

  /// The bytes of all ids.
  var size: Int { Int(idEnds.of(Int64.self)[count]) }

  func rows(of user: Int) -> Range<Int> {
    let ends = ends.of(UInt32.self)
    return (user == 0 ? 0 : Int(ends[user - 1]))..<Int(ends[user])
  }

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
    var common = [UInt32](repeating: 0, count: index.count)
    for code in 0..<index.count {
      let text = index.text(UInt32(code))
      guard let start = text.baseAddress else { continue }
      common[code] = all.code(start, text.count, index.hash(UInt32(code)))
    }
    codes.append(common)
  }
  indices[0] = all
  return codes
}
