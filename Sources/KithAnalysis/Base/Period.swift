import KithSystem

/// The unit in which an analysis counts time.
public enum Period: String, Sendable, CaseIterable {
  case day, week, month
}

/// Consecutive periods from the one that holds a first day to the one that holds D, numbered from 0.
struct Calendar: Sendable {
  let period: Period
  /// The first day of each period.
  let starts: [Day]
  /// The first day after the last period.
  let end: Day
  /// The day that `places` begins with.
  let base: Int
  /// For each day from `base` to D the number of its period.
  let places: [Int32]

  /// - Parameters:
  ///   - first: a day of the first period.
  ///   - last: D.
  init(_ period: Period, from first: Day, to last: Day, weekStart: WeekStart) {
    self.period = period
    var starts: [Day] = []
    var places: [Int32] = []
    var next = Calendar.start(of: first, period, weekStart)
    base = Int(next.number)
    while next <= last {
      starts.append(next)
      let after = Calendar.after(next, period)
      let days = Int(min(after.number, last.number + 1) - next.number)
      places.append(contentsOf: repeatElement(Int32(starts.count - 1), count: days))
      next = after
    }
    self.starts = starts
    self.places = places
    end = next
  }

  var count: Int { starts.count }

  /// The number of the period that a day lies in; the day is between the first and D.
  @inline(__always)
  func place(of day: some BinaryInteger) -> Int { Int(places[Int(day) &- base]) }

  /// Whether all days of a period have ended.
  ///
  /// - Parameter whole: the last day that has ended: D, or the day before where T is within D.
  func isComplete(_ place: Int, whole: Day) -> Bool {
    let next = place + 1 < starts.count ? starts[place + 1] : end
    return next.advanced(by: -1) <= whole
  }

  static func start(of day: Day, _ period: Period, _ weekStart: WeekStart) -> Day {
    switch period {
    case .day: day
    case .week: day.startOfWeek(weekStart)
    case .month: day.advanced(by: 1 - day.civil.day)
    }
  }

  private static func after(_ start: Day, _ period: Period) -> Day {
    switch period {
    case .day: start.advanced(by: 1)
    case .week: start.advanced(by: 7)
    case .month:
      start.advanced(by: 31).advanced(by: 1 - start.advanced(by: 31).civil.day)
    }
  }
}
