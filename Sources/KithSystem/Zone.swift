/// The rules of a time zone: at which instant which offset from UTC holds.
///
/// Read once from the system's TZif file (RFC 9636) and unrolled to 2106 by the rule in its footer,
/// so that every look-up is a binary search over integers. A zone is a value; copying shares it.
public struct Zone: Sendable {
  /// The IANA name, `Asia/Shanghai`.
  public let name: String
  /// Instants at which the offset changes, ascending, in milliseconds.
  let borders: [Int64]
  /// `offsets[i]` holds before `borders[i]`; the last one after them all. Milliseconds east.
  let offsets: [Int64]
  /// The wall-clock time up to which `offsets[i]` decides: what a gap skips takes the offset before
  /// it, what an overlap repeats takes the first.
  let wallBorders: [Int64]

  init(name: String, borders: [Int64], offsets: [Int64]) {
    self.name = name
    self.borders = borders
    self.offsets = offsets
    wallBorders = borders.indices.map { borders[$0] + max(offsets[$0], offsets[$0 + 1]) }
  }

  /// Coordinated universal time; needs no file.
  public static let utc = Zone(name: "UTC", borders: [], offsets: [0])

  /// Milliseconds that local time is ahead of UTC at an instant.
  public func offset(at instant: Instant) -> Int64 {
    offsets[upperBound(borders, instant.milliseconds)]
  }

  /// The calendar day of an instant here.
  public func day(of instant: Instant) -> Day {
    Day.split(instant.milliseconds + offset(at: instant)).day
  }

  /// The instant of a wall-clock time, given as milliseconds since 1970-01-01T00:00 local.
  ///
  /// Of two equal wall-clock times the first; one that is skipped takes the offset before the gap.
  public func instant(ofLocal milliseconds: Int64) -> Instant {
    Instant(milliseconds: milliseconds - offsets[upperBound(wallBorders, milliseconds)])
  }

  /// The first instant of a calendar day.
  public func start(of day: Day) -> Instant {
    instant(ofLocal: Int64(day.number) * Instant.dayMs)
  }

  /// The last millisecond of a calendar day: what `--as-of` with a date means. Where clocks go back over midnight,
  /// the day comes again after the first minutes of the next one.
  public func end(of day: Day) -> Instant {
    let next = day.advanced(by: 1)
    let midnight = Int64(next.number) * Instant.dayMs
    let start = start(of: next)
    let index = upperBound(borders, start.milliseconds)
    guard index < borders.count, borders[index] + offsets[index + 1] < midnight,
      borders[index] - start.milliseconds < Instant.dayMs
    else { return start.advanced(by: -1) }
    return Instant(milliseconds: midnight - offsets[index + 1] - 1)
  }

  /// How many elements are at or below `value`.
  private func upperBound(_ sorted: [Int64], _ value: Int64) -> Int {
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] <= value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension Zone {
  /// Runs of days' local borders for a loop over many instants: the half-open range of instants
  /// around `instant` in which the offset stays the same.
  public func span(around instant: Instant) -> (range: Range<Int64>, offset: Int64) {
    let index = upperBound(borders, instant.milliseconds)
    let low = index == 0 ? Int64.min : borders[index - 1]
    let high = index == borders.count ? Int64.max : borders[index]
    return (low..<high, offsets[index])
  }

  /// The zone's rules as numbers: two zones with the same give every instant the same day.
  public var rules: [Int64] { borders + offsets }

  /// Whether within a range of instants a later instant is ever on an earlier day, as where clocks go
  /// back over midnight. There, a day is no range of instants.
  public func daysGoBack(within range: ClosedRange<Int64>) -> Bool {
    borders.indices.contains { index in
      let border = borders[index]
      guard range.contains(border) else { return false }
      return Day.split(border - 1 + offsets[index]).day > Day.split(border + offsets[index + 1]).day
    }
  }

  /// `2026-11-21 18:02:03` at an instant here, with as much of it as asked for.
  public func text(_ instant: Instant, seconds: Bool = false) -> String {
    let (day, inDay) = Day.split(instant.milliseconds + offset(at: instant))
    let total = inDay / 1000
    let clock = "\(day) \(pad(total / 3600, 2)):\(pad(total / 60 % 60, 2))"
    return seconds ? clock + ":" + pad(total % 60, 2) : clock
  }

  /// `+08` or `+05:30`: the offset at an instant.
  public func offsetText(at instant: Instant) -> String {
    let minutes = offset(at: instant) / 60_000
    let size = abs(minutes)
    let hours = (minutes < 0 ? "-" : "+") + pad(size / 60, 2)
    return size % 60 == 0 ? hours : hours + ":" + pad(size % 60, 2)
  }
}
