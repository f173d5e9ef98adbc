public import KithSegments
public import KithSystem

/// How many users are there on a day, in the week and in the month that end with it (DEFINITIONS,
/// `stickiness`). DAU ÷ MAU is the share of a month's users who come on a day.
public struct Stickiness: Sendable, Equatable {
  public struct Row: Sendable, Equatable {
    public var day: Day
    /// Users active on the day, in the 7 days and in the 30 days that end with it.
    public var dau = 0
    public var wau = 0
    public var mau = 0
  }
  public var day: Day
  /// Every day from that of the first event to D.
  public var rows: [Row]
  /// Users by number of active days in the last 30: `histogram[n]`, n from 0, which is not counted.
  public var histogram: [Int]

  /// The mean of DAU ÷ MAU over the days that have 29 before them and any user in the month, and how many
  /// those days are.
  public var averageRatio: (ratio: Double?, days: Int) {
    let ratios = rows.dropFirst(29).filter { $0.mau > 0 }.map { Double($0.dau) / Double($0.mau) }
    return (
      ratios.isEmpty ? nil : ratios.reduce(0, +) / Double(ratios.count), ratios.count
    )
  }
}

extension Stickiness {
  /// One for each group of the scope. Cost: the active days of the users.
  public static func of(
    _ engine: EmbeddedEngine, _ scope: Scope = Scope()
  ) throws(Cancelled) -> [Stickiness] {
    let lists = try engine.activeDays(of: scope.activity)
    let moment = engine.moment
    let every = scope.activity == nil ? lists : try engine.activeDays(of: everyEvent(of: engine))
    guard let first = firstDay(every, scope.groups) else {
      return scope.groups.names.map { _ in
        Stickiness(day: moment.day, rows: [], histogram: Array(repeating: 0, count: 31))
      }
    }
    let span = Span(first: Int(first.number), last: Int(moment.day.number))
    let groups = scope.groups
    let counts = lists.tally(
      from: { groups.names.map { _ in StickinessCounts(span) } },
      add: { counts, users in
        for user in users {
          let group = groups[user]
          if group >= 0 { counts[group].add(lists[user], span) }
        }
      },
      merge: { all, other in for group in all.indices { all[group].merge(other[group]) } })
    return counts.map { $0.finished(on: moment.day, span) }
  }

  public var json: JSON {
    let last = rows.last ?? Row(day: day)
    let average = averageRatio
    return [
      "as_of": .day(day), "columns": ["day", "dau", "wau", "mau"],
      "rows": .array(rows.map { [.day($0.day), .int($0.dau), .int($0.wau), .int($0.mau)] }),
      "at_as_of": [
        "dau": .int(last.dau), "wau": .int(last.wau), "mau": .int(last.mau),
        "dau_mau": .ratio(last.dau, last.mau), "dau_wau": .ratio(last.dau, last.wau),
      ],
      "average_ratio": .double(average.ratio), "average_ratio_days": .int(average.days),
      "active_days_histogram": .object(
        histogram.indices.dropFirst().filter { histogram[$0] > 0 }.map {
          .init("\($0)", .int(histogram[$0]))
        }),
    ]
  }
}

/// The days of the rows.
private struct Span: Sendable {
  var first: Int
  var last: Int
  var count: Int { last - first + 1 }
}

/// DAU by day; WAU and MAU as differences between each day and the one before.
private struct StickinessCounts: Sendable {
  var dau: [Int]
  var wau: [Int]
  var mau: [Int]
  var histogram = Array(repeating: 0, count: 31)

  init(_ span: Span) {
    dau = Array(repeating: 0, count: span.count + 1)
    wau = dau
    mau = dau
  }

  /// An active day counts for the days from it to six (29) later; days that overlap count once.
  mutating func add(_ days: UnsafeBufferPointer<UInt16>, _ span: Span) {
    var (weekEnd, monthEnd, inMonth) = (-1, -1, 0)
    for day in days {
      let place = Int(day) - span.first
      dau[place] += 1
      StickinessCounts.extend(&wau, from: place, days: 7, &weekEnd)
      StickinessCounts.extend(&mau, from: place, days: 30, &monthEnd)
      if span.last - Int(day) < 30 { inMonth += 1 }
    }
    histogram[inMonth] += 1
  }

  mutating func merge(_ other: StickinessCounts) {
    for place in dau.indices {
      dau[place] += other.dau[place]
      wau[place] += other.wau[place]
      mau[place] += other.mau[place]
    }
    for place in histogram.indices { histogram[place] += other.histogram[place] }
  }

  private static func extend(_ counts: inout [Int], from place: Int, days: Int, _ end: inout Int) {
    let until = min(place + days, counts.count - 1)
    if place < end {
      counts[end] += 1
    } else {
      counts[place] += 1
    }
    counts[until] -= 1
    end = until
  }

  func finished(on day: Day, _ span: Span) -> Stickiness {
    var rows: [Stickiness.Row] = []
    var (week, month) = (0, 0)
    for place in 0..<span.count {
      week += wau[place]
      month += mau[place]
      rows.append(
        .init(
          day: Day(number: Int32(span.first + place)), dau: dau[place], wau: week, mau: month))
    }
    var histogram = histogram
    histogram[0] = 0
    return Stickiness(day: day, rows: rows, histogram: histogram)
  }
}
