import KithSystem

/// The live runs of one manifest as one view.
///
/// Users of several runs are merged once, here; a user's events are merged as they are read, by time,
/// then run, then row, which is the order of arrival. With a single run nothing is merged or copied.
struct RunSnapshot: Snapshot {
  let generation: Int
  let eventCount: Int
  let horizon: Instant?
  let eventNames: Names
  let sources: Names
  let properties: [Column]
  let attributes: [Column]
  let runs: [EventRun]
  let users: MergedUsers
  let writes: AttributeWrites
  /// For each run, its codes in ``eventNames`` and in ``sources``.
  private let eventCodes: [[UInt32]?]
  private let sourceCodes: [[UInt32]?]
  /// For each property, its place in each run.
  let propertyPlaces: [[ColumnPlace?]]

  /// Runs in order of arrival.
  init(generation: Int, eventRuns: [EventRun], userRuns: [UserRun]) {
    self.generation = generation
    runs = eventRuns
    eventCount = eventRuns.reduce(0) { $0 + $1.rows }
    horizon = eventRuns.compactMap { $0.times.numbers.max() }.max().map(Instant.init(milliseconds:))
    let events = MergedTexts(eventRuns.map(\.events.texts))
    let sources = MergedTexts(eventRuns.map(\.sources.texts))
    eventNames = Names(sorted: events.table)
    self.sources = Names(sorted: sources.table)
    (eventCodes, sourceCodes) = (events.translations, sources.translations)
    (properties, propertyPlaces) = mergedColumns(eventRuns.map(\.properties))
    users = MergedUsers(eventRuns.map(\.users))
    writes = AttributeWrites(userRuns, users: users)
    attributes = writes.columns
  }

  var userCount: Int { users.count }

  func id(of user: Int) -> String {
    String(decoding: users.id(of: user), as: UTF8.self)
  }

  func user(_ id: String) -> Int? {
    users.find(id)
  }

  func attribute(_ column: Int, of user: Int, asOf instant: Instant) -> UInt32? {
    writes.code(column, of: user, asOf: instant.milliseconds)
  }

  func read(_ user: Int, into events: inout UserEvents) {
    events.rows.removeAll(keepingCapacity: true)
    for index in events.codes.indices { events.codes[index].removeAll(keepingCapacity: true) }
    let holders = users.holders(of: user)
    if holders.count == 1, let holder = holders.first {
      let rows = runs[holder.run].rows(of: holder.user)
      append(holder.run, rows, to: &events)
      return
    }
    let slices = holders.map { (run: $0.run, rows: runs[$0.run].rows(of: $0.user)) }
    mergeByTime(slices, time: { runs[$0].times.numbers[$1] }) { run, row in
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

/// Walks rows of several runs in order of their times; of equal times the earlier run's first.
func mergeByTime(
  _ slices: [(run: Int, rows: Range<Int>)], time: (_ run: Int, _ row: Int) -> Int64,
  _ visit: (_ run: Int, _ row: Int) -> Void
) {
  var rest = slices
  while true {
    var best: (index: Int, time: Int64)?
    for (index, slice) in rest.enumerated() where !slice.rows.isEmpty {
      let next = time(slice.run, slice.rows.lowerBound)
      if next < best?.time ?? .max { best = (index, next) }
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
  return translation[Int(code)]
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
