import KithStore
import KithSystem

/// A moment as kernels know it: instants and days as plain integers.
struct Times: Sendable {
  /// T, in milliseconds.
  let instant: Int64
  /// D.
  let day: Int
  let zone: Zone
  /// Whether every event of the snapshot is at or before T.
  let seesAll: Bool
  /// Whether T is the end of D, so that whole days are visible or not.
  let isEndOfDay: Bool

  init(_ frame: Frame, zone: Zone, horizon: Instant?) {
    instant = frame.instant.milliseconds
    day = Int(frame.day.number)
    self.zone = zone
    seesAll = horizon.map { $0 <= frame.instant } ?? true
    isEndOfDay = seesAll || zone.end(of: frame.day) <= frame.instant
  }

  /// The instants of a window, both ends in, none after T. Where days are ranges of instants alone.
  func range(_ window: Window) -> ClosedRange<Int64>? {
    let (low, high): (Int64, Int64)
    switch window {
    case .all: (low, high) = (.min, instant)
    case .days(let older, let newer):
      low = start(ofDay: day - older + 1)
      high = newer == 0 ? instant : start(ofDay: day - newer + 1) - 1
    case .exact(let older, let newer): (low, high) = (instant - older + 1, instant - newer)
    case .dates(let first, let last):
      low = zone.start(of: first).milliseconds
      high = zone.end(of: last).milliseconds
    }
    return low <= min(high, instant) ? low...min(high, instant) : nil
  }

  /// The days of a window, both ends in, none after D; nil for one that is no range of days.
  func days(_ window: Window) -> ClosedRange<Int>? {
    let (low, high): (Int, Int)
    switch window {
    case .all: (low, high) = (0, day)
    case .days(let older, let newer): (low, high) = (day - older + 1, day - newer)
    case .exact: return nil
    case .dates(let first, let last): (low, high) = (Int(first.number), Int(last.number))
    }
    // An empty range is one that no day is in.
    return max(low, 0) <= min(high, day) ? max(low, 0)...min(high, day) : 70_000...70_000
  }

  private func start(ofDay number: Int) -> Int64 {
    zone.start(of: Day(number: Int32(clamping: number))).milliseconds
  }
}

/// Numbers that a test lets pass: those in one of some ranges, or those in none.
struct NumberTest: Sendable {
  /// From one number to another. A type of our own: the first array of the library's ranges costs a start.
  struct Span {
    let low: Int64
    let high: Int64

    init(_ low: Int64, _ high: Int64) { (self.low, self.high) = (low, high) }
  }
  let spans: [Span]
  let isNegated: Bool
  /// The only range; where there is none or several, one that nothing is in.
  private let low: Int64
  private let high: Int64

  init(_ spans: [Span], isNegated: Bool = false) {
    self.spans = spans
    self.isNegated = isNegated
    (low, high) = spans.count == 1 ? (spans[0].low, spans[0].high) : (.max, .min)
  }

  @inline(__always)
  func holds(_ number: Int64) -> Bool {
    if low <= high { return (low <= number && number <= high) != isNegated }
    for span in spans where span.low <= number && number <= span.high { return !isNegated }
    return isNegated
  }

  /// The number from which on all pass, or none does.
  var settled: Int64 {
    spans.reduce(.min) {
      max($0, $1.high == .max ? $1.low : $1.high + 1)
    }
  }

  /// The least number that passes, where all above it do.
  var atLeast: Int64? {
    if low > high { return nil }
    if isNegated { return low == .min && high < .max ? high + 1 : nil }
    return high == .max ? low : nil
  }

  /// Whether no number passes.
  var isNever: Bool { spans.isEmpty && !isNegated }

  /// Whether all numbers of a range pass, or none does; nil where some do.
  func verdict(on range: ClosedRange<Int64>) -> Bool? {
    func isApart(_ span: Span) -> Bool {
      span.high < range.lowerBound || range.upperBound < span.low
    }
    if spans.allSatisfy(isApart) { return isNegated }
    let isWithin = spans.contains { $0.low <= range.lowerBound && range.upperBound <= $0.high }
    return isWithin ? !isNegated : nil
  }

  /// What `number × unit ⋚ constant` comes to, `unit` and `constant` in 10^-18.
  init(_ comparison: Comparison, _ constant: Int128, unit: Int128) {
    let (quotient, rest) = constant.quotientAndRemainder(dividingBy: unit)
    let floor = Int64(clamping: rest < 0 ? quotient - 1 : quotient)
    let isWhole = rest == 0
    let isOver = quotient > Int128(Int64.max)
    let isUnder = quotient < Int128(Int64.min)
    switch comparison {
    case .equal, .notEqual:
      self.init(
        isWhole && !isOver && !isUnder ? [Span(floor, floor)] : [],
        isNegated: comparison == .notEqual)
    case .lessOrEqual, .greater:
      self.init(isUnder ? [] : [Span(.min, floor)], isNegated: comparison == .greater)
    case .less, .greaterOrEqual:
      let below = isOver ? Int64.max : isWhole ? (floor == .min ? nil : floor - 1) : floor
      self.init(
        isUnder ? [] : below.map { [Span(.min, $0)] } ?? [],
        isNegated: comparison == .greaterOrEqual)
    }
  }

  /// What a time compared with a calendar day comes to.
  init(_ comparison: Comparison, _ day: Day, _ zone: Zone) {
    let start = zone.start(of: day).milliseconds
    let end = zone.end(of: day).milliseconds
    switch comparison {
    case .equal, .notEqual:
      self.init(start <= end ? [Span(start, end)] : [], isNegated: comparison == .notEqual)
    case .less, .greaterOrEqual:
      self.init([Span(.min, start - 1)], isNegated: comparison == .greaterOrEqual)
    case .lessOrEqual, .greater:
      self.init([Span(.min, end)], isNegated: comparison == .greater)
    }
  }
}
