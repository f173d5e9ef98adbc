extension RunSnapshot {
  /// Reads a user's events, ordered by time, then arrival, over what `events` held before. Cost: the
  /// user's events.
  public func read(_ user: Int, into events: inout UserEvents) {
    events.rows.removeAll(keepingCapacity: true)
    for index in events.codes.indices { events.codes[index].removeAll(keepingCapacity: true) }
    let holders = users.holders(of: user)
    if holders.count == 1, let holder = holders.first {
      let rows = runs[holder.run].rows(of: holder.user)
      append(holder.run, rows, to: &events)
      return
    }
    let slices = holders.map { (run: $0.run, rows: runs[$0.run].rows(of: $0.user)) }
    mergeByTime(
      slices, time: { runs[$0].times.numbers[$1] }, arrival: { importOrders[$0]?[$1] ?? 0 }
    ) { run, row in
      append(run, row..<(row + 1), to: &events)
    }
  }

  private func append(_ index: Int, _ rows: Range<Int>, to events: inout UserEvents) {
    let run = runs[index]
    let (eventCodes, sourceCodes) = (eventCodes[index], sourceCodes[index])
    for row in rows {
      let source = run.sources.codes[row]
      events.rows.append(
        EventRow(
          time: run.times.numbers[row], event: translated(run.events.codes[row], eventCodes),
          source: translated(source, sourceCodes), value: run.values[row]))
    }
    for (slot, column) in events.columns.enumerated() {
      guard let place = propertyPlaces[column][index] else {
        events.codes[slot].append(contentsOf: repeatElement(absentCode, count: rows.count))
        continue
      }
      let codes = run.properties[place.index].codes
      for row in rows { events.codes[slot].append(translated(codes[row], place.translation)) }
    }
  }
}

/// Walks rows of several runs in order of their times; of equal times the earlier run's first, and within one
/// the earlier arrival's.
func mergeByTime(
  _ slices: [(run: Int, rows: Range<Int>)], time: (_ run: Int, _ row: Int) -> Int64,
  arrival: (_ run: Int, _ row: Int) -> UInt32 = { _, _ in 0 },
  _ visit: (_ run: Int, _ row: Int) -> Void
) {
  var rest = slices
  while true {
    var best: (index: Int, time: Int64, run: Int, arrival: UInt32)?
    for (index, slice) in rest.enumerated() where !slice.rows.isEmpty {
      let row = slice.rows.lowerBound
      let next = (index, time(slice.run, row), slice.run, arrival(slice.run, row))
      if let best, (best.time, best.run, best.arrival) <= (next.1, next.2, next.3) { continue }
      best = next
    }
    guard let index = best?.index else { return }
    visit(rest[index].run, rest[index].rows.lowerBound)
    rest[index].rows.removeFirst()
  }
}

/// Where a column stands in one run, and what its codes are in the snapshot.
struct ColumnPlace: Sendable {
  var index: Int
  var translation: [UInt32]?
}

@inline(__always)
func translated(_ code: UInt32, _ translation: [UInt32]?) -> UInt32 {
  guard let translation, code != absentCode else { return code }
  // A file may be damaged: a code that stands for nothing is absent.
  return Int(code) < translation.count ? translation[Int(code)] : absentCode
}

/// Columns of several runs made one by their names, in byte order.
func mergedColumns(_ runs: [[DictionaryColumn]]) -> ([Column], [[ColumnPlace?]]) {
  var names: Set<[UInt8]> = []
  for columns in runs { for column in columns { names.insert(Array(column.name.utf8)) } }
  var merged: [Column] = []
  var places: [[ColumnPlace?]] = []
  for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
    let indices = runs.map { $0.firstIndex { $0.name.utf8.elementsEqual(name) } }
    let holders = runs.indices.filter { indices[$0] != nil }
    let texts = MergedTexts(
      holders.compactMap { run in indices[run].map { runs[run][$0].texts } })
    var row = [ColumnPlace?](repeating: nil, count: runs.count)
    for (holder, run) in holders.enumerated() {
      row[run] = indices[run].map {
        ColumnPlace(index: $0, translation: texts.translations[holder])
      }
    }
    merged.append(Column(name: String(decoding: name, as: UTF8.self), table: texts.table))
    places.append(row)
  }
  return (merged, places)
}
