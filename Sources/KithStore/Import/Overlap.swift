// Exports that overlap: of equal rows the larger of the two counts is kept.
//
// What an import brings lies in its parts, and those, like the runs of the store, are in order of user and
// time. So rows that are equal are found as in a merge, and only those of one user and one time are held
// against each other, by their keys. Each row of the import uses up an equal one of the store, then of the
// files before its own, and is left out; where none is left it is taken. A row with an id is known by it
// alone (Overlap+IDs.swift). Memory holds a byte for each row, and a table of at most so many keys a thread:
// where there may be more, the rows are gone through several times, each time for some of the keys.

import KithSystem

/// Rows that give way to others, by the file of their run.
typealias ReplacedRows = [String: RowMarks]

/// What an import brings beside what the store has.
final class Overlap {
  enum Rule {
    /// Of rows that are equal in all columns the larger of the counts is kept.
    case counts
    /// Of rows of one user, time and event one is kept, and none where the store has such a row.
    case once
  }

  /// In order of arrival; which of their rows are left out.
  let own: [ArrivedRun]
  let stored: [EventRun]
  let rule: Rule
  let seed: UInt64
  /// How many keys a table may hold.
  let keysMax: Int
  /// How many rows were there already.
  private(set) var duplicates = 0
  private(set) var replaced: ReplacedRows = [:]
  private let lock = Monitor()

  init(_ own: [ArrivedRun], _ stored: [EventRun], _ rule: Rule, seed: UInt64, keysMax: Int) {
    self.own = own
    self.stored = stored.map { run in
      var run = run
      run.isReadOnce = true
      return run
    }
    self.rule = rule
    self.seed = seed
    self.keysMax = keysMax
    findEqual()
    if rule == .counts { replaced = findIDs() }
  }

  /// The runs of the import and of the store, each for one thread.
  func keys() -> (own: [RowKeys], stored: [RowKeys]) {
    (
      own.map { RowKeys($0.run, rule, seed: seed, passed: $0.passed) },
      stored.map { RowKeys($0, rule, seed: seed, passed: $0.passed) }
    )
  }

  func add(duplicates count: Int) { lock.withLock { duplicates += count } }

  private func findEqual() {
    guard let widest = own.max(by: { $0.run.rows < $1.run.rows })?.run else { return }
    let shares = widest.starts.parts(widest.rows < min(1 << 16, keysMax) ? 1 : Cores.count)
    /// Where the users of a share begin in a run.
    func start(_ share: Int, _ users: TextTable) -> Int {
      guard share > 0 else { return 0 }
      guard share < shares.count, shares[share].lowerBound < widest.users.count else {
        return users.count
      }
      return users.lowerBound(widest.users[shares[share].lowerBound], from: 0)
    }
    Cores.runUnchecked(shares.count) { share in
      var walk = EqualRows(self, from: stored.map { start(share, $0.users) })
      let users = own.map(\.run.users)
      let starts = users.map { start(share, $0) }
      let counts = zip(starts, users).map { max(0, start(share + 1, $1) - $0) }
      mergeSorted(counts) {
        users[$0][starts[$0] + $1]
      } _: { id, holders in
        walk.visit(id, holders.map { ($0.table, starts[$0.table] + $0.index) })
      }
      add(duplicates: walk.duplicates)
    }
  }
}

/// Some rows of a run, by its number.
private typealias RunRows = (run: Int, rows: Range<Int>)

/// A walk of one thread over the rows of an import, user by user, beside those of the store.
private struct EqualRows {
  /// How often a row is there.
  private struct Count {
    /// In the store, or in one of the files before.
    var present = 0
    /// In the file that the last one was of.
    var met = 0
    var file = -1
  }

  private let overlap: Overlap
  private let runs: (own: [RowKeys], stored: [RowKeys])
  private var table = KeyTable<Count>()
  /// Where the walk stands among the users of each run of the store.
  private var next: [Int]
  /// The rows of the present user that are left, and of those the ones of one time.
  private var rows: (own: [RunRows], stored: [RunRows]) = ([], [])
  private var equal: (own: [RunRows], stored: [RunRows]) = ([], [])
  private(set) var duplicates = 0

  init(_ overlap: Overlap, from starts: [Int]) {
    self.overlap = overlap
    runs = overlap.keys()
    next = starts
  }

  /// Rows of one user, who has a number in each of some runs of the import.
  mutating func visit(_ id: UnsafeRawBufferPointer, _ holders: [(table: Int, index: Int)]) {
    rows.own.removeAll(keepingCapacity: true)
    rows.stored.removeAll(keepingCapacity: true)
    for (number, user) in holders { rows.own.append((number, runs.own[number].rows(of: user))) }
    for (number, run) in runs.stored.enumerated() {
      let user = run.users.lowerBound(id, from: next[number])
      next[number] = user
      guard user < run.users.count, compare(run.users[user], id) == 0 else { continue }
      rows.stored.append((number, run.rows(of: user)))
    }
    if rows.stored.isEmpty, rows.own.count == 1 {
      visitAlone(rows.own[0])
    } else {
      while let time = nextTime() { visit(time) }
    }
    for (number, rows) in rows.own { runs.own[number].come(to: rows.upperBound) }
    for (number, rows) in rows.stored { runs.stored[number].come(to: rows.upperBound) }
  }

  /// Rows of a user whom only one run has.
  private mutating func visitAlone(_ own: RunRows) {
    let times = runs.own[own.run].times
    equal.stored.removeAll(keepingCapacity: true)
    var row = own.rows.lowerBound
    while row &+ 1 < own.rows.upperBound {
      let time = times[row]
      guard times[row &+ 1] == time else {
        row &+= 1
        continue
      }
      let end = firstIndex(in: row..<own.rows.upperBound) { times[$0] > time }
      equal.own.removeAll(keepingCapacity: true)
      equal.own.append((own.run, row..<end))
      settle()
      row = end
    }
  }

  /// The earliest time of the rows of the import that are left.
  private func nextTime() -> Int64? {
    var least: Int64?
    for (number, rows) in rows.own where !rows.isEmpty {
      let time = runs.own[number].times[rows.lowerBound]
      if time < least ?? .max { least = time }
    }
    return least
  }

  private mutating func visit(_ time: Int64) {
    equal.own.removeAll(keepingCapacity: true)
    equal.stored.removeAll(keepingCapacity: true)
    for index in rows.own.indices {
      let number = rows.own[index].run
      let found = Self.take(time, of: &rows.own[index].rows, runs.own[number].times)
      if !found.isEmpty { equal.own.append((number, found)) }
    }
    for index in rows.stored.indices {
      let number = rows.stored[index].run
      let found = Self.take(time, of: &rows.stored[index].rows, runs.stored[number].times)
      if !found.isEmpty { equal.stored.append((number, found)) }
    }
    if equal.own.count > 1 || equal.own[0].rows.count > 1 || !equal.stored.isEmpty { settle() }
  }

  /// Takes those of one time from the front of some rows, with all before them.
  private static func take(
    _ time: Int64, of rows: inout Range<Int>, _ times: UnsafeBufferPointer<Int64>
  ) -> Range<Int> {
    let start = firstIndex(in: rows) { times[$0] >= time }
    let end = firstIndex(in: start..<rows.upperBound) { times[$0] > time }
    rows = end..<rows.upperBound
    return start..<end
  }

  /// Rows of one user and one time.
  private mutating func settle() {
    var count = 0
    for rows in equal.own { count += rows.rows.count }
    for rows in equal.stored { count += rows.rows.count }
    let passes = UInt64((count - 1) / overlap.keysMax + 1)
    for pass in 0..<passes {
      table.removeAll()
      for (number, rows) in equal.stored {
        let run = runs.stored[number]
        for row in rows where overlap.rule == .once || !run.hasID(row) {
          let key = run.key(of: row)
          if passes == 1 || key.second % passes == pass { self.count(key) { $0.present += 1 } }
        }
      }
      for (number, rows) in equal.own {
        let run = runs.own[number]
        for row in rows where !run.hasID(row) {
          let key = run.key(of: row)
          if passes == 1 || key.second % passes == pass { take(key, row, of: overlap.own[number]) }
        }
      }
    }
  }

  private mutating func count<Value>(_ key: RowKey, _ body: (inout Count) -> Value) -> Value {
    let place = table.place(key.first) {
      key
    } new: {
      Count()
    }
    return body(&table.entries[place])
  }

  private mutating func take(_ key: RowKey, _ row: Int, of run: ArrivedRun) {
    switch overlap.rule {
    case .counts:
      let file = run.file(of: row)
      let isKnown = count(key) { count in
        if file != count.file {
          count.present = max(count.present, count.met)
          (count.met, count.file) = (0, file)
        }
        count.met += 1
        return count.met <= count.present
      }
      guard isKnown else { return }
      duplicates += 1
    case .once:
      let found = count(key) { count in
        count.met += 1
        return count
      }
      guard found.present > 0 || found.met > 1 else { return }
      // What the files say again and again is one thing that the store has.
      if found.present > 0, found.met == 1 { duplicates += 1 }
    }
    run.left[row] = true
  }
}
