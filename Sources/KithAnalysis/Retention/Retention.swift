public import KithSystem

/// Of the users who began in the same period, how many were there so many periods later (DEFINITIONS,
/// `retention`).
public struct Retention: Sendable, Equatable {
  public enum Mode: String, Sendable, CaseIterable {
    /// Active in exactly that period.
    case exact
    /// Active in that or any later period.
    case rolling
  }

  public struct Cohort: Sendable, Equatable {
    /// The first day of its period.
    public var start: Day
    public var size: Int
    /// By periods since, as far as they have begun.
    public var cells: [Int]
    /// Whether each cell's period has ended.
    public var complete: [Bool]
  }

  /// One distance in periods, over the cohorts for which it is complete.
  public struct Overall: Sendable, Equatable {
    public var retained = 0
    public var eligible = 0

    public var rate: Double? {
      eligible == 0 ? nil : Double(retained) / Double(eligible)
    }
  }

  public var day: Day
  public var period: Period
  public var mode: Mode
  public var startEvent: String?
  public var returnEvent: String?
  /// Those with a user, oldest first.
  public var cohorts: [Cohort]
  public var overall: [Overall]
}

/// What is asked of ``Retention``.
public struct RetentionQuestion: Sendable {
  public var period = Period.week
  public var mode = Retention.Mode.exact
  /// A user's cohort is that of the first such event; nil: of the first active day.
  public var start: String?
  /// What counts as a return; nil: any activity.
  public var back: String?
  /// The greatest distance; nil: all.
  public var most: Int?

  public init(
    period: Period = .week, mode: Retention.Mode = .exact, start: String? = nil,
    back: String? = nil, most: Int? = nil
  ) {
    self.period = period
    self.mode = mode
    self.start = start
    self.back = back
    self.most = most
  }
}

/// The cells of all cohorts while they are counted: a triangle, a row for each period.
struct Triangle: Sendable {
  let mode: Retention.Mode
  let periods: Int
  let width: Int
  private(set) var sizes: [Int]
  private var cells: [Int]

  init(periods: Int, most: Int?, mode: Retention.Mode) {
    self.mode = mode
    self.periods = periods
    width = min(periods, most.map { $0 + 1 } ?? periods)
    sizes = Array(repeating: 0, count: periods)
    cells = Array(repeating: 0, count: periods * width)
  }

  @inline(__always)
  mutating func begin(in cohort: Int) { sizes[cohort] += 1 }

  /// A return so many periods after a cohort's own; once for each period of a user where mode is exact,
  /// for the last one alone where it is rolling.
  @inline(__always)
  mutating func add(_ cohort: Int, _ distance: Int) {
    if distance < width {
      cells[cohort &* width &+ distance] += 1
    } else if mode == .rolling {
      cells[cohort &* width &+ width &- 1] += 1
    }
  }

  /// Counts the periods of one user's return days; `from` is the cohort's.
  mutating func add(
    _ days: UnsafeBufferPointer<UInt16>, of cohort: Int, _ calendar: Calendar
  ) {
    guard mode == .exact else {
      if let last = days.last { add(cohort, calendar.place(of: last) - cohort) }
      return
    }
    var previous = -1
    for day in days {
      let place = calendar.place(of: day)
      if place == previous { continue }
      if place - cohort >= width { return }
      add(cohort, place - cohort)
      previous = place
    }
  }

  mutating func merge(_ other: Triangle) {
    for index in sizes.indices { sizes[index] += other.sizes[index] }
    for index in cells.indices { cells[index] += other.cells[index] }
  }

  /// The cells of a cohort as far as its periods have begun.
  func row(_ cohort: Int) -> [Int] {
    var row = Array(cells[(cohort * width)..<(cohort * width + min(width, periods - cohort))])
    guard mode == .rolling else { return row }
    for index in row.indices.dropLast().reversed() { row[index] += row[index + 1] }
    return row
  }
}
