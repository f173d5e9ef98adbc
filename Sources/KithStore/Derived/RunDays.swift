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
      (Section.anyEnds, any.ends.bytes), (Section.anyDays, any.days),
    ]
    var owned: [AnyObject] = [any.ends, any.memory]
    if system.contains(true) {
      let codes = run.events.codes
      let own = list(of: run, parts, key.zone) { row in
        let code = Int(codes[row])
        return code >= system.count || !system[code]
      }
      content.append((Section.ownEnds, own.ends.bytes))
      content.append((Section.ownDays, own.days))
      owned += [own.ends, own.memory]
    }
    return (content, KeptArrays(owned))
  }

  /// The days of all users as they follow each other, and where each user's end.
  private struct Listed {
    let ends: WorkArray<UInt32>
    /// Of which the first `count` count.
    let memory: WorkArray<UInt16>
    let count: Int

    var days: UnsafeRawBufferPointer {
      UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: memory.all[..<count]))
    }
  }

  private static func list(
    of run: EventRun, _ parts: [Range<Int>], _ zone: Zone,
    _ isMeant: (@Sendable (Int) -> Bool)?
  ) -> Listed {
    let ends = WorkArray<UInt32>(run.users.count + 1)
    // Room for a day a row, and for what is written beyond: only what is used is touched.
    let memory = WorkArray<UInt16>(run.rows + parts.count * TimeDays.spare)
    let firsts = parts.map { Int(run.starts.numbers[$0.lowerBound]) }
    let places = firsts.enumerated().map { $0.element + $0.offset * TimeDays.spare }
    let found = Mutex([Int](repeating: 0, count: parts.count))
    Cores.run(parts.count) { part in
      var reader = DayReader(zone)
      var held = firsts[part]
      guard let start = memory.numbers.baseAddress.map({ $0 + places[part] }) else { return }
      var days = FoundDays(memory: start)
      for user in parts[part] {
        let rows = run.rows(of: user)
        run.passed(rows.lowerBound, since: &held)
        days.append(run.times.numbers, rows, &reader, where: isMeant)
        ends[user &+ 1] = UInt32(days.count)
      }
      let count = days.count
      found.withLock { $0[part] = count }
    }
    // Those of each part move up to those before them.
    var count = 0
    for (part, found) in found.withLock({ $0 }).enumerated() {
      if part > 0 {
        memory.move(places[part]..<(places[part] + found), to: count)
        for user in parts[part] { ends[user &+ 1] &+= UInt32(truncatingIfNeeded: count) }
      }
      count += found
    }
    return Listed(ends: ends, memory: memory, count: count)
  }
}

/// Days as one thread finds them.
private struct FoundDays {
  private(set) var count = 0
  let memory: UnsafeMutablePointer<UInt16>

  /// The days of a user's rows that are meant, or of all.
  mutating func append(
    _ times: UnsafeBufferPointer<Int64>, _ rows: Range<Int>, _ reader: inout DayReader,
    where isMeant: ((Int) -> Bool)?
  ) {
    if isMeant == nil, let offset = reader.offset(from: times, rows) {
      count &+= TimeDays.write(
        UnsafeBufferPointer(rebasing: times[rows]), offset: offset,
        isAtEnd: times.count &- rows.upperBound < TimeDays.slack, to: memory + count)
      return
    }
    var last = -1
    for row in rows {
      // Times ascend: within the day that was found last there is nothing to do.
      let time = times[row]
      if last >= 0, time < reader.end, time >= reader.start { continue }
      if let isMeant, !isMeant(row) { continue }
      let day = Int(reader.day(of: time))
      if day == last { continue }
      memory[count] = UInt16(clamping: day)
      count &+= 1
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
