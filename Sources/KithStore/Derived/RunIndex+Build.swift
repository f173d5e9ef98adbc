// Two passes over the rows, each on all cores: the first counts each event's rows, the second fills
// every array at places that the counts gave. A part is a range of users with as many rows as the
// others.

import KithSystem
import Synchronization

extension RunIndex {
  /// The sections of a run's index. Cost: two passes over the rows, on all cores.
  /// - Throws: where a code or the order of times shows that the run is damaged.
  static func content(
    of run: EventRun
  ) throws(DamagedFile) -> (content: Sections.Content, owner: KeptArrays) {
    let parts = run.starts.parts(run.rows < 1 << 18 ? 1 : Cores.count)
    var build = IndexBuild(run, parts)
    try build.count()
    try build.fill()
    return build.result
  }
}

/// The rows of one event in the making: parallel arrays.
private struct WorkPostings {
  let count: Int
  let users: WorkArray<UInt32>
  let rows: WorkArray<UInt32>
  let times: WorkArray<Int64>

  init(_ count: Int) {
    self.count = count
    (users, rows, times) = (WorkArray(count), WorkArray(count), WorkArray(count))
  }

  var bytes: [UnsafeRawBufferPointer] { [users.bytes, rows.bytes, times.bytes] }
}

/// The arrays in the making.
private struct IndexBuild {
  private let run: EventRun
  private let parts: [Range<Int>]
  private let firsts: WorkArray<Int64>
  private let lasts: WorkArray<Int64>
  private let sums: WorkArray<Int64>
  private let sources: WorkArray<UInt32>
  /// For each part and event its rows; after ``place()`` where the part's postings begin.
  private var counts: WorkArray<Int>
  private let valueCounts: WorkArray<Int>
  private var posted: WorkArray<UInt8>
  private var postings: [WorkPostings?]
  private var values: (users: WorkArray<UInt32>, rows: WorkArray<UInt32>, micros: WorkArray<Int64>)?
  private let hasWideSum = Flag()

  /// A fact that any part may find.
  private final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
  }

  init(_ run: EventRun, _ parts: [Range<Int>]) {
    self.run = run
    self.parts = parts
    let users = run.users.count
    (firsts, lasts, sums) = (WorkArray(users), WorkArray(users), WorkArray(users))
    sources = WorkArray(users)
    let names = run.events.texts.count
    counts = WorkArray(names * parts.count)
    valueCounts = WorkArray(parts.count)
    posted = WorkArray(names)
    postings = Array(repeating: nil, count: names)
  }

  private func rows(_ part: Int) -> Range<Int> {
    let numbers = run.starts.numbers
    return Int(numbers[parts[part].lowerBound])..<Int(numbers[parts[part].upperBound])
  }

  mutating func count() throws(DamagedFile) {
    let names = run.events.texts.count
    let isBad = Flag()
    let (codes, values) = (run.events.codes, run.values)
    Cores.run(parts.count) { [self] part in
      let rows = rows(part)
      // Wider than the dictionary, so that a code beyond it is counted rather than followed.
      let own = WorkArray<Int>(codes.bits == 8 ? 256 : codes.bits == 16 ? 65_536 : names + 1)
      run.forEachPart(of: rows) { rows in
        for row in rows {
          let code = Int(codes[row])
          own.numbers[codes.bits == 32 ? min(code, names) : code] &+= 1
        }
      }
      for code in names..<max(names, own.count) where own.numbers[code] > 0 { isBad.set() }
      for code in 0..<names { counts[part * names + code] = own.numbers[code] }
      if let validity = values.validity {
        valueCounts[part] = rows.reduce(0) { $0 &+ (isSet(validity, $1) ? 1 : 0) }
      } else {
        valueCounts[part] = rows.count
      }
    }
    guard !isBad.isSet else { throw DamagedFile(run.name, .code(column: "event")) }
    place()
  }

  /// Makes the postings, and turns counts into the places where each part begins.
  private mutating func place() {
    let names = run.events.texts.count
    for code in 0..<names {
      var total = 0
      for part in parts.indices {
        let count = counts.numbers[part * names + code]
        counts.numbers[part * names + code] = total
        total += count
      }
      guard total * RunIndex.postingShare <= run.rows || run.rows < 1 << 16 else { continue }
      posted.numbers[code] = 1
      postings[code] = WorkPostings(total)
    }
    var total = 0
    for part in parts.indices {
      let count = valueCounts.numbers[part]
      valueCounts.numbers[part] = total
      total += count
    }
    if total * 8 <= run.rows || run.rows < 1 << 16 {
      values = (WorkArray(total), WorkArray(total), WorkArray(total))
    }
  }

  mutating func fill() throws(DamagedFile) {
    let isUnordered = Flag()
    Cores.run(parts.count) { [self] part in
      if !fill(part) { isUnordered.set() }
    }
    guard !isUnordered.isSet else { throw DamagedFile(run.name, .order(column: "time")) }
  }

  /// Fills one part; false where times are not in order.
  private func fill(_ part: Int) -> Bool {
    let names = run.events.texts.count
    let times = run.times.numbers
    let (events, sourceCodes) = (run.events.codes, run.sources.codes)
    let sourceCount = UInt32(run.sources.texts.count)
    let next = WorkArray<Int>(names)
    for code in 0..<names { next.numbers[code] = counts.numbers[part * names + code] }
    let places = next.numbers
    var valuePlace = valueCounts.numbers[part]
    var held = self.rows(part).lowerBound
    for user in parts[part] {
      let rows = run.rows(of: user)
      run.passed(rows.lowerBound, since: &held)
      var before = Int64(0)
      var source = absentCode
      var sum = Int64(0)
      for row in rows {
        let time = times[row]
        if time < before { return false }
        before = time
        if source == absentCode {
          let code = sourceCodes[row]
          source = code < sourceCount ? code : absentCode
        }
        let code = Int(events[row])
        if posted.numbers[code] != 0, let posting = postings[code] {
          let place = places[code]
          posting.users.numbers[place] = UInt32(truncatingIfNeeded: user)
          posting.rows.numbers[place] = UInt32(truncatingIfNeeded: row)
          posting.times.numbers[place] = time
          places[code] = place &+ 1
        }
        guard let value = run.values[row] else { continue }
        let (total, overflow) = sum.addingReportingOverflow(value)
        if overflow { hasWideSum.set() }
        sum = total
        if let values {
          values.users.numbers[valuePlace] = UInt32(truncatingIfNeeded: user)
          values.rows.numbers[valuePlace] = UInt32(truncatingIfNeeded: row)
          values.micros.numbers[valuePlace] = value
          valuePlace &+= 1
        }
      }
      guard let first = rows.first, let last = rows.last else { return false }
      firsts.numbers[user] = times[first]
      lasts.numbers[user] = times[last]
      sums.numbers[user] = sum
      sources.numbers[user] = source
    }
    return true
  }

  var result: (content: Sections.Content, owner: KeptArrays) {
    var content: Sections.Content = [
      (RunIndex.Section.firsts, firsts.bytes),
      (RunIndex.Section.lasts, lasts.bytes), (RunIndex.Section.sources, sources.bytes),
      (RunIndex.Section.posted, posted.bytes),
    ]
    var owned: [AnyObject] = [firsts, lasts, sources, posted]
    if !hasWideSum.isSet {
      content.append((RunIndex.Section.sums, sums.bytes))
      owned.append(sums)
    }
    if let values {
      content.append((RunIndex.Section.valueUsers, values.users.bytes))
      content.append((RunIndex.Section.valueRows, values.rows.bytes))
      content.append((RunIndex.Section.valueMicros, values.micros.bytes))
      owned += [values.users, values.rows, values.micros]
    }
    for (name, head) in heads() {
      content.append((name, head.bytes))
      owned.append(head)
    }
    let lateFrom = WorkArray<Int64>(1)
    let latest = lasts.numbers[..<run.users.count].max() ?? 0
    lateFrom[0] = latest - RunIndex.lateDays * Instant.dayMs
    content.append((RunIndex.Section.lateFrom, lateFrom.bytes))
    owned.append(lateFrom)
    for (code, posting) in postings.enumerated() {
      guard let posting else { continue }
      for (posting, isLate) in [(posting, false), (late(posting, from: lateFrom[0]), true)] {
        for (part, bytes) in posting.bytes.enumerated() {
          content.append((RunIndex.Section.posting(code, UInt32(part), isLate: isLate), bytes))
        }
        owned += [posting.users, posting.rows, posting.times]
      }
    }
    return (content, KeptArrays(owned))
  }

  /// The first users of each order, by section; on all cores.
  private func heads() -> [(UInt32, WorkArray<UInt32>)] {
    let users = run.users.count
    guard users >= RunHeads.usersWorthIt else { return [] }
    let keys = HeadKey.allCases.filter { $0 != .value || !hasWideSum.isSet }
    let heads = (0..<(keys.count * 2)).map { _ in WorkArray<UInt32>(RunHeads.size) }
    let starts = run.starts
    Cores.run(over: heads.count) { [self] _, places in
      for place in places {
        let isDescending = place % 2 == 1
        func head(_ key: (Int) -> Int64) -> [UInt32] {
          RunHeads.head(of: 0..<users, isDescending: isDescending, key)
        }
        let head =
          switch keys[place / 2] {
          case .first: head { firsts.numbers[$0] }
          case .last: head { lasts.numbers[$0] }
          case .events: head { Int64(starts.numbers[$0 + 1] - starts.numbers[$0]) }
          case .value: head { sums.numbers[$0] }
          }
        for (rank, user) in head.enumerated() { heads[place][rank] = user }
      }
    }
    return heads.enumerated().map { place, head in
      (RunIndex.Section.head(keys[place / 2], isDescending: place % 2 == 1), head)
    }
  }

  /// Those of an event's rows that are not before a time.
  private func late(_ all: WorkPostings, from earliest: Int64) -> WorkPostings {
    let times = all.times.numbers
    let count = (0..<all.count).reduce(0) { $0 + (times[$1] >= earliest ? 1 : 0) }
    let late = WorkPostings(count)
    var next = 0
    for place in 0..<all.count where times[place] >= earliest {
      late.users.numbers[next] = all.users.numbers[place]
      late.rows.numbers[next] = all.rows.numbers[place]
      late.times.numbers[next] = times[place]
      next += 1
    }
    return late
  }
}
