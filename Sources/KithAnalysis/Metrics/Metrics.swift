public import KithSegments
import KithStore
public import KithSystem

/// What a shop looks at: users, payers and orders by day, and over thirty days.
///
/// An order is one event of the given name; a payer is a user with an order. Paying frequency is orders ÷
/// payers, average order value is value ÷ orders, repeat rate is the share of payers with two orders or
/// more: the usual definitions of shops, each over one and the same stretch of days.
public struct Metrics: Sendable, Equatable {
  public struct Row: Sendable, Equatable {
    public var day: Day
    public var active = 0
    public var payers = 0
    public var orders = 0
    /// In millionths.
    public var value: Int128 = 0
  }

  /// The same over a stretch of days, each user counted once.
  public struct Stretch: Sendable, Equatable {
    public var first: Day
    public var last: Day
    public var active = 0
    public var payers = 0
    public var orders = 0
    public var value: Int128 = 0
    /// Payers with two orders or more.
    public var repeating = 0

    public var frequency: Double? { payers == 0 ? nil : Double(orders) / Double(payers) }
    public var orderValue: Double? {
      orders == 0 ? nil : double(micros: value) / Double(orders)
    }
    public var valuePerActive: Double? {
      active == 0 ? nil : double(micros: value) / Double(active)
    }
  }
  public var day: Day
  public var event: String
  /// Every day from that of the first event to D.
  public var rows: [Row]
  /// The 30 days up to D, and the 30 before them.
  public var now: Stretch
  public var before: Stretch
}

extension Metrics {
  /// One for each group of the scope. Cost: the users' events.
  public static func of(
    _ engine: EmbeddedEngine, _ scope: Scope = Scope(), event: String
  ) throws(Cancelled) -> [Metrics] {
    let groups = scope.groups
    let today = engine.moment.day
    let day = Int(today.number)
    var tally = try activity(engine, scope, groups, day)
    if let code = engine.snapshot.eventNames.code(event) {
      let orders = try engine.walk(
        doing: [code], reading: [.days, .values], from: { MetricsTally(groups: groups.count) },
        visit: { tally, visit in
          let group = groups[visit.user]
          if group >= 0 { tally.addOrders(visit, group, today: day) }
        },
        merge: { $0.merge($1) })
      tally.merge(orders)
    }
    return groups.names.indices.map { group in
      let count = tally.daysAgo[group].count
      let rows = tally.daysAgo[group].enumerated().reversed().map { ago, cells in
        Row(
          day: today.advanced(by: -ago), active: cells.active, payers: cells.payers,
          orders: cells.orders, value: cells.value)
      }
      return Metrics(
        day: today, event: event, rows: count == 0 ? [] : Array(rows),
        now: tally.stretch(group, 0, today), before: tally.stretch(group, 1, today))
    }
  }

  /// The active users of each day; every day from that of the first event on has cells.
  private static func activity(
    _ engine: EmbeddedEngine, _ scope: Scope, _ groups: Groups, _ today: Int
  ) throws(Cancelled) -> MetricsTally {
    let all = try engine.eventDays()
    let active = try engine.activeDays(of: scope.activity)
    return active.tally(
      from: { MetricsTally(groups: groups.count) },
      add: { tally, users in
        for user in users where groups[user] >= 0 {
          guard let first = all[user].first else { continue }
          tally.reach(Int(first), groups[user], today: today)
          tally.addActivity(active[user], groups[user], today: today)
        }
      }, merge: { $0.merge($1) })
  }

  public var json: JSON {
    [
      "as_of": .day(day), "event": .string(event),
      "rows": .array(
        rows.map { row in
          [
            "day": .day(row.day), "dau": .int(row.active), "payers": .int(row.payers),
            "orders": .int(row.orders), "value": .micros(row.value),
            "average_order_value": row.orders == 0
              ? .null : .double(double(micros: row.value) / Double(row.orders)),
          ]
        }),
      "last_30_days": now.json, "30_days_before": before.json,
    ]
  }
}

extension Metrics.Stretch {
  var json: JSON {
    [
      "first": .day(first), "last": .day(last), "active_users": .int(active),
      "payers": .int(payers), "orders": .int(orders), "value": .micros(value),
      "paying_frequency": .double(frequency), "average_order_value": .double(orderValue),
      "repeat_rate": .ratio(repeating, payers), "value_per_active_user": .double(valuePerActive),
    ]
  }
}

private struct MetricsTally: Sendable {
  struct Cells: Sendable {
    var active = 0
    var payers = 0
    var orders = 0
    var value: Int128 = 0
    var repeating = 0
  }
  /// For each group, by days before D.
  var daysAgo: [[Cells]]
  /// For each group, the last 30 days and the 30 before them.
  var stretches: [[Cells]]

  init(groups: Int) {
    daysAgo = Array(repeating: [], count: groups)
    stretches = Array(repeating: [Cells(), Cells()], count: groups)
  }

  /// Makes cells for every day from one up to D.
  mutating func reach(_ day: Int, _ group: Int, today: Int) {
    while daysAgo[group].count <= today - day { daysAgo[group].append(Cells()) }
  }

  mutating func addActivity(_ days: UnsafeBufferPointer<UInt16>, _ group: Int, today: Int) {
    var wasActive = (false, false)
    for day in days {
      let ago = today - Int(day)
      daysAgo[group][ago].active += 1
      if ago < 30 { wasActive.0 = true } else if ago < 60 { wasActive.1 = true }
    }
    if wasActive.0 { stretches[group][0].active += 1 }
    if wasActive.1 { stretches[group][1].active += 1 }
  }

  mutating func addOrders(_ visit: Visit, _ group: Int, today: Int) {
    guard let first = visit.days.min() else { return }
    reach(Int(first), group, today: today)
    var paidDay = Int.max
    var orders = [0, 0]
    for row in 0..<visit.count {
      let ago = today - Int(visit.days[row])
      let value = visit.values[row] == absentMicros ? 0 : Int128(visit.values[row])
      // Where clocks went back over midnight, a day comes again.
      if ago < paidDay || ago > paidDay && !visit.days[..<row].contains(visit.days[row]) {
        daysAgo[group][ago].payers += 1
      }
      paidDay = ago
      daysAgo[group][ago].orders += 1
      daysAgo[group][ago].value += value
      guard ago < 60 else { continue }
      orders[ago / 30] += 1
      stretches[group][ago / 30].value += value
    }
    for stretch in 0...1 {
      if orders[stretch] > 0 { stretches[group][stretch].payers += 1 }
      if orders[stretch] > 1 { stretches[group][stretch].repeating += 1 }
      stretches[group][stretch].orders += orders[stretch]
    }
  }

  mutating func merge(_ other: MetricsTally) {
    for group in daysAgo.indices {
      while daysAgo[group].count < other.daysAgo[group].count { daysAgo[group].append(Cells()) }
      for (ago, cells) in other.daysAgo[group].enumerated() { daysAgo[group][ago] += cells }
      for stretch in 0...1 { stretches[group][stretch] += other.stretches[group][stretch] }
    }
  }

  func stretch(_ group: Int, _ place: Int, _ today: Day) -> Metrics.Stretch {
    let cells = stretches[group][place]
    return Metrics.Stretch(
      first: today.advanced(by: -29 - 30 * place), last: today.advanced(by: -30 * place),
      active: cells.active, payers: cells.payers, orders: cells.orders, value: cells.value,
      repeating: cells.repeating)
  }
}

extension MetricsTally.Cells {
  fileprivate static func += (left: inout Self, right: Self) {
    left.active += right.active
    left.payers += right.payers
    left.orders += right.orders
    left.value += right.value
    left.repeating += right.repeating
  }
}
