/// A length of time as it is written: `30d`, `12h`.
package struct Duration: Hashable, Sendable {
  package enum Unit: String, Sendable, CaseIterable {
    case minutes = "m"
    case hours = "h"
    case days = "d"
    case weeks = "w"
  }
  package var count: Int
  package var unit: Unit

  package init(_ count: Int, _ unit: Unit) {
    self.count = count
    self.unit = unit
  }

  /// Whether it counts calendar days; otherwise it is exact.
  package var isCalendar: Bool { unit == .days || unit == .weeks }

  /// Calendar days, for `d` and `w`.
  package var days: Int { unit == .weeks ? count * 7 : count }

  /// Exact milliseconds, a day being 24 hours.
  package var milliseconds: Int64 {
    let each: Int64 =
      switch unit {
      case .minutes: 60_000
      case .hours: 3_600_000
      case .days: 86_400_000
      case .weeks: 604_800_000
      }
    return Int64(count) * each
  }

  /// The most days a duration may have, in any unit: no date leaves the calendar's range.
  package static let longestDays = 1_000_000
}

extension Duration: CustomStringConvertible {
  package var description: String { "\(count)\(unit.rawValue)" }
}
