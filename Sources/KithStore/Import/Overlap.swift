// Exports that overlap: of equal rows the larger of the two counts is kept.
//
// A row is written as bytes that are equal where rows are, and numbered by an interner. Each row of
// the import uses up an equal one of the store, then of the files before its own, and is left out;
// where none is left it is taken. A row with an id is known by it alone: its last row in the import
// counts, and is left out where it is what the store has under that id; else all rows of the store with
// that id give way to it.

/// Rows that give way to others, by the file of their run.
typealias ReplacedRows = [String: [Int]]

extension EventColumns {
  /// The rows that neither the store nor an earlier file has; `fileEnds` are the rows at which files end.
  /// `replaced` are rows of runs that give way, by the run's file, ascending.
  func withoutOverlap(
    _ snapshot: RunSnapshot, fileEnds: [Int]
  ) -> (columns: EventColumns, duplicates: Int, replaced: ReplacedRows) {
    var known = Interner(seed: seed)
    var ids = Interner(seed: seed)
    var lastOfID: [Int] = []
    var keys: [UInt32] = []
    var idOfRow: [UInt32] = []
    let order = properties.indices.sorted { precedes(properties[$0].name, properties[$1].name) }
    var bytes: [UInt8] = []
    for row in 0..<rows {
      writeKey(of: row, order, to: &bytes)
      keys.append(bytes.withUnsafeBytes { known.code($0) })
      var id = absentCode
      eventIDs?.withText(row) { if !$0.isEmpty { id = ids.code($0) } }
      idOfRow.append(id)
      if id != absentCode {
        if Int(id) == lastOfID.count { lastOfID.append(row) } else { lastOfID[Int(id)] = row }
      }
    }
    var present = [Int](repeating: 0, count: known.count)
    var stored = StoredIDs(ids.count)
    for (place, run) in snapshot.runs.enumerated() {
      let reader = RunRowKeys(run)
      reader.forEach(ofUsers: users.interner, hasIDs: ids.count > 0) { key, id, row in
        let found = known.find(key)
        if let id {
          guard let code = ids.find(id) else { return }
          stored.add(
            Int(code), isEqual: found == keys[lastOfID[Int(code)]], run: place, row: row)
        } else if let found {
          present[Int(found)] += 1
        }
      }
    }
    let replaced = stored.replaced(names: snapshot.runs.map(\.name))
    var kept: [Int] = []
    var start = 0
    for end in fileEnds {
      var met: [UInt32: Int] = [:]
      for row in start..<end {
        let id = idOfRow[row]
        if id != absentCode {
          if !stored.isKnown(Int(id)), lastOfID[Int(id)] == row { kept.append(row) }
          continue
        }
        met[keys[row], default: 0] += 1
        if met[keys[row], default: 0] > present[Int(keys[row])] { kept.append(row) }
      }
      for (key, count) in met { present[Int(key)] = max(present[Int(key)], count) }
      start = end
    }
    return kept.count == rows
      ? (self, 0, replaced) : (keeping(kept), rows - kept.count, replaced)
  }

  private func writeKey(of row: Int, _ order: [Int], to bytes: inout [UInt8]) {
    bytes.removeAll(keepingCapacity: true)
    users.withText(row) { put($0, &bytes) }
    put(times[row], &bytes)
    events.withText(row) { put($0, &bytes) }
    put(values[row], &bytes)
    sources.withText(row) { put($0, &bytes) }
    for index in order {
      properties[index].withText(row) { putProperty(properties[index].name, $0, &bytes) }
    }
  }
}

/// What the store has under the ids of an import. It has one row under an id, or none, unless rows came in
/// without a look at their ids.
private struct StoredIDs {
  private typealias Place = (run: Int, row: Int)
  /// By id: the only row, which is equal to that of the import.
  private var equal: [Place?]
  private var hasOthers: [Bool]
  private var others: [Place] = []

  init(_ count: Int) {
    equal = Array(repeating: nil, count: count)
    hasOthers = Array(repeating: false, count: count)
  }

  mutating func add(_ id: Int, isEqual: Bool, run: Int, row: Int) {
    if isEqual, equal[id] == nil {
      equal[id] = (run, row)
    } else {
      hasOthers[id] = true
      others.append((run, row))
    }
  }

  /// Whether the store need not change for an id.
  func isKnown(_ id: Int) -> Bool { equal[id] != nil && !hasOthers[id] }

  func replaced(names: [String]) -> ReplacedRows {
    var all = others
    for case (let place?, true) in zip(equal, hasOthers) { all.append(place) }
    all.sort { $0 < $1 }
    var rows: ReplacedRows = [:]
    for place in all { rows[names[place.run], default: []].append(place.row) }
    return rows
  }
}

/// The rows of a run as the same bytes.
private struct RunRowKeys {
  private let run: EventRun
  private let order: [Int]

  init(_ run: EventRun) {
    self.run = run
    order = run.properties.indices.sorted {
      precedes(run.properties[$0].name, run.properties[$1].name)
    }
  }

  /// Rows without an id of other users than these are passed over.
  func forEach(
    ofUsers users: Interner, hasIDs: Bool,
    _ visit: (_ key: UnsafeRawBufferPointer, _ id: UnsafeRawBufferPointer?, _ row: Int) -> Void
  ) {
    let ids = hasIDs ? run.eventIDs : nil
    var bytes: [UInt8] = []
    for user in 0..<run.users.count {
      let isMeant = users.find(run.users[user]) != nil
      guard isMeant || ids != nil else { continue }
      for row in run.rows(of: user) {
        let id = run.eventIDs?[row]
        guard id == nil ? isMeant : hasIDs else { continue }
        bytes.removeAll(keepingCapacity: true)
        put(run.users[user], &bytes)
        put(run.times.numbers[row], &bytes)
        put(run.events.text(row), &bytes)
        put(run.values[row] ?? absentValue, &bytes)
        put(run.sources.text(row), &bytes)
        for index in order {
          putProperty(run.properties[index].name, run.properties[index].text(row), &bytes)
        }
        bytes.withUnsafeBytes { visit($0, id, row) }
      }
    }
  }
}

private func precedes(_ left: String, _ right: String) -> Bool {
  left.utf8.lexicographicallyPrecedes(right.utf8)
}

private func put(_ number: Int64, _ bytes: inout [UInt8]) {
  withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
}

/// A text after its length, so that no two rows are the same bytes unless they are equal.
private func put(_ text: UnsafeRawBufferPointer?, _ bytes: inout [UInt8]) {
  put(Int64(text?.count ?? 0), &bytes)
  if let text { bytes.append(contentsOf: text) }
}

/// Only where it has a value: a run that lacks the column is equal to one where it is empty.
private func putProperty(
  _ name: String, _ text: UnsafeRawBufferPointer?, _ bytes: inout [UInt8]
) {
  guard let text, !text.isEmpty else { return }
  withBytes(name) { put($0, &bytes) }
  put(text, &bytes)
}
