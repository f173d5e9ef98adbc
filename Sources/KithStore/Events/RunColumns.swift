import KithSystem

/// The columns of one run as loops read them: pointers into the mapped file, good as long as this
/// value is held.
///
/// Codes are the run's own; ``eventCodes`` and its like turn them into the snapshot's. They are not
/// looked at before they are used: whoever follows one holds it against the table's size.
package struct RunColumns: @unchecked Sendable {  // memory that is never written while it is read
  package let rows: Int
  /// User `u` of the run has the rows `starts[u]..<starts[u + 1]`.
  package let starts: UnsafeBufferPointer<UInt32>
  /// Milliseconds.
  package let times: UnsafePointer<Int64>
  package let events: CodeView
  package let sources: CodeView
  /// Millionths.
  package let values: UnsafePointer<Int64>
  /// One bit a row: whether it has a value; nil where all have, or where ``absentValue`` says so.
  package let valueBits: UnsafeRawPointer?
  /// By place in ``Snapshot/properties``; nil where the run has no such column.
  package let properties: [CodeView?]
  /// The snapshot's code for each of the run's; nil where they are the same.
  package let eventCodes: [UInt32]?
  package let sourceCodes: [UInt32]?
  package let propertyCodes: [[UInt32]?]
  private let run: EventRun?

  /// A row's value, or ``absentValue``.
  @inlinable @inline(__always)
  package func value(_ row: Int) -> Int64 {
    if let valueBits, !isSet(valueBits, row) { return absentValue }
    return values[row]
  }

  @inlinable @inline(__always)
  package func rows(of user: Int) -> Range<Int> {
    let start = min(Int(starts[user]), rows)
    return start..<min(max(start, Int(starts[user &+ 1])), rows)
  }

  /// Users cut into ranges with nearly as many rows each.
  package func parts(_ count: Int) -> [Range<Int>] { run?.starts.parts(count) ?? [] }

  init(_ run: EventRun, _ index: Int, in snapshot: RunSnapshot) {
    self.run = run
    rows = run.rows
    starts = run.starts.numbers
    times = run.times.base
    events = run.events.codes
    sources = run.sources.codes
    values = run.values.base
    valueBits = run.values.validity
    properties = snapshot.propertyPlaces.map { places in
      places[index].map { run.properties[$0.index].codes }
    }
    eventCodes = snapshot.eventCodes[index]
    sourceCodes = snapshot.sourceCodes[index]
    propertyCodes = snapshot.propertyPlaces.map { $0[index]?.translation }
  }

  /// Columns of merged rows, in the snapshot's codes.
  init(
    merged rows: Int, starts: UnsafeBufferPointer<UInt32>, times: UnsafePointer<Int64>,
    events: CodeView, sources: CodeView, values: UnsafePointer<Int64>, properties: [CodeView?]
  ) {
    run = nil
    self.rows = rows
    self.starts = starts
    self.times = times
    self.events = events
    self.sources = sources
    self.values = values
    valueBits = nil
    self.properties = properties
    eventCodes = nil
    sourceCodes = nil
    propertyCodes = properties.map { _ in nil }
  }

  /// The index of the run's users; nil where the cache has none and `making` is false, or where the
  /// run turns out to be damaged.
  package func index(making: Bool) -> RunIndex? {
    guard let run else { return nil }
    return making
      ? try? run.derived.index(of: run)
      : run.derived.cachedIndex(users: run.users.count, rows: run.rows)
  }

  /// The days of the run's users; nil where the cache has none and `making` is false.
  package func days(_ key: DayKey, making: Bool) -> RunDays? {
    guard let run else { return nil }
    return making
      ? run.derived.days(key, of: run) : run.derived.cachedDays(key, of: run)
  }
}

extension IntegerView {
  /// Where the first number lies; somewhere else where there is none.
  fileprivate var base: UnsafePointer<Int64> {
    numbers.baseAddress ?? UnsafePointer(owner.nothing.assumingMemoryBound(to: Int64.self))
  }
}

extension RunSnapshot {
  /// The columns of each run, in order of arrival.
  package var columns: [RunColumns] {
    runs.enumerated().map { RunColumns($1, $0, in: self) }
  }
}

/// Merges the rows of one user who has them in several runs; a buffer that is used again and again.
///
/// The rows stand in order of time, then arrival, in the snapshot's codes.
package final class MergedRows {
  private let runs: [RunColumns]
  private let users: SnapshotUsers
  private let properties: [Int]
  private var times: [Int64] = []
  private var values: [Int64] = []
  private var events: [UInt32] = []
  private var sources: [UInt32] = []
  private var codes: [[UInt32]]
  private var user = -1

  /// - Parameter properties: which of the snapshot's properties are merged.
  package init(_ snapshot: RunSnapshot, _ runs: [RunColumns], properties: [Int]) {
    self.runs = runs
    users = snapshot.users
    self.properties = properties
    codes = properties.map { _ in [] }
  }

  /// Lends the rows of a user: all of them, numbered from 0.
  package func withRows<Result>(of user: Int, _ body: (RunColumns) -> Result) -> Result {
    if user != self.user { merge(user) }
    self.user = user
    let owner = MappedBytes(copying: [])
    func view(_ codes: [UInt32]) -> CodeView {
      // The arrays are this object's and stay as they are while the body runs.
      codes.withUnsafeBytes { CodeView(data: $0, bits: 32, validity: nil, owner: owner) }
    }
    var all = [CodeView?](repeating: nil, count: runs.first?.properties.count ?? 0)
    for (property, codes) in zip(properties, codes) { all[property] = view(codes) }
    let starts = [0, UInt32(times.count)]
    return times.withUnsafeBufferPointer { times in
      values.withUnsafeBufferPointer { values in
        starts.withUnsafeBufferPointer { starts in
          // Without rows there is no memory; nothing of it is read then.
          let none = UnsafePointer(owner.nothing.assumingMemoryBound(to: Int64.self))
          return body(
            RunColumns(
              merged: times.count, starts: starts, times: times.baseAddress ?? none,
              events: view(events), sources: view(sources), values: values.baseAddress ?? none,
              properties: all))
        }
      }
    }
  }

  private func merge(_ user: Int) {
    times.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    events.removeAll(keepingCapacity: true)
    sources.removeAll(keepingCapacity: true)
    for index in codes.indices { codes[index].removeAll(keepingCapacity: true) }
    let slices = users.holders(of: user).map { (run: $0.run, rows: runs[$0.run].rows(of: $0.user)) }
    mergeByTime(slices, time: { runs[$0].times[$1] }) { run, row in
      let columns = runs[run]
      times.append(columns.times[row])
      values.append(columns.value(row))
      events.append(safe(columns.events[row], columns.eventCodes))
      sources.append(safe(columns.sources[row], columns.sourceCodes))
      for (slot, property) in properties.enumerated() {
        let code = columns.properties[property].map { $0[row] } ?? absentCode
        codes[slot].append(safe(code, columns.propertyCodes[property]))
      }
    }
  }

  /// A run's code as the snapshot's; one that stands for nothing is absent.
  private func safe(_ code: UInt32, _ translation: [UInt32]?) -> UInt32 {
    guard let translation, code != absentCode else { return code }
    return Int(code) < translation.count ? translation[Int(code)] : absentCode
  }
}
