import KithSystem

/// The shop's days: how much each draws people, by season, festival, weekday and growth.
struct ShopCalendar {
  static let dayCount = 2 * 365 + 1

  let now: Instant
  /// The first of the shop's days; the last holds the present moment.
  let first: Day
  /// The instant in milliseconds at which each day starts.
  private let starts: [Int64]
  /// How much a day draws those who keep Chinese festivals, and those who keep western ones; an
  /// ordinary Wednesday is near 1.
  let pulls: [[Double]]
  /// Running sums of how many people arrive, over the days.
  let arrivals: [Double]
  /// Seasons, for what people drink.
  let seasons: [Season]

  enum Season: Int { case spring, summer, autumn, winter }

  /// Two years that end on the day of `now` in the shop's zone.
  init(now: Instant, zone: Zone) {
    self.now = now
    let last = zone.day(of: now)
    first = last.advanced(by: 1 - ShopCalendar.dayCount)
    var pulls: [[Double]] = [[], []]
    var arrivals: [Double] = []
    var seasons: [Season] = []
    var total = 0.0
    for index in 0..<ShopCalendar.dayCount {
      let day = first.advanced(by: index)
      let month = day.civil.month
      let week = ShopCalendar.weekdayPull[day.weekday]
      let eastern = week * eastPull(day)
      let growth = 0.1 + 1.8 * Double(index) / Double(ShopCalendar.dayCount)
      pulls[0].append(eastern)
      pulls[1].append(week * westPull(day))
      total += growth * eastern * (day.weekday >= 5 ? 1.2 : 1)
      arrivals.append(total)
      seasons.append(
        month < 3 || month == 12 ? .winter : Season(rawValue: month / 3 - 1) ?? .autumn)
    }
    starts = (0...ShopCalendar.dayCount).map { [first] in
      zone.start(of: first.advanced(by: $0)).milliseconds
    }
    self.pulls = pulls
    self.arrivals = arrivals
    self.seasons = seasons
  }

  /// The instant in milliseconds at which a day starts; days after the last start all at its end.
  func start(_ day: Int) -> Int64 {
    starts[min(day, ShopCalendar.dayCount)]
  }

  /// No day draws more than this.
  static let highestPull = 2.6

  private static let weekdayPull = [0.88, 0.90, 0.95, 0.98, 1.05, 1.16, 1.10]

  /// The day on which someone comes first, for an even draw 0 ≤ `share` < 1.
  func arrivalDay(_ share: Double) -> Int {
    let goal = share * arrivals[arrivals.count - 1]
    var low = 0
    var high = arrivals.count - 1
    while low < high {
      let middle = (low + high) / 2
      if arrivals[middle] <= goal { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// Spring tea, the mid-autumn gifts, the sales of November; quiet days at the new year.
private func eastPull(_ day: Day) -> Double {
  let (_, month, date) = day.civil
  var pull = 1.0
  switch (month, date) {
  case (3, 20...31), (4, _), (5, 1...5): pull = 1.35
  case (6, 10...18): pull = 1.3
  case (7, _), (8, 1...20): pull = 0.85
  case (11, 11): pull = 2.2
  case (11, 1...12): pull = 1.4
  case (12, 10...12): pull = 1.25
  default: break
  }
  if let days = daysUntil(midAutumn, day), (0...14).contains(days) { pull *= 1.4 }
  if let days = daysUntil(springFestival, day) {
    if (4...18).contains(days) { pull *= 1.35 } else if (-6...1).contains(days) { pull *= 0.55 }
  }
  return pull
}

/// The weeks before Christmas, the Friday of bargains, cold months; a lull in the summer.
private func westPull(_ day: Day) -> Double {
  let (_, month, date) = day.civil
  switch (month, date) {
  case (12, 24...26): return 0.6
  case (12, 1...23): return 1.55
  case (11, 23...30): return 1.6
  case (1, _), (2, _), (10, _), (11, _): return 1.15
  case (7, _), (8, _): return 0.75
  default: return 1
  }
}

/// Festivals of the lunar calendar, as month × 100 + day, by the year from 2023.
private let midAutumn = [929, 917, 1006, 925, 915, 1003, 922, 912, 1001, 919, 908, 927]
private let springFestival = [122, 210, 129, 217, 206, 126, 213, 203, 123, 211, 131, 219]

/// Days from `day` to its year's festival, below 0 after it; nil beyond the tables.
private func daysUntil(_ festival: [Int], _ day: Day) -> Int? {
  let year = day.civil.year
  guard festival.indices.contains(year - 2023) else { return nil }
  let date = festival[year - 2023]
  return Day(year: year, month: date / 100, day: date % 100).map { Int($0.number - day.number) }
}
