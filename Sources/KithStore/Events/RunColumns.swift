import KithSystem

/// The columns of one run as loops read them: pointers into the mapped file, good as long as this
/// value is held.
///
/// Codes are the run's own; ``eventCodes`` and its like turn them into the snapshot's. They are not
/// looked at before they are used: whoever follows one holds it against the table's size.
package struct RunColumns: @unchecked Sendable {  // memory that is never written while it is read
  package let rows: Int
  /// Where the rows of each of the run's users begin; merged rows are of no user in particular.
  package let rowStarts: RunStarts
  /// Milliseconds.
  package let times: UnsafePointer<Int64>
  package let events: CodeView
  package let sources: CodeView
  /// Millionths.
  package let values: UnsafePointer<Int64>
  /// One bit a row: whether it has a value; nil where all have.
  package let valueBits: UnsafeRawPointer?
  /// By place in ``Snapshot/properties``; nil where the run has no such column.
  package let properties: [CodeView?]
  /// The snapshot's code for each of the run's; nil where they are the same.
  package let eventCodes: [UInt32]?
  package let sourceCodes: [UInt32]?
  package let propertyCodes: [[UInt32]?]
  /// Which import each row came with; nil where all came with one, or every person has one id.
  package let importOrder: ImportOrder?
  private let run: EventRun

  /// A row's value, or ``absentValue``.
  @inlinable @inline(__always)
  package func value(_ row: Int) -> Int64 {
    if let valueBits, !isSet(valueBits, row) { return absentValue }
    return values[row]
  }

  @inlinable @inline(__always)
  package func rows(of user: Int) -> Range<Int> { rowStarts.rows(of: user) }

  /// Users cut into ranges with nearly as many rows each.
  package func parts(_ count: Int) -> [Range<Int>] { run.starts.parts(count) }

  /// Copies a part of a column's bytes; see ``MappedBytes/copy(_:to:)``.
  package func copy(_ part: UnsafeRawBufferPointer, to memory: UnsafeMutableRawPointer) {
    run.copy(part, to: memory)
  }

  /// Takes the pages that were read out of the process; see ``MappedBytes/letPagesGo(of:)``.
  package func letPagesGo() { run.letPagesGo() }

  init(_ run: EventRun, _ index: Int, in snapshot: RunSnapshot) {
    self.run = run
    rows = run.rows
    rowStarts = run.rowStarts
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
    importOrder = snapshot.importOrders[index]
  }

  /// The index of the run's users; nil where the cache has none and `making` is false, or where the
  /// run turns out to be damaged.
  package func index(making: Bool) -> RunIndex? {
    return making
      ? try? run.derived.index(of: run)
      : run.derived.cachedIndex(users: run.users.count)
  }

  /// The days of the run's users; nil where the cache has none and `making` is false.
  package func days(_ key: DayKey, making: Bool) -> RunDays? {
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
