// Rows with an id are known by it alone: its last row in the import counts. That row is left out where it is
// what the store has under the id; else it is taken, and all rows of the store with that id give way to it.
//
// Ids are in no order, so all rows that have one are gone through, once for each share of the ids that a
// table may hold.

import KithSystem

extension Overlap {
  /// What is known of an id.
  private struct Known {
    /// The last row of the import.
    var run: UInt32
    var row: UInt32
    var arrival: UInt32
    var key: RowKey
    /// Whether the store has rows, and only one, which is equal; where the last one is.
    var isStored = false
    var isEqual = false
    var storedRun: UInt32 = 0
    var storedRow: UInt32 = 0
  }

  /// Marks rows of the import that are left out; gives those of the store that give way.
  func findIDs() -> ReplacedRows {
    let rows = own.reduce(0) { $0 + ($1.run.eventIDs == nil ? 0 : $1.run.rows) }
    guard rows > 0 else { return [:] }
    let threads = rows < min(1 << 16, keysMax) ? 1 : Cores.count
    let shares = (rows / keysMax / threads + 1) * threads
    let marks = stored.map { RowMarks($0.eventIDs == nil ? 0 : $0.rows) }
    Cores.runUnchecked(threads) { thread in
      for share in stride(from: thread, to: shares, by: threads) {
        settle(IDShare(number: share, of: shares, seed: seed), rows / shares, marks)
      }
    }
    var replaced: ReplacedRows = [:]
    for (run, marks) in zip(stored, marks) where marks.isAny { replaced[run.name] = marks }
    return replaced
  }

  private func settle(_ share: IDShare, _ rows: Int, _ marks: [RowMarks]) {
    let runs = keys()
    var table = KeyTable<Known>()
    table.reserve(rows + rows / 64)
    var left = 0
    for (number, run) in runs.own.enumerated() {
      let arrived = own[number]
      share.forEach(of: run) { row, id, hash in
        let arrival = UInt32(truncatingIfNeeded: arrived.arrival(row))
        func known() -> Known {
          Known(run: UInt32(number), row: UInt32(row), arrival: arrival, key: run.key(of: row))
        }
        let count = table.entries.count
        let place = table.place(hash) {
          share.key(id)
        } new: {
          known()
        }
        guard count == table.entries.count else { return }
        left += 1
        let last = table.entries[place]
        if last.arrival < arrival {
          own[Int(last.run)].left[Int(last.row)] = true
          table.entries[place] = known()
        } else {
          arrived.left[row] = true
        }
      }
    }
    for (number, run) in runs.stored.enumerated() {
      let marks = marks[number]
      share.forEach(of: run) { row, id, hash in
        guard let place = table.find(hash, { share.key(id) }) else { return }
        marks[row] = true
        var known = table.entries[place]
        known.isEqual = !known.isStored && known.key == run.key(of: row)
        known.isStored = true
        (known.storedRun, known.storedRow) = (UInt32(number), UInt32(row))
        table.entries[place] = known
      }
    }
    for known in table.entries where known.isEqual {
      marks[Int(known.storedRun)][Int(known.storedRow)] = false
      own[Int(known.run)].left[Int(known.row)] = true
      left += 1
    }
    add(duplicates: left)
  }
}

/// Some of all ids, by their hashes.
private struct IDShare {
  let number: Int
  let of: Int
  let seed: UInt64

  func key(_ id: UnsafeRawBufferPointer) -> RowKey { RowKey(id, seed: seed) }

  /// Calls for each row of a run that has an id of this share.
  @inline(__always)
  func forEach(
    of run: RowKeys, _ visit: (_ row: Int, _ id: UnsafeRawBufferPointer, _ hash: UInt64) -> Void
  ) {
    guard let ids = run.eventIDs else { return }
    let shares = UInt64(of)
    for row in run.times.indices {
      if row & 0xFFFF == 0 { run.come(to: row) }
      guard let id = ids[row] else { continue }
      let hash = hashed(id, seed: seed)
      // By the upper bits; a table goes by all of them.
      guard hash.multipliedFullWidth(by: shares).high == UInt64(number) else { continue }
      visit(row, id, hash)
    }
  }
}
