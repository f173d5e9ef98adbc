import KithSystem

/// The rows of an import in the order of arrival, cut into as many shares as there are threads.
struct SharedBlocks {
  let all: [RowBlock]
  let rows: Int
  /// Blocks that follow each other, so that arrival is kept.
  let shares: [Range<Int>]

  init(_ blocks: [RowBlock]) {
    all = blocks
    let rows = blocks.reduce(0) { $0 + $1.rows }
    self.rows = rows
    let count = rows < 1 << 16 ? 1 : Cores.count
    var shares: [Range<Int>] = []
    var (start, sum) = (0, 0)
    for (index, block) in blocks.enumerated() {
      sum += block.rows
      if sum * count >= rows * (shares.count + 1) || index == blocks.count - 1 {
        shares.append(start..<(index + 1))
        start = index + 1
      }
    }
    self.shares = shares
  }

  /// Calls `body` with the blocks of each share, all shares at once.
  func forEachShare(_ body: (ArraySlice<RowBlock>) -> Void) {
    Cores.runUnchecked(shares.count) { body(all[shares[$0]]) }
  }

  /// Frees what times and codes take, once they are all elsewhere.
  func letCellsGo() {
    for block in all { block.cells.letGo() }
  }

  /// Frees what the places of rows take, once no further column is put into them.
  func letPlacesGo() {
    for block in all { block.places.letGo() }
  }

  var haveEventIDs: Bool { all.contains { $0.eventIDs != nil } }

  /// Whether each row's time is at or after that of the row before.
  var arriveInOrder: Bool {
    all.allSatisfy(\.times.isAscending)
      && zip(all, all.dropFirst()).allSatisfy {
        $0.times.span.upperBound <= $1.times.span.lowerBound
      }
  }

  /// Which codes of each thread stand in rows.
  func uses(
    _ indices: [TextIndex?], _ codes: (RowBlock) -> RowBlock.Codes?
  ) -> [[Bool]] {
    let lock = Monitor()
    var uses = indices.map { [Bool](repeating: false, count: $0?.count ?? 0) }
    forEachShare { blocks in
      var own = uses
      for block in blocks {
        guard let codes = codes(block) else { continue }
        for row in 0..<block.rows where codes[row] != absentCode {
          own[block.worker][Int(codes[row])] = true
        }
      }
      lock.withLock {
        for (thread, codes) in own.enumerated() {
          for (code, isUsed) in codes.enumerated() where isUsed { uses[thread][code] = true }
        }
      }
    }
    return uses
  }
}
