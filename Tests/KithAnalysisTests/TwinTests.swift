import KithStore
import KithSystem
import KithTestSupport
import Testing

@testable import KithAnalysis
@testable import KithSegments

/// Each analysis against a slow twin that reads as its definition does.
struct TwinTests {
  static let seeds: [UInt64] = [1, 2, 3, 4, 5, 6]

  private func log(_ seed: UInt64) throws -> RandomLog {
    try RandomLog(seed: seed, atDayEnd: seed % 3 != 0)
  }

  @Test(arguments: seeds, Period.allCases)
  func `growth is that of its twin`(seed: UInt64, period: Period) throws {
    let log = try log(seed)
    for (names, newness) in [
      (nil, Newness.active), (["b"], .active), (["b"], .seen),
    ] as [([String]?, Newness)] {
      let active = log.users.map { user in
        Set(log.days(of: user, names.map(Set.init)).map { log.start($0, period) })
      }
      let first = try #require(active.compactMap { $0.min() }.min())
      let starts = log.periods(period, from: first)
      var rows: [Growth.Row] = []
      for (place, start) in starts.enumerated() {
        var row = Growth.Row(start: start)
        for (user, periods) in zip(log.users, active) {
          let wasThere = place > 0 && periods.contains(starts[place - 1])
          if !periods.contains(start) {
            row.dormant += wasThere ? 1 : 0
            continue
          }
          let seen = log.events(of: user).map { log.start(log.day($0), period) }.min()
          if (newness == .active ? periods.min() : seen) == start {
            row.new += 1
          } else if wasThere {
            row.returning += 1
          } else {
            row.resurrecting += 1
          }
        }
        rows.append(row)
      }
      let scope = Scope(activity: names.map(log.codes))
      let growth = try Growth.of(log.engine, scope, period: period, new: newness)[0]
      #expect(growth.rows == rows)
      let last = try Growth.of(log.engine, scope, period: period, new: newness, last: 40)[0]
      let from = log.start(log.moment.day.advanced(by: -39), period)
      #expect(last.rows == rows.filter { $0.start >= from })
      try expectUsers(growth, scope, log, period, newness)
    }
  }

  /// As many users stand behind each number as it says.
  private func expectUsers(
    _ growth: Growth, _ scope: Scope, _ log: RandomLog, _ period: Period, _ new: Newness
  ) throws {
    var cells: [String: Int] = [:]
    try Growth.eachUser(
      log.engine, scope, group: 0, period: period, new: new, last: nil
    ) { cell, _ in cells[cell, default: 0] += 1 }
    for row in growth.rows {
      #expect(cells["\(row.start) new"] ?? 0 == row.new)
      #expect(cells["\(row.start) returning"] ?? 0 == row.returning)
      #expect(cells["\(row.start) resurrecting"] ?? 0 == row.resurrecting)
      #expect(cells["\(row.start) dormant"] ?? 0 == row.dormant)
    }
  }

  @Test(arguments: seeds)
  func `states add up to the users of the day, the week and the month`(seed: UInt64) throws {
    let log = try log(seed)
    let states = try LifecycleStates.of(log.engine)[0].counts
    let last = try #require(try Stickiness.of(log.engine)[0].rows.last)
    #expect(states[0...3].reduce(0, +) == last.dau)
    #expect(states[0...4].reduce(0, +) == last.wau)
    #expect(states[0...5].reduce(0, +) == last.mau)
    #expect(states.reduce(0, +) == log.users.count { !log.days(of: $0).isEmpty })
  }

  @Test(arguments: seeds, Period.allCases)
  func `retention is that of its twin`(seed: UInt64, period: Period) throws {
    let log = try log(seed)
    for mode in Retention.Mode.allCases {
      for (start, back, most) in [
        (nil, nil, nil), (nil, nil, 3), ("a", nil, nil), (nil, "b", 4), ("b", "b", nil),
        ("a", "c", nil),
      ] as [(String?, String?, Int?)] {
        let question = RetentionQuestion(
          period: period, mode: mode, start: start, back: back, most: most)
        let retention = try Retention.of(log.engine, Scope(), question)[0]
        let twin = twin(log, question)
        #expect(retention.cohorts.map(\.start) == twin.map(\.start))
        #expect(retention.cohorts == twin)
        for (distance, sum) in retention.overall.enumerated() {
          let cohorts = twin.filter { $0.cells.count > distance && $0.complete[distance] }
          #expect(sum.eligible == cohorts.reduce(0) { $0 + $1.size })
          #expect(sum.retained == cohorts.reduce(0) { $0 + $1.cells[distance] })
        }
        var cells: [String: Int] = [:]
        try Retention.eachUser(log.engine, Scope(), group: 0, question) { cell, _ in
          cells[cell, default: 0] += 1
        }
        for cohort in twin {
          for (distance, users) in cohort.cells.enumerated() {
            #expect(cells["\(cohort.start) \(distance)"] ?? 0 == users)
          }
        }
      }
    }
  }

  private func twin(_ log: RandomLog, _ question: RetentionQuestion) -> [Retention.Cohort] {
    func isOne(_ event: RandomLog.Event, _ name: String?) -> Bool {
      name.map { event.name == $0 } ?? (event.name != "ping")
    }
    var returns: [Day: [[Day]]] = [:]
    for user in log.users {
      let events = log.events(of: user)
      guard let first = events.firstIndex(where: { isOne($0, question.start) }) else { continue }
      let cohort = log.start(log.day(events[first]), question.period)
      let days = events[first...].filter { isOne($0, question.back) }.map {
        log.start(log.day($0), question.period)
      }
      returns[cohort, default: []].append(days)
    }
    let whole = log.moment.zone.end(of: log.moment.day) == log.moment.instant
    return returns.sorted { $0.key < $1.key }.map { start, users in
      let starts = log.periods(question.period, from: start).prefix((question.most ?? 9999) + 1)
      return Retention.Cohort(
        start: start, size: users.count,
        cells: starts.map { period in
          users.count { days in
            days.contains { question.mode == .exact ? $0 == period : $0 >= period }
          }
        },
        complete: starts.map { period in
          var day = period
          while log.start(day, question.period) == period { day = day.advanced(by: 1) }
          let last = day.advanced(by: -1)
          return whole ? last <= log.moment.day : last < log.moment.day
        })
    }
  }

  @Test(arguments: seeds)
  func `a funnel is that of its twin`(seed: UInt64) throws {
    let log = try log(seed)
    try check(log)
  }

  @Test(arguments: [UInt64(3), 4, 5, 6])
  func `a funnel of rare steps is that of its twin`(seed: UInt64) throws {
    let log = try RandomLog(seed: seed, users: 150, atDayEnd: seed % 2 == 0, rare: true)
    try check(log)
  }

  private func check(_ log: RandomLog) throws {
    for steps in [
      ["a"], ["a", "b"], ["a", "a"], ["a", "b", "c"], ["b", "a", "b", "a"], ["x", "a"],
    ] {
      for window in [0, 1, 3_600_000, 86_400_000, 40 * 86_400_000] as [Int64] {
        let funnel = try Funnel.of(log.engine, steps: steps, window: window, keepsUsers: true)[0]
        let attempts = log.users.map { attempt(log.events(of: $0), steps, window) }
        for (step, found) in funnel.steps.enumerated() {
          let times = attempts.filter { $0.count > step }.map { $0[step] - $0[0] }.sorted()
          #expect(found.users == times.count)
          let median =
            times.isEmpty ? nil : times[(times.count - 1) / 2] + times[times.count / 2]
          #expect(found.medianHalfMs == median)
          #expect(funnel.depths.count { $0 > step } == times.count)
          // The same people as the language finds.
          if step > 0, window >= 3_600_000 {
            let names = steps[...step].joined(separator: ", ")
            let segment = try log.engine.segment(
              SourceText("sequence(\(names), within \(window / 3_600_000)h)"))
            #expect(try log.engine.count(segment) == times.count)
          }
        }
      }
    }
  }

  /// The times of the earliest attempt of those that go deepest: every start is tried.
  private func attempt(
    _ events: [RandomLog.Event], _ steps: [String], _ window: Int64
  ) -> [Int64] {
    var best: [Int64] = []
    for start in events.indices where events[start].name == steps[0] {
      var times = [events[start].time]
      var place = start + 1
      for step in steps.dropFirst() {
        while place < events.count, events[place].name != step { place += 1 }
        guard place < events.count, events[place].time <= times[0] + window else { break }
        times.append(events[place].time)
        place += 1
      }
      if times.count > best.count { best = times }
    }
    return best
  }

  @Test(arguments: seeds)
  func `stickiness is that of its twin`(seed: UInt64) throws {
    let log = try log(seed)
    for names in [nil, ["a"]] as [[String]?] {
      let stickiness = try Stickiness.of(log.engine, Scope(activity: names.map(log.codes)))[0]
      let days = log.users.map { log.days(of: $0, names.map(Set.init)) }
      let every = log.users.flatMap { log.events(of: $0).map(log.day) }
      let first = try #require(
        names == nil
          ? days.compactMap { $0.min() }.min() : every.min())
      let rows = log.periods(.day, from: first).map { day in
        func active(_ length: Int32) -> Int {
          days.count { $0.contains { (0..<length).contains(day.number - $0.number) } }
        }
        return Stickiness.Row(day: day, dau: active(1), wau: active(7), mau: active(30))
      }
      #expect(stickiness.rows == rows)
      let inMonth = days.map { own in
        own.count { log.moment.day.number - $0.number < 30 }
      }
      for (count, users) in stickiness.histogram.enumerated().dropFirst() {
        #expect(users == inMonth.count { $0 == count })
      }
    }
  }
}
