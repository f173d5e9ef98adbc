package import KithSystem
import Synchronization

/// By what days are kept: a zone's rules, and the events that are the system's doing.
package struct DayKey: Sendable {
  package let zone: Zone
  /// Names of events that are no activity, sorted by bytes.
  package let system: [String]
  let hash: UInt64

  package init(zone: Zone, system: [String]) {
    self.zone = zone
    self.system = system.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var bytes: [UInt8] = []
    for name in [zone.name] + self.system { bytes += Array(name.utf8) + [0] }
    for number in zone.rules {
      withUnsafeBytes(of: number.littleEndian) { bytes += Array($0) }
    }
    hash = bytes.withUnsafeBytes { hashed($0, seed: 0x6461_7973) }
  }
}

extension DayKey {
  /// Without events that a run does not have, so that a new name elsewhere changes nothing here.
  func restricted(to run: EventRun) -> DayKey {
    DayKey(zone: zone, system: system.filter { run.events.texts.find($0) != nil })
  }
}

/// For each user of a run the calendar days with an event, ascending and distinct: of any event, and
/// of those that are the user's own doing.
///
/// Days are ``Day/number``, which fits 16 bits up to 2149.
package final class RunDays: Sendable {
  enum Section {
    static let anyEnds: UInt32 = 1
    static let anyDays: UInt32 = 2
    static let ownEnds: UInt32 = 3
    static let ownDays: UInt32 = 4
  }

  /// Days of any event.
  package let any: List
  /// Days of events that are the user's own doing; the same where no event of the run is the system's.
  package let activity: List

  /// User `u` has the days `days[ends[u]..<ends[u + 1]]`.
  package struct List: @unchecked Sendable {  // memory that is never written
    package let ends: UnsafeBufferPointer<UInt32>
    package let days: UnsafeBufferPointer<UInt16>
    let owner: any Sendable & AnyObject

    @inlinable @inline(__always)
    package subscript(user: Int) -> UnsafeBufferPointer<UInt16> {
      let start = min(Int(ends[user]), days.count)
      let end = min(max(start, Int(ends[user &+ 1])), days.count)
      return UnsafeBufferPointer(rebasing: days[start..<end])
    }
  }

  /// nil where sections are missing, of another size, or not sound. Cost: a pass over them the first
  /// time.
  init?(_ sections: Sections, users: Int) {
    func list(_ endsName: UInt32, _ daysName: UInt32) -> List? {
      guard sections.areSound(endsName), sections.areSound(daysName),
        let ends: UnsafeBufferPointer<UInt32> = sections.numbers(endsName, users + 1),
        let days: UnsafeBufferPointer<UInt16> = sections.numbers(daysName)
      else { return nil }
      return List(ends: ends, days: days, owner: sections)
    }
    guard let any = list(Section.anyEnds, Section.anyDays) else { return nil }
    self.any = any
    if sections.numbers(Section.ownEnds, of: UInt32.self) != nil {
      guard let own = list(Section.ownEnds, Section.ownDays) else { return nil }
      activity = own
    } else {
      activity = any
    }
  }
}

extension RunDays {
  /// The days of a run's users. Cost: one pass over times and events, on all cores.
  static func content(
    of run: EventRun, _ key: DayKey
  ) -> (content: Sections.Content, owner: KeptArrays) {
    let system = (0..<run.events.texts.count).map { code in
      key.system.contains { $0.utf8.elementsEqual(run.events.texts[code]) }
    }
    let parts = run.starts.parts(run.rows < 1 << 18 ? 1 : Cores.count)
    let any = list(of: run, parts, key.zone, nil)
    var content: Sections.Content = [
      (Section.anyEnds, any.ends.bytes), (Section.anyDays, any.days.bytes),
    ]
    var owned: [AnyObject] = [any.ends, any.days]
    if system.contains(true) {
      let codes = run.events.codes
      let own = list(of: run, parts, key.zone) { row in
        let code = Int(codes[row])
        return code >= system.count || !system[code]
      }
      content.append((Section.ownEnds, own.ends.bytes))
      content.append((Section.ownDays, own.days.bytes))
      owned += [own.ends, own.days]
    }
    return (content, KeptArrays(owned))
  }

  private static func list(
    of run: EventRun, _ parts: [Range<Int>], _ zone: Zone,
    _ isMeant: (@Sendable (Int) -> Bool)?
  ) -> (ends: WorkArray<UInt32>, days: WorkArray<UInt16>) {
    let ends = WorkArray<UInt32>(run.users.count + 1)
    let found = Mutex([FoundDays?](repeating: nil, count: parts.count))
    Cores.run(parts.count) { part in
      let times = run.times.numbers
      var reader = DayReader(zone)
      let starts = run.starts.numbers
      var held = Int(starts[parts[part].lowerBound])
      // Its own until it is whole: a property would be checked at each access.
      var days = FoundDays(most: Int(starts[parts[part].upperBound]) - held)
      for user in parts[part] {
        let rows = run.rows(of: user)
        run.passed(rows.lowerBound, since: &held)
        if isMeant == nil, let offset = reader.offset(from: times, rows) {
          days.append(times, rows, offset)
        } else {
          days.append(times, rows, &reader) { isMeant?($0) ?? true }
        }
        ends[user &+ 1] = UInt32(days.count)
      }
      let all = days
      found.withLock { $0[part] = all }
    }
    let days = found.withLock { $0.compactMap { $0 } }
    let places = days.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
    let all = WorkArray<UInt16>(places.last ?? 0)
    Cores.run(parts.count) { part in
      let (start, end) = (places[part], places[part + 1])
      if start > 0 {
        for user in parts[part] { ends[user &+ 1] &+= UInt32(truncatingIfNeeded: start) }
      }
      _ = all.numbers[start..<end].initialize(fromContentsOf: days[part].all)
    }
    return (ends, all)
  }
}

/// Days as they are found, in memory for as many as there can be, of which only what is used is touched.
private struct FoundDays: @unchecked Sendable {  // one thread's, until all are done
  private(set) var count = 0
  private let memory: LargeMemory

  /// - Parameter most: the rows, of which each has one day at most.
  init(most: Int) {
    memory = LargeMemory(most * MemoryLayout<UInt16>.size)
  }

  /// Good as long as this is held.
  var all: UnsafeBufferPointer<UInt16> {
    UnsafeBufferPointer(start: memory.of(UInt16.self), count: count)
  }

  /// The days of a user's rows, all of them at one offset from UTC: every row writes its day, and the place
  /// moves on where that is another than before, so that there is nothing to guess.
  mutating func append(
    _ times: UnsafeBufferPointer<Int64>, _ rows: Range<Int>, _ offset: Int64
  ) {
    guard let first = rows.first else { return }
    let days = memory.of(UInt16.self)
    var next = count
    var last = dayNumber(times[first] &+ offset)
    days[next] = last
    for row in rows {
      let day = dayNumber(times[row] &+ offset)
      next &+= day == last ? 0 : 1
      days[next] = day
      last = day
    }
    count = next &+ 1
  }

  mutating func append(
    _ times: UnsafeBufferPointer<Int64>, _ rows: Range<Int>, _ reader: inout DayReader,
    where isMeant: (Int) -> Bool
  ) {
    let days = memory.of(UInt16.self)
    var last = -1
    for row in rows {
      // Times ascend: within the day that was found last there is nothing to do.
      let time = times[row]
      if last >= 0, time < reader.end, time >= reader.start { continue }
      guard isMeant(row) else { continue }
      let day = Int(reader.day(of: time))
      if day == last { continue }
      days[count] = UInt16(clamping: day)
      count += 1
      last = day
    }
  }
}

/// The day of a local time from 1970 to 2149.
@inline(__always)
private func dayNumber(_ local: Int64) -> UInt16 {
  UInt16(truncatingIfNeeded: UInt64(bitPattern: local) / UInt64(Instant.dayMs))
}

/// The calendar day of instants, most of which lie on the day of the one before.
package struct DayReader {
  /// The instants of the present day: from `start` up to and without `end`.
  package private(set) var start: Int64 = 0
  package private(set) var end: Int64 = 0
  private let zone: Zone
  private var number: Int32 = 0
  private var span: (range: Range<Int64>, offset: Int64) = (0..<0, 0)

  package init(_ zone: Zone) {
    self.zone = zone
  }

  /// The offset from UTC of all of some rows, whose times ascend; nil where they have several, or lie
  /// before 1970 or after 2149.
  @inline(__always)
  fileprivate mutating func offset(
    from times: UnsafeBufferPointer<Int64>, _ rows: Range<Int>
  ) -> Int64? {
    guard let first = rows.first, let last = rows.last else { return nil }
    if times[first] < span.range.lowerBound || times[last] >= span.range.upperBound {
      span = zone.span(around: Instant(milliseconds: times[first]))
      guard times[last] < span.range.upperBound else { return nil }
    }
    let isWithin =
      times[first] &+ span.offset >= 0
      && times[last] &+ span.offset < Int64(UInt16.max) * Instant.dayMs
    return isWithin ? span.offset : nil
  }

  /// On how many days some rows are, whose times ascend. Cost: the rows, without a branch for each where
  /// all have one offset from UTC.
  @inline(__always)
  package mutating func count(_ times: UnsafePointer<Int64>, _ rows: Range<Int>) -> Int {
    guard let first = rows.first else { return 0 }
    let all = UnsafeBufferPointer(start: times, count: rows.upperBound)
    guard let offset = offset(from: all, rows) else {
      var count = 0
      var before: Int32?
      for row in rows {
        let day = day(of: times[row])
        if day != before { count &+= 1 }
        before = day
      }
      return count
    }
    var count = 1
    var last = dayNumber(times[first] &+ offset)
    for row in rows {
      let day = dayNumber(times[row] &+ offset)
      count &+= day == last ? 0 : 1
      last = day
    }
    return count
  }

  /// ``Day/number`` of an instant's day.
  @inline(__always)
  package mutating func day(of time: Int64) -> Int32 {
    if time >= start, time < end { return number }
    return find(time)
  }

  /// The same for instants that come in no order.
  @inline(__always)
  package mutating func day(ofAny time: Int64) -> Int32 {
    guard time >= span.range.lowerBound, time < span.range.upperBound, time &+ span.offset >= 0
    else { return day(of: time) }
    return Int32(truncatingIfNeeded: (time &+ span.offset) / Instant.dayMs)
  }

  private mutating func find(_ time: Int64) -> Int32 {
    if !span.range.contains(time) { span = zone.span(around: Instant(milliseconds: time)) }
    let day = Day.split(time + span.offset).day
    number = day.number
    let begin = Int64(day.number) * Instant.dayMs - span.offset
    // Only as far as the offset holds: the rest of the day may have another.
    start = max(begin, span.range.lowerBound)
    end = min(begin + Instant.dayMs, span.range.upperBound)
    return number
  }
}
