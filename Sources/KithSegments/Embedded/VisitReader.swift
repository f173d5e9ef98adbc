import KithStore
import KithSystem

/// Lends the rows of one user after the other, in memory that is used again and again.
final class VisitReader {
  private let worker: Worker
  private let columns: Columns
  private let parts: Visit.Parts
  private let wanted: [Int]
  private var reader: DayReader
  /// Rows that the buffers have room for.
  private var capacity = 0
  private var days = UnsafeMutableBufferPointer<Int32>(start: nil, count: 0)
  private var values = UnsafeMutableBufferPointer<Int64>(start: nil, count: 0)
  /// Events, sources, and the properties one after the other.
  private var codes: [UnsafeMutableBufferPointer<UInt32>] = []

  init(_ worker: Worker, _ parts: Visit.Parts, _ properties: [Int]) {
    self.worker = worker
    self.parts = parts
    columns = worker.columns
    wanted = properties
    reader = DayReader(worker.times.zone)
  }

  deinit {
    free()
  }

  private func free() {
    days.deallocate()
    values.deallocate()
    for column in codes { column.deallocate() }
  }

  private func reserve(_ rows: Int) {
    guard rows > capacity || codes.isEmpty else { return }
    free()
    capacity = max(1024, rows * 2)
    days = .allocate(capacity: capacity)
    values = .allocate(capacity: capacity)
    codes = (0..<(2 + wanted.count)).map { _ in .allocate(capacity: capacity) }
  }

  @inline(__always)
  func lend(_ user: Int, _ body: (Visit) -> Void) {
    if let base = columns.users.base, columns.users.isPlain(user) {
      let run = columns.views[base]
      lend(user, run, run.rows(of: user), columns.runs[base], body)
    } else {
      worker.withMergedRows(of: user) { lend(user, $0, 0..<$0.rows, nil, body) }
    }
  }

  /// - Parameter source: whose codes these are; nil: the snapshot's.
  @inline(__always)
  private func lend(
    _ user: Int, _ run: RunView, _ all: Range<Int>, _ source: RunColumns?, _ body: (Visit) -> Void
  ) {
    var rows = all
    if !worker.times.seesAll {
      let instant = worker.times.instant
      rows = all.lowerBound..<run.firstRow(in: all) { $0 > instant }
    }
    reserve(rows.count)
    if parts.contains(.days) { readDays(run, rows) }
    if parts.contains(.values) {
      let values = values
      for place in 0..<rows.count { values[place] = run.value(rows.lowerBound &+ place) }
    }
    read(run.events, rows, source?.eventCodes, into: 0)
    if parts.contains(.sources) { read(run.sources, rows, source?.sourceCodes, into: 1) }
    for (slot, property) in wanted.enumerated() {
      read(run.properties[property], rows, source?.propertyCodes[property], into: 2 + slot)
    }
    func part<Element>(
      _ part: Visit.Parts?, _ all: UnsafeMutableBufferPointer<Element>
    ) -> UnsafeBufferPointer<Element> {
      let isRead = part.map(parts.contains) ?? true
      return UnsafeBufferPointer(start: all.baseAddress, count: isRead ? rows.count : 0)
    }
    body(
      Visit(
        user: user,
        times: UnsafeBufferPointer(start: run.times + rows.lowerBound, count: rows.count),
        days: part(.days, days), events: part(nil, codes[0]), sources: part(.sources, codes[1]),
        values: part(.values, values), properties: codes[2...].map { part(nil, $0) }))
  }

  @inline(__always)
  private func read(
    _ column: Codes, _ rows: Range<Int>, _ translation: [UInt32]?, into place: Int
  ) {
    guard let target = codes[place].baseAddress else { return }
    column.copy(rows, translation, to: target)
  }

  private func readDays(_ run: RunView, _ rows: Range<Int>) {
    var reader = reader
    let days = days
    var (start, end, day) = (Int64.max, Int64.min, Int32(0))
    for place in 0..<rows.count {
      let time = run.times[rows.lowerBound &+ place]
      if time < start || time >= end {
        day = reader.day(of: time)
        (start, end) = (reader.start, reader.end)
      }
      days[place] = day
    }
    self.reader = reader
  }
}
