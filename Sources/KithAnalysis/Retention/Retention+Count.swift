public import KithSegments
import KithStore
public import KithSystem

extension Retention {
  /// One for each group of the scope, all over the same periods.
  ///
  /// Cost: the active days of the users; with a start or return event, their events.
  public static func of(
    _ engine: EmbeddedEngine, _ scope: Scope = Scope(),
    _ question: RetentionQuestion = RetentionQuestion()
  ) throws(Cancelled) -> [Retention] {
    let (lists, returnsFrom) = try lists(engine, scope, question)
    let moment = engine.moment
    let calendar = firstDay(lists, scope.groups).map {
      Calendar(question.period, from: $0, to: moment.day, weekStart: moment.weekStart)
    }
    guard let calendar else {
      return scope.groups.names.map { _ in Retention(moment, question, nil, nil) }
    }
    let empty = Triangle(periods: calendar.count, most: question.most, mode: question.mode)
    let groups = scope.groups
    let triangles = lists.tally(
      from: { Array(repeating: empty, count: groups.count) },
      add: { triangles, users in
        groups.withPlaces { places in
          for group in triangles.indices {
            triangles[group].add(
              lists, users, in: places.map { ($0, Int32(group)) }, returnsFrom, calendar)
          }
        }
      },
      merge: { all, other in for group in all.indices { all[group].merge(other[group]) } })
    return triangles.map { Retention(moment, question, calendar, $0) }
  }

  /// For each user the day that begins, then those of returns; `returnsFrom` is the place at which the
  /// returns start, 0 where the first day is one as well.
  static func lists(
    _ engine: EmbeddedEngine, _ scope: Scope, _ question: RetentionQuestion
  ) throws(Cancelled) -> (lists: DayLists, returnsFrom: Int) {
    question.start == nil && question.back == nil
      ? (try engine.activeDays(of: scope.activity), 0)
      : (try Returns.lists(engine, scope, question), 1)
  }

  private init(
    _ moment: Moment, _ question: RetentionQuestion, _ calendar: Calendar?, _ triangle: Triangle?
  ) {
    day = moment.day
    period = question.period
    mode = question.mode
    startEvent = question.start
    returnEvent = question.back
    cohorts = []
    overall = []
    guard let calendar, let triangle else { return }
    for place in 0..<calendar.count where triangle.sizes[place] > 0 {
      let cells = triangle.row(place)
      cohorts.append(
        Cohort(
          start: calendar.starts[place], size: triangle.sizes[place], cells: cells,
          complete: cells.indices.map {
            calendar.isComplete(place + $0, whole: moment.wholeDay)
          }))
    }
    let width = cohorts.map(\.cells.count).max() ?? 0
    overall = (0..<width).map { distance in
      var sum = Overall()
      for cohort in cohorts where distance < cohort.cells.count && cohort.complete[distance] {
        sum.retained += cohort.cells[distance]
        sum.eligible += cohort.size
      }
      return sum
    }
  }

  public var json: JSON {
    [
      "as_of": .day(day), "period": .string(period.rawValue), "mode": .string(mode.rawValue),
      "start_event": startEvent.map(JSON.string) ?? .null,
      "return_event": returnEvent.map(JSON.string) ?? .null,
      "cohorts": .array(
        cohorts.map {
          [
            "cohort": .day($0.start), "size": .int($0.size), "cells": .ints($0.cells),
            "complete": .array($0.complete.map(JSON.bool)),
          ]
        }),
      "overall": .array(
        overall.enumerated().map { distance, sum in
          [
            "k": .int(distance), "retained": .int(sum.retained), "eligible": .int(sum.eligible),
            "rate": .double(sum.rate),
          ]
        }),
    ]
  }
}

/// The days that count where a start or a return event is named: the day of the start, then those of the
/// returns from that event on, by the order of events.
private enum Returns {
  static func lists(
    _ engine: EmbeddedEngine, _ scope: Scope, _ question: RetentionQuestion
  ) throws(Cancelled) -> DayLists {
    let isStart = engine.selects(question.start, scope)
    let isReturn = engine.selects(question.back, scope)
    let meant = isStart.indices.filter { isStart[$0] || isReturn[$0] }.map { UInt32($0) }
    let builder = try engine.walk(
      doing: meant.count < isStart.count ? Set(meant) : nil, reading: .days,
      from: { DayListBuilder() },
      visit: { tally, visit in
        var started = false
        for row in 0..<visit.count {
          let event = Int(visit.events[row])
          if !started, isStart[event] {
            started = true
            tally.begin(visit.user)
            tally.add(visit.days[row])
          }
          if started, isReturn[event] { tally.addReturn(visit.days[row]) }
        }
      },
      merge: { $0.append($1) })
    return builder.lists(users: engine.snapshot.userCount)
  }
}

extension EmbeddedEngine {
  /// By event code whether it is the named event; without a name, whether it makes a day active.
  func selects(_ event: String?, _ scope: Scope) -> [Bool] {
    if let event {
      let code = snapshot.eventNames.code(event).map(Int.init)
      return isSystem.indices.map { $0 == code }
    }
    return isSystem.indices.map { code in
      scope.activity.map { $0.contains(UInt32(code)) } ?? !isSystem[code]
    }
  }
}

/// Day lists as they are collected user by user: the first day, then distinct days that may begin with
/// the same one.
struct DayListBuilder: Sendable {
  private var users: [Int] = []
  private var ends: [Int] = []
  private var days: [UInt16] = []
  private var first = 0

  mutating func begin(_ user: Int) {
    users.append(user)
    ends.append(days.count)
    first = days.count
  }

  mutating func add(_ day: Int32) {
    days.append(UInt16(clamping: day))
    ends[ends.count - 1] = days.count
  }

  mutating func addReturn(_ day: Int32) {
    let day = UInt16(clamping: day)
    if days.count > first + 1, days.last == day { return }
    if let last = days.last, day < last {
      return addAgain(day)
    }
    days.append(day)
    ends[ends.count - 1] = days.count
  }

  /// A return on a day before that of the last: clocks went back over midnight.
  private mutating func addAgain(_ day: UInt16) {
    let returns = days[(first + 1)...]
    guard day >= days[first], !returns.contains(day) else { return }
    days.insert(day, at: returns.firstIndex { $0 > day } ?? days.endIndex)
    ends[ends.count - 1] = days.count
  }

  /// Users of a later range.
  mutating func append(_ other: DayListBuilder) {
    users += other.users
    ends += other.ends.map { $0 + days.count }
    days += other.days
  }

  func lists(users count: Int) -> DayLists {
    var all = [0]
    all.reserveCapacity(count + 1)
    var next = 0
    for user in 0..<count {
      if next < users.count, users[next] == user {
        all.append(ends[next])
        next += 1
      } else {
        all.append(all[user])
      }
    }
    return DayLists(ends: all, days: days)
  }
}
