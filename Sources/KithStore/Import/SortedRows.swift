// The rows of all threads in the order of a run: by user, then time, then arrival.
//
//   1. the users of all threads get one number each, in the order of their ids
//   2. rows are counted by user, in as many shares as there are threads
//   3. each row gets its place in the run, in the memory where the code of its user was, and its first
//      word is put there; many rows that need one word go by way of buckets instead
//   4. users whose times do not ascend are sorted, and the places of their rows corrected

import KithSystem

struct SortedRows {
  /// In the order of arrival; the users of each row have given way to its place in the run.
  let blocks: SharedBlocks
  let users: SortedUsers
  let words: RowWords

  var rows: Int { blocks.rows }

  /// Whether further columns will ask for the places of rows.
  private let keepsPlaces: Bool

  /// Takes over the users of the first thread: those of the others are put among them. With `keepingPlaces`
  /// each row's place can be asked for in any case.
  init(
    _ blocks: SharedBlocks, users indices: inout [TextIndex], _ packing: Packing, bucketRows: Int,
    keepingPlaces: Bool
  ) {
    self.blocks = blocks
    keepsPlaces = keepingPlaces || packing.words > 1 || blocks.haveEventIDs
    let codes = mergeUsers(&indices)
    let order = sortedByBytes(indices[0])
    var users = SortedUsers(indices[0], order)
    // Memory that is given back before more is asked for is the faster memory.
    for thread in indices.indices { indices[thread].clear() }
    var ranks = [UInt32](repeating: 0, count: order.count)
    for (rank, code) in order.enumerated() { ranks[Int(code)] = UInt32(truncatingIfNeeded: rank) }
    Self.rank(blocks, codes.map { $0.map { ranks[Int($0)] } })
    if blocks.rows >= bucketRows, !keepsPlaces,
      let buckets = RowBuckets(blocks, packing, users: order.count)
    {
      blocks.letCellsGo()
      blocks.letPlacesGo()
      users.end(at: buckets.place())
      words = RowWords(blocks, packing, buckets.memory)
    } else {
      let counts = Self.count(blocks, users: order.count)
      users.end(at: Self.starts(counts, users: order.count))
      words = RowWords(blocks, packing, LargeMemory(blocks.rows * 8))
      Self.place(blocks, packing, counts, words.numbers)
      if packing.words == 1 { blocks.letCellsGo() }
    }
    self.users = users
    if !blocks.arriveInOrder { sortByTime() }
    if !keepsPlaces { blocks.letPlacesGo() }
  }

  /// Puts the rank of each row's user where its code was.
  private static func rank(_ blocks: SharedBlocks, _ ranks: [[UInt32]]) {
    blocks.forEachShare { blocks in
      for block in blocks {
        ranks[block.worker].withUnsafeBufferPointer { ranks in
          let users = block.users
          for row in 0..<block.rows { users[row] = ranks[Int(users[row])] }
        }
      }
    }
  }

  /// Counts each user's rows by share.
  private static func count(_ blocks: SharedBlocks, users: Int) -> [LargeMemory] {
    let counts = blocks.shares.map { _ in LargeMemory(users * 4) }
    Cores.runUnchecked(blocks.shares.count) { share in
      let counts = counts[share].of(UInt32.self)
      for block in blocks.all[blocks.shares[share]] {
        for row in 0..<block.rows { counts[Int(block.users[row])] &+= 1 }
      }
    }
    return counts
  }

  /// Turns counts into the places of each share's first rows; gives the end of each user's rows.
  private static func starts(_ counts: [LargeMemory], users: Int) -> LargeMemory {
    let ends = LargeMemory(users * 4)
    let counts = counts.map { $0.of(UInt32.self) }
    var next: UInt32 = 0
    for rank in 0..<users {
      for share in counts {
        let rows = share[rank]
        share[rank] = next
        next &+= rows
      }
      ends.of(UInt32.self)[rank] = next
    }
    return ends
  }

  /// Puts a row's place in the run where its user's rank was, and its first word into that place.
  private static func place(
    _ blocks: SharedBlocks, _ packing: Packing, _ places: [LargeMemory],
    _ out: UnsafeMutablePointer<UInt64>
  ) {
    Cores.runUnchecked(blocks.shares.count) { share in
      let next = places[share].of(UInt32.self)
      withUnsafeTemporaryAllocation(of: UInt64.self, capacity: EventRows.blockRows) { words in
        guard let words = words.baseAddress else { return }
        for block in blocks.all[blocks.shares[share]] {
          packing.pack(block, 0, words)
          let users = block.users
          for row in 0..<block.rows {
            let rank = Int(users[row])
            let place = next[rank]
            next[rank] = place &+ 1
            users[row] = place
            out[Int(place)] = words[row]
          }
          block.placeValues()
        }
      }
    }
  }

  /// Sorts the rows of each user whose times do not ascend.
  private func sortByTime() {
    let moved = MovedRows(rows)
    let numbers = words.numbers
    let field = words.packing.times.field
    Cores.runUnchecked(over: users.count, least: 1 << 12) { range in
      for user in range {
        let rows = users.rows(of: user)
        if !isAscending(numbers, field, rows) { moved.sort(rows, numbers, field) }
      }
    }
    guard moved.isAny else { return }
    let keepsPlaces = keepsPlaces
    blocks.forEachShare { blocks in
      for block in blocks {
        moved.correct(block.values.rows, block.values.count)
        if keepsPlaces { moved.correct(block.users, block.rows) }
      }
    }
  }
}

private func isAscending(
  _ words: UnsafeMutablePointer<UInt64>, _ time: WordField, _ rows: Range<Int>
) -> Bool {
  var before: UInt64 = 0
  for row in rows {
    let now = time.read(words[row])
    if now < before { return false }
    before = now
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

  /// Sorts one user's rows by time; of equal times the first stays first.
  func sort(_ range: Range<Int>, _ words: UnsafeMutablePointer<UInt64>, _ time: WordField) {
    let places = places()
    var order = range.map { (time: time.read(words[$0]), row: $0, word: words[$0]) }
    order.sort { ($0.time, $0.row) < ($1.time, $1.row) }
    for (index, moved) in order.enumerated() {
      words[range.lowerBound + index] = moved.word
      // One more, since 0 stands for a row that stays.
      places[moved.row] = UInt32(truncatingIfNeeded: range.lowerBound + index + 1)
    }
  }

  /// Puts the places where rows went where their places were.
  func correct(_ rows: UnsafeMutablePointer<UInt32>, _ count: Int) {
    guard let places = memory?.of(UInt32.self) else { return }
    for index in 0..<count {
      let place = places[Int(rows[index])]
      if place > 0 { rows[index] = place - 1 }
    }
  }
}
