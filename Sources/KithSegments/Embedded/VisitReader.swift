import KithStore
import KithSystem

/// Lends the rows of one user after the other, in memory that is used again and again.
final class VisitReader {
  private let worker: Worker
  private let columns: Columns
  private let parts: Visit.Parts
  private let wanted: [Int]
  private let choice: VisitChoice
  private let base: Int?
  private let baseCount: Int
  private let translations: Translations
  private var reader: DayReader
  private var posted: PostedRows?
  private var early: EarlyDays?
  /// Rows that the buffers have room for.
  private var capacity = 0
  private var chosen = UnsafeMutableBufferPointer<Int>(start: nil, count: 0)
  private var times = UnsafeMutableBufferPointer<Int64>(start: nil, count: 0)
  private var days = UnsafeMutableBufferPointer<Int32>(start: nil, count: 0)
  private var values = UnsafeMutableBufferPointer<Int64>(start: nil, count: 0)
  /// Events, sources, and the properties one after the other.
  private var codes: [UnsafeMutableBufferPointer<UInt32>] = []

  init(_ worker: Worker, _ parts: Visit.Parts, _ properties: [Int], _ choice: VisitChoice) {
    self.worker = worker
    self.parts = parts
    self.choice = choice
    columns = worker.columns
    wanted = properties
    base = columns.users.base
    baseCount = columns.users.baseCount
    reader = DayReader(worker.times.zone)
    posted = choice.posted
    early = choice.firstDays.map { EarlyDays($0, worker.times.zone, worker.columns) }
    translations = Translations(columns, properties)
  }

  deinit {
    free()
  }

  private func free() {
    chosen.deallocate()
    times.deallocate()
    days.deallocate()
    values.deallocate()
    for column in codes { column.deallocate() }
  }

  private func reserve(_ rows: Int) {
    guard rows > capacity || codes.isEmpty else { return }
    free()
    capacity = max(1024, rows * 2)
    chosen = .allocate(capacity: capacity)
    times = .allocate(capacity: capacity)
    days = .allocate(capacity: capacity)
    values = .allocate(capacity: capacity)
    codes = (0..<(2 + wanted.count)).map { _ in .allocate(capacity: capacity) }
  }

  @inline(__always)
  func lend(_ user: Int, _ body: (Visit) -> Void) {
    if let base, user < baseCount, !worker.hasMixed || columns.users.isPlain(user) {
      let run = columns.views[base]
      if posted != nil { return lendPosted(user, run, base, body) }
      let rows = run.rows(of: user)
      if early != nil { askAhead(user, rows, run) }
      lend(user, run, rows, base, body)
    } else {
      worker.withMergedRows(of: user) {
        lend(user, $0, 0..<$0.rows, columns.runs.count, body)
      }
    }
  }

  /// - Parameter index: whose codes these are; the number of runs: the snapshot's.
  @inline(__always)
  private func lend(
    _ user: Int, _ run: RunView, _ all: Range<Int>, _ index: Int, _ body: (Visit) -> Void
  ) {
    var rows = all
    if !worker.times.seesAll {
      let instant = worker.times.instant
      rows = all.lowerBound..<run.firstRow(in: all) { $0 > instant }
    }
    if early != nil { rows = early?.rows(of: rows, run, worker.anyDays?[user].first) ?? rows }
    reserve(rows.count)
    guard let isMeant = choice.tables?[index] else {
      return lend(user, run, rows, UnsafePointer(run.times + rows.lowerBound), index, body)
    }
    var count = 0
    for row in rows {
      let code = Int(run.events[row])
      guard code < isMeant.count, isMeant[code] else { continue }
      chosen[count] = row
      times[count] = run.times[row]
      count &+= 1
    }
    guard count > 0, let times = times.baseAddress else { return }
    lend(
      user, run, UnsafeBufferPointer(rebasing: chosen[..<count]), UnsafePointer(times), index, body)
  }

  /// How many users or rows ahead memory is asked for.
  private static let ahead = 24

  /// Lends a user's rows as the postings name them.
  @inline(__always)
  private func lendPosted(_ user: Int, _ run: RunView, _ index: Int, _ body: (Visit) -> Void) {
    guard let places = posted?.places(of: user), let rows = posted?.rows, let times = posted?.times
    else { return }
    reserve(places.count)
    let (asksValues, instant) = (parts.contains(.values), worker.times.instant)
    var count = 0
    for place in places {
      if asksValues {
        run.prefetchValue(Int(rows[min(place &+ VisitReader.ahead, rows.count &- 1)]))
      }
      // A cache is not trusted.
      guard times[place] <= instant, Int(rows[place]) < run.rows else { break }
      chosen[count] = Int(rows[place])
      count &+= 1
    }
    guard count > 0, let first = times.baseAddress else { return }
    lend(
      user, run, UnsafeBufferPointer(rebasing: chosen[..<count]), first + places.lowerBound, index,
      body)
  }

  /// Asks for the first rows of a user who comes later: little of each is read, so that waiting for it
  /// would be most of the work.
  @inline(__always)
  private func askAhead(_ user: Int, _ rows: Range<Int>, _ run: RunView) {
    let later = user &+ VisitReader.ahead
    guard later < baseCount else { return }
    run.prefetchTimes(from: run.rows(of: later).lowerBound)
    run.prefetchEvents(from: run.rows(of: later).lowerBound)
  }

  /// Lends some rows whose times stand one after the other.
  @inline(__always)
  private func lend<Rows: RandomAccessCollection<Int>>(
    _ user: Int, _ run: RunView, _ rows: Rows, _ times: UnsafePointer<Int64>, _ index: Int,
    _ body: (Visit) -> Void
  ) {
    let count = rows.count
    if !columns.hasPlainDays, lendSeen(user, run, rows, times, index, body) { return }
    if parts.contains(.days) { readDays(times, count) }
    if parts.contains(.values) {
      let values = values
      var place = 0
      for row in rows {
        values[place] = run.value(row)
        place &+= 1
      }
    }
    read(run.events, rows, translations.events(index), into: 0)
    if parts.contains(.sources) { read(run.sources, rows, translations.sources(index), into: 1) }
    for (slot, property) in wanted.enumerated() {
      read(run.properties[property], rows, translations.property(slot, index), into: 2 + slot)
    }
    func part<Element>(
      _ part: Visit.Parts?, _ all: UnsafeMutableBufferPointer<Element>
    ) -> UnsafeBufferPointer<Element> {
      let isRead = part.map(parts.contains) ?? true
      return UnsafeBufferPointer(start: all.baseAddress, count: isRead ? count : 0)
    }
    body(
      Visit(
        user: user, times: UnsafeBufferPointer(start: times, count: count),
        days: part(.days, days), events: part(nil, codes[0]), sources: part(.sources, codes[1]),
        values: part(.values, values),
        properties: wanted.isEmpty ? [] : codes[2...].map { part(nil, $0) }))
  }

  /// Where clocks went back over midnight, a moment may come before events of the day after its own, which do not
  /// exist yet as of it.
  /// - Returns: whether there are such rows; then the others were lent.
  private func lendSeen<Rows: RandomAccessCollection<Int>>(
    _ user: Int, _ run: RunView, _ rows: Rows, _ times: UnsafePointer<Int64>, _ index: Int,
    _ body: (Visit) -> Void
  ) -> Bool {
    let today = Int32(worker.times.day)
    let seen = rows.enumerated().filter { reader.day(of: times[$0.offset]) <= today }
    guard seen.count < rows.count else { return false }
    guard !seen.isEmpty else { return true }
    let seenTimes = seen.map { times[$0.offset] }
    seenTimes.withUnsafeBufferPointer {
      if let first = $0.baseAddress { lend(user, run, seen.map(\.element), first, index, body) }
    }
    return true
  }

  /// Copies the codes of some rows, as the snapshot's where a translation is given.
  @inline(__always)
  private func read<Rows: RandomAccessCollection<Int>>(
    _ column: Codes, _ rows: Rows, _ translation: UnsafeBufferPointer<UInt32>?, into place: Int
  ) {
    guard let target = codes[place].baseAddress else { return }
    var next = target
    if let bytes = column.bytes {
      for row in rows {
        next.pointee = UInt32(bytes[row])
        next += 1
      }
    } else {
      for row in rows {
        next.pointee = column[row]
        next += 1
      }
    }
    guard let translation else { return }
    for place in 0..<rows.count {
      let code = Int(target[place])
      target[place] = code < translation.count ? translation[code] : absentCode
    }
  }

  private func readDays(_ times: UnsafePointer<Int64>, _ count: Int) {
    VisitReader.readDays(times, count, days, &reader)
  }

  private static func readDays(
    _ times: UnsafePointer<Int64>, _ count: Int, _ days: UnsafeMutableBufferPointer<Int32>,
    _ reader: inout DayReader
  ) {
    var (start, end, day) = (Int64.max, Int64.min, Int32(0))
    for place in 0..<count {
      let time = times[place]
      if time < start || time >= end {
        day = reader.day(of: time)
        (start, end) = (reader.start, reader.end)
      }
      days[place] = day
    }
  }
}

/// Which rows of a user are visited.
struct VisitChoice: @unchecked Sendable {  // `kept` holds what is pointed to
  /// Rows of the first so many calendar days of a user alone.
  let firstDays: Int32?
  /// Where the one event that is meant is rare: all of them in the base.
  let posted: PostedRows?
  /// By run, by code: whether the event is meant; the last one by the snapshot's codes. nil: all are.
  let tables: [UnsafeBufferPointer<Bool>]?
  private let kept: [Kept<Bool>]

  init(_ columns: Columns, events: Set<UInt32>?, firstDays: Int32?) {
    self.firstDays = firstDays
    posted = firstDays == nil ? PostedRows(events, columns) : nil
    let names = columns.snapshot.eventNames.count
    let meant = events.map { events in (0..<names).map { events.contains(UInt32($0)) } }
    kept =
      meant.map { meant in
        (columns.runs.map(\.eventCodes) + [nil]).map { codes in
          Kept(codes.map { $0.map { meant[Int($0)] } } ?? meant)
        }
      } ?? []
    tables = events == nil ? nil : kept.map(\.all)
  }
}

/// The snapshot's codes of each run's, as loops read them: nil where they are the same.
private struct Translations {
  private let all: [[UnsafeBufferPointer<UInt32>?]]
  private let kept: [Kept<UInt32>]

  init(_ columns: Columns, _ properties: [Int]) {
    var kept: [Kept<UInt32>] = []
    all = columns.runs.map { run in
      ([run.eventCodes, run.sourceCodes] + properties.map { run.propertyCodes[$0] }).map { codes in
        guard let codes else { return nil }
        kept.append(Kept(codes))
        return kept.last?.all
      }
    }
    self.kept = kept
  }

  func events(_ run: Int) -> UnsafeBufferPointer<UInt32>? { run < all.count ? all[run][0] : nil }
  func sources(_ run: Int) -> UnsafeBufferPointer<UInt32>? { run < all.count ? all[run][1] : nil }

  func property(_ slot: Int, _ run: Int) -> UnsafeBufferPointer<UInt32>? {
    run < all.count ? all[run][2 + slot] : nil
  }
}
