public import KithSegments
import KithStore
public import KithSystem

/// How many users were new, returned, came back or fell silent in each period.
///
/// The four groups are PostHog's lifecycle insight as DEFINITIONS words it (`daily_lifecycle`). A user
/// is *new* in a period by ``Newness``; *returning* when active in the period before too; else
/// *resurrecting*; and *dormant* when active in the period before and not in this one.
public struct Growth: Sendable, Equatable {
  public struct Row: Sendable, Equatable {
    /// The first day of the period.
    public var start: Day
    public var new = 0
    public var returning = 0
    public var resurrecting = 0
    public var dormant = 0

    public var active: Int { new + returning + resurrecting }

    /// Those who came (new and resurrecting) for each one who fell silent: Amplitude's Pulse chart. Above
    /// 1 the product grows. Nil where nobody fell silent.
    public var pulse: Double? {
      dormant == 0 ? nil : Double(new + resurrecting) / Double(dormant)
    }
  }
  public var day: Day
  public var period: Period
  /// The last period is the one that holds D, and may not have ended.
  public var rows: [Row]

  public static let columns = ["period", "new", "returning", "resurrecting", "dormant"]
}

/// The users of one period.
private struct PeriodCounts: Sendable {
  var new = 0
  var returning = 0
  var resurrecting = 0
  var dormant = 0

  static func += (left: inout Self, right: Self) {
    left.new += right.new
    left.returning += right.returning
    left.resurrecting += right.resurrecting
    left.dormant += right.dormant
  }
}

/// What makes an active user new in a period.
public enum Newness: String, Sendable, CaseIterable {
  /// It is the user's first active one: the default.
  case active
  /// The user's first event of any kind lies in it, as PostHog (creation of the person) and Amplitude
  /// (first seen) have it; differs where only some events make a day active.
  case seen
}

extension Growth {
  /// One for each group of the scope, all over the same periods.
  ///
  /// - Parameter last: only the periods that reach into so many days up to D; nil: all.
  /// Cost: the active days of the users, those before `last` apart.
  public static func of(
    _ engine: EmbeddedEngine, _ scope: Scope = Scope(), period: Period = .day,
    new: Newness = .active, last: Int? = nil
  ) throws(Cancelled) -> [Growth] {
    let lists = try engine.activeDays(of: scope.activity)
    let seen = new == .seen ? try engine.activeDays(of: everyEvent(of: engine)) : nil
    let moment = engine.moment
    guard let first = firstDay(lists, scope.groups) else {
      return scope.groups.names.map { _ in Growth(day: moment.day, period: period, rows: []) }
    }
    let calendar = Calendar(period, from: first, to: moment.day, weekStart: moment.weekStart)
    let start = last.map { max(Int(moment.day.number) - $0 + 1, calendar.base) } ?? calendar.base
    let from = calendar.place(of: start)
    let groups = scope.groups
    let width = calendar.count - from
    let counts = lists.tally(
      from: { [PeriodCounts](repeating: PeriodCounts(), count: groups.count * width) },
      add: { counts, users in
        calendar.places.withUnsafeBufferPointer { places in
          counts.withUnsafeMutableBufferPointer { counts in
            groups.withPlaces { group in
              for user in users {
                let group = group.map { Int($0[user]) } ?? 0
                guard group >= 0 else { continue }
                var newIn: Int?
                if let seen {
                  let first = seen[user].first.map { Int($0) - calendar.base } ?? -1
                  newIn = first < 0 ? -1 : Int(places[first])
                }
                let own = UnsafeMutableBufferPointer(
                  rebasing: counts[(group * width)..<((group + 1) * width)])
                count(
                  lists[user], places, base: calendar.base, from: from, newIn: newIn, into: own)
              }
            }
          }
        }
      },
      merge: { all, other in for place in all.indices { all[place] += other[place] } })
    return groups.names.indices.map { group in
      let rows = (0..<width).map { place in
        let counts = counts[group * width + place]
        return Row(
          start: calendar.starts[from + place], new: counts.new, returning: counts.returning,
          resurrecting: counts.resurrecting, dormant: counts.dormant)
      }
      return Growth(day: moment.day, period: period, rows: rows)
    }
  }

  /// Adds one user's active days to the counts of the periods from number `from` on.
  ///
  /// - Parameters:
  ///   - places: by day from `base` on, the number of its period.
  ///   - newIn: the period in which the user is new; nil: the first active one.
  @inline(__always)
  private static func count(
    _ days: UnsafeBufferPointer<UInt16>, _ places: UnsafeBufferPointer<Int32>, base: Int,
    from: Int, newIn: Int?, into counts: UnsafeMutableBufferPointer<PeriodCounts>
  ) {
    var next = days.count
    while next > 0, Int(places[Int(days[next &- 1]) &- base]) >= from { next &-= 1 }
    var previous = next > 0 ? Int(places[Int(days[next &- 1]) &- base]) : -1
    while next < days.count {
      let place = Int(places[Int(days[next]) &- base])
      next &+= 1
      if place == previous { continue }
      if newIn.map({ $0 == place }) ?? (previous < 0) {
        counts[place &- from].new &+= 1
      } else if previous >= 0, place == previous &+ 1 {
        counts[place &- from].returning &+= 1
      } else {
        counts[place &- from].resurrecting &+= 1
      }
      if previous >= 0, place > previous &+ 1, previous &+ 1 >= from {
        counts[previous &+ 1 &- from].dormant &+= 1
      }
      previous = place
    }
    if previous >= 0, previous &+ 1 &- from < counts.count, previous &+ 1 >= from {
      counts[previous &+ 1 &- from].dormant &+= 1
    }
  }

  public var json: JSON {
    .object([
      .init("as_of", .day(day)), .init("period", .string(period.rawValue)),
      .init("columns", .array(Growth.columns.map(JSON.string))),
      .init(
        "rows",
        .array(
          rows.map {
            [
              .day($0.start), .int($0.new), .int($0.returning), .int($0.resurrecting),
              .int($0.dormant),
            ]
          })),
    ])
  }
}

/// The codes of all events.
func everyEvent(of engine: EmbeddedEngine) -> Set<UInt32> {
  Set(0..<UInt32(engine.snapshot.eventNames.count))
}
