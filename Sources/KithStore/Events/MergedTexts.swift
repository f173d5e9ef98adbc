/// Sorted dictionaries of several runs made one, by a merge; codes of each run translate into it.
struct MergedTexts: Sendable {
  let table: TextTable
  /// For each run its codes in the merged table; nil where they are the same.
  let translations: [[UInt32]?]

  init(_ tables: [TextTable]) {
    guard tables.count != 1 else {
      table = tables[0]
      translations = [nil]
      return
    }
    var ends: [Int64] = [0]
    var bytes: [UInt8] = []
    var translations = tables.map { [UInt32](repeating: 0, count: $0.count) }
    mergeSorted(tables) { text, holders in
      let code = UInt32(ends.count - 1)
      bytes.append(contentsOf: text)
      ends.append(Int64(bytes.count))
      for holder in holders { translations[holder.table][holder.index] = code }
    }
    table = TextTable(ends: ends, bytes: bytes)
    self.translations = translations
  }
}

/// Walks sorted tables together: each distinct text once, with every table that has it and where.
///
/// Cost: texts × tables, since the tables are few.
func mergeSorted(
  _ tables: [TextTable],
  _ visit: (UnsafeRawBufferPointer, [(table: Int, index: Int)]) -> Void
) {
  mergeSorted(tables.map(\.count), text: { tables[$0][$1] }, visit)
}

/// The same for lists of so many texts each.
func mergeSorted(
  _ counts: [Int], text: (_ table: Int, _ index: Int) -> UnsafeRawBufferPointer,
  _ visit: (UnsafeRawBufferPointer, [(table: Int, index: Int)]) -> Void
) {
  var next = [Int](repeating: 0, count: counts.count)
  var holders: [(table: Int, index: Int)] = []
  while true {
    holders.removeAll(keepingCapacity: true)
    var least: UnsafeRawBufferPointer?
    for (table, count) in counts.enumerated() where next[table] < count {
      let text = text(table, next[table])
      let order = least.map { compare(text, $0) } ?? -1
      if order < 0 {
        least = text
        holders.removeAll(keepingCapacity: true)
      }
      if order <= 0 { holders.append((table, next[table])) }
    }
    guard let least else { return }
    visit(least, holders)
    for holder in holders { next[holder.table] += 1 }
  }
}
