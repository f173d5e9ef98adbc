import KithSegments
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
  /// Narrow, so that they stay near the processor; there are no more users than fit.
  private var cells: [UInt32]

  init(periods: Int, most: Int?, mode: Retention.Mode) {
    self.mode = mode
    self.periods = periods
    width = min(periods, most.map { $0 + 1 } ?? periods)
    sizes = Array(repeating: 0, count: periods)
    cells = Array(repeating: 0, count: periods * width)
  }

  /// Counts some users: each in the cohort of their first day, and where mode is exact once in each
  /// period of their returns, else in the last one alone.
  ///
  /// - Parameters:
  ///   - group: of each user, and the one that is counted; nil: all are.
  ///   - returnsFrom: the place among a user's days at which the returns begin.
  mutating func add(
    _ lists: DayLists, _ users: Range<Int>,
    in group: (of: UnsafeBufferPointer<Int32>, counted: Int32)?, _ returnsFrom: Int,
    _ calendar: Calendar
  ) {
    let (width, base, lists) = (width, calendar.base, lists.table)
    let isExact = mode == .exact
    sizes.withUnsafeMutableBufferPointer { sizes in
      cells.withUnsafeMutableBufferPointer { cells in
        calendar.places.withUnsafeBufferPointer { places in
          for user in users {
            if let group, group.of[user] != group.counted { continue }
            let days = lists[user]
            guard let first = days.first else { continue }
            let cohort = Int(places[Int(first) &- base])
            sizes[cohort] &+= 1
            let row = cohort &* width
            guard isExact else {
              guard days.count > returnsFrom else { continue }
              let distance = Int(places[Int(days[days.count &- 1]) &- base]) &- cohort
              cells[row &+ min(distance, width &- 1)] &+= 1
              continue
            }
            // Every day adds 1 or, in the period of the one before, 0: nothing that could be guessed
            // wrong.
            var previous = -1
            for next in min(returnsFrom, days.count)..<days.count {
              let distance = Int(places[Int(days[next]) &- base]) &- cohort
              if distance >= width { break }
              cells[row &+ distance] &+= distance == previous ? 0 : 1
              previous = distance
            }
          }
        }
      }
    }
  }

  mutating func merge(_ other: Triangle) {
    for index in sizes.indices { sizes[index] += other.sizes[index] }
    for index in cells.indices { cells[index] += other.cells[index] }
  }

  /// The cells of a cohort as far as its periods have begun.
  func row(_ cohort: Int) -> [Int] {
    let row = cells[(cohort * width)..<(cohort * width + min(width, periods - cohort))].map(
      Int.init)
    guard mode == .rolling else { return row }
    var sums = row
    for index in sums.indices.dropLast().reversed() { sums[index] += sums[index + 1] }
    return sums
  }
}
