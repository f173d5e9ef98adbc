// The rows of all threads in the order of a run: by user, then time, then arrival.
//
//   1. the users of all threads get one number each, in the order of their ids
//   2. rows are counted by user, in as many shares as there are threads; a share is a row of blocks
//      that follow each other, so that arrival is kept
//   3. each row gets its place in the run, in the memory where the code of its user was
//   4. times are put into their places; users whose times do not ascend are sorted, and the places of
//      their rows corrected
//
// Every other column is then put into its places in the same way, one at a time, when it is written.

import KithSystem

struct SortedRows {
  /// In the order of arrival; the users of each row have given way to its place in the run.
  let blocks: [RowBlock]
  let rows: Int
  let users: SortedUsers
  /// Milliseconds since 1970, in the order of the run; nil once they are written.
  let times: Held<LargeMemory?>
  let span: (first: Int64, last: Int64)
  /// Blocks that one thread takes.
  let shares: [Range<Int>]

  /// Takes over the users of the first thread: those of the others are put among them.
  init(_ blocks: [RowBlock], users indices: inout [TextIndex]) {
    self.blocks = blocks
    rows = blocks.reduce(0) { $0 + $1.rows }
    shares = Self.shares(of: blocks)
    let codes = mergeUsers(&indices)
    let order = sortedByBytes(indices[0])
    var ranks = [UInt32](repeating: 0, count: order.count)
    for (rank, code) in order.enumerated() { ranks[Int(code)] = UInt32(truncatingIfNeeded: rank) }
    let ends = Self.place(
      blocks, shares, codes.map { $0.map { ranks[Int($0)] } }, count: order.count)
    users = SortedUsers(indices[0], order, ends: ends)
    let memory = LargeMemory(rows * 8)
    times = Held(memory)
    Self.sortTimes(memory.of(Int64.self), blocks, shares, users, rows)
    span = Self.span(memory.of(Int64.self), users)
  }

  private static func shares(of blocks: [RowBlock]) -> [Range<Int>] {
    let rows = blocks.reduce(0) { $0 + $1.rows }
    let count = rows < 1 << 16 ? 1 : workerCount
    var shares: [Range<Int>] = []
    var (start, sum) = (0, 0)
    for (index, block) in blocks.enumerated() {
      sum += block.rows
      if sum * count >= rows * (shares.count + 1) || index == blocks.count - 1 {
        shares.append(start..<(index + 1))
        start = index + 1
      }
    }
    return shares
  }

  /// Puts a row's place in the run where its user's code was; gives the end of each user's rows.
  private static func place(
    _ blocks: [RowBlock], _ shares: [Range<Int>], _ ranks: [[UInt32]], count: Int
  ) -> LargeMemory {
    let counts = shares.map { _ in LargeMemory(count * 4) }
    inParallel(shares.count) { share in
      let counts = counts[share].of(UInt32.self)
      for block in blocks[shares[share]] {
        ranks[block.worker].withUnsafeBufferPointer { ranks in
          let users = block.users
          for row in 0..<block.rows {
            let rank = ranks[Int(users[row])]
            users[row] = rank
            counts[Int(rank)] &+= 1
          }
        }
      }
    }
    let ends = LargeMemory(count * 4)
    var next: UInt32 = 0
    for rank in 0..<count {
      for share in counts {
        let rows = share.of(UInt32.self)[rank]
        share.of(UInt32.self)[rank] = next
        next &+= rows
      }
      ends.of(UInt32.self)[rank] = next
    }
    inParallel(shares.count) { share in
      let next = counts[share].of(UInt32.self)
      for block in blocks[shares[share]] {
        let users = block.users
        for row in 0..<block.rows {
          let rank = Int(users[row])
          users[row] = next[rank]
          next[rank] &+= 1
        }
      }
    }
    return ends
  }

  /// Puts times into their places, and rows of users whose times do not ascend into other ones.
  private static func sortTimes(
    _ out: UnsafeMutablePointer<Int64>, _ blocks: [RowBlock], _ shares: [Range<Int>],
    _ users: SortedUsers, _ rows: Int
  ) {
    inParallel(shares.count) { share in
      for block in blocks[shares[share]] {
        let places = block.users
        for row in 0..<block.rows { out[Int(places[row])] = block.time(row) }
      }
    }
    let moved = MovedRows(rows)
    inParallel(over: users.count, least: 1 << 12) { range in
      for user in range {
        let rows = users.rows(of: user)
        if !isAscending(out, rows) { moved.sort(rows, out) }
      }
    }
    guard moved.isAny else { return }
    inParallel(shares.count) { share in
      for block in blocks[shares[share]] {
        for row in 0..<block.rows { block.users[row] = moved.place(of: block.users[row]) }
      }
    }
  }

  /// The earliest and the latest time.
  private static func span(
    _ times: UnsafeMutablePointer<Int64>, _ users: SortedUsers
  ) -> (first: Int64, last: Int64) {
    guard users.count > 0 else { return (0, 0) }
    var (first, last) = (Int64.max, Int64.min)
    for user in 0..<users.count {
      let rows = users.rows(of: user)
      first = min(first, times[rows.lowerBound])
      last = max(last, times[rows.upperBound - 1])
    }
    return (first, last)
  }

  /// Calls `body` with all blocks, several of them at once.
  func forEachBlock(_ body: (RowBlock) -> Void) {
    inParallel(shares.count) { share in
      for block in blocks[shares[share]] { body(block) }
    }
  }
}

private func isAscending(_ times: UnsafeMutablePointer<Int64>, _ rows: Range<Int>) -> Bool {
  var before = Int64.min
  for row in rows {
    if times[row] < before { return false }
    before = times[row]
  }
  return true
}

/// Where rows go that have to be sorted by time; made when the first of them is met.
private final class MovedRows {
  private let rows: Int
  private let lock = Monitor()
  private var memory: LargeMemory?

  init(_ rows: Int) { self.rows = rows }

  var isAny: Bool { memory != nil }

  private func places() -> UnsafeMutablePointer<UInt32> {
    lock.withLock {
      if let memory { return memory.of(UInt32.self) }
      let memory = LargeMemory(rows * 4)
      self.memory = memory
      return memory.of(UInt32.self)
    }
  }

  /// Sorts the times of one user's rows; of equal ones the first stays first.
  func sort(_ range: Range<Int>, _ times: UnsafeMutablePointer<Int64>) {
    let places = places()
    var order = range.map { (time: times[$0], row: $0) }
    order.sort { ($0.time, $0.row) < ($1.time, $1.row) }
    for (index, moved) in order.enumerated() {
      times[range.lowerBound + index] = moved.time
      // One more, since 0 stands for a row that stays.
      places[moved.row] = UInt32(truncatingIfNeeded: range.lowerBound + index + 1)
    }
  }

  func place(of row: UInt32) -> UInt32 {
    guard let place = memory?.of(UInt32.self)[Int(row)], place > 0 else { return row }
    return place - 1
  }
}
