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

/// The users of one period; there are no more than fit.
private struct PeriodCounts: Sendable {
  var active: UInt32 = 0
  var new: UInt32 = 0
  /// Active in the period before too, whether new or not.
  var again: UInt32 = 0
  var returning: UInt32 = 0

  @inline(__always)
  static func += (left: inout Self, right: Self) {
    left.active &+= right.active
    left.new &+= right.new
    left.again &+= right.again
    left.returning &+= right.returning
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
    // The one before too: who was active then may have fallen silent in the first.
    let begin = max(0, from - 1)
    let width = calendar.count - begin
    let counts = lists.tally(
      from: { [PeriodCounts](repeating: PeriodCounts(), count: groups.count * width) },
      add: { counts, users in
        // Bound in here, where the lists that hold them are sure to live.
        let (table, seenTable) = (lists.table, seen?.table)
        calendar.places.withUnsafeBufferPointer { places in
          counts.withUnsafeMutableBufferPointer { counts in
            groups.withPlaces { group in
              let recent = RecentPeriods(
                places: places, base: calendar.base, begin: begin,
                beginDay: Int(calendar.starts[begin].number))
              for user in users {
                let group = group.map { Int($0[user]) } ?? 0
                guard group >= 0 else { continue }
                let first = seenTable.map { $0[user].first.map(Int.init) ?? -1 }
                recent.count(
                  table[user], seen: first,
                  into: UnsafeMutableBufferPointer(
                    rebasing: counts[(group &* width)..<((group &+ 1) &* width)]))
              }
            }
          }
        }
      },
      merge: { all, other in for place in all.indices { all[place] += other[place] } })
    return groups.names.indices.map { group in
      let rows = (from..<calendar.count).map { place in
        let at = group * width + place - begin
        let now = counts[at]
        let before = place > begin ? counts[at - 1].active : 0
        return Row(
          start: calendar.starts[place], new: Int(now.new), returning: Int(now.returning),
          resurrecting: Int(now.active) - Int(now.new) - Int(now.returning),
          dormant: Int(before) - Int(now.again))
      }
      return Growth(day: moment.day, period: period, rows: rows)
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

/// The periods from number `begin` on, for a loop over users.
private struct RecentPeriods {
  /// By day from `base` on, the number of its period.
  let places: UnsafeBufferPointer<Int32>
  let base: Int
  let begin: Int
  let beginDay: Int

  /// Adds one user's active days to the counts of the periods, last ones first: most users were not
  /// active lately, and of those nothing else is read. What a day adds is 0 or 1, never a branch that the
  /// processor would have to guess.
  ///
  /// - Parameter seen: the day of the first event, below `base` where it does not count; nil: the first
  ///   active period is the new one.
  @inline(__always)
  func count(
    _ days: UnsafeBufferPointer<UInt16>, seen: Int?,
    into counts: UnsafeMutableBufferPointer<PeriodCounts>
  ) {
    let newIn = seen.map { $0 < base ? -1 : Int(places[$0 &- base]) }
    var next = days.count &- 1
    while next >= 0, Int(days[next]) >= beginDay {
      let place = Int(places[Int(days[next]) &- base])
      let before = next > 0 ? Int(places[Int(days[next &- 1]) &- base]) : -2
      // The first day of a period counts for it.
      let isFirst = place != before
      let isAgain = before == place &- 1
      let isNew = isFirst && (newIn.map { $0 == place } ?? (next == 0))
      counts[place &- begin] += PeriodCounts(
        active: isFirst ? 1 : 0, new: isNew ? 1 : 0, again: isAgain ? 1 : 0,
        returning: isAgain && !isNew ? 1 : 0)
      next &-= 1
    }
  }
}

/// The codes of all events.
func everyEvent(of engine: EmbeddedEngine) -> Set<UInt32> {
  Set(0..<UInt32(engine.snapshot.eventNames.count))
}
