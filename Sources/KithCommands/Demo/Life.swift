import KithSystem

/// One person's life with the shop, day by day.
///
/// A habit forms, holds for a while, fades, and falls asleep; pushes try to wake it. Visits are a
/// Poisson process whose rate is the habit's own, thinned by the pull of the day (Lewis and Shedler,
/// 1979), so that the quiet years of most people cost nothing.
struct Life {
  let person: Person
  let calendar: ShopCalendar
  var chance: Chance
  /// In the order in which they were thought of, not of time.
  private(set) var moments: [ShopMoment] = []
  /// The latest day with a visit.
  var lastVisit = -1

  init(_ person: Person, calendar: ShopCalendar, seed: UInt64) {
    self.person = person
    self.calendar = calendar
    chance = Chance(seed: seed &+ 1, index: person.index)
    switch person.role {
    case .bot: scan()
    case .staff, .customer: live()
    }
  }

  private mutating func live() {
    visit(person.arrival, isFirst: true)
    guard let pattern = Pattern.all[person.habit.rawValue] else { return taste() }
    var day = person.arrival
    var rate =
      pattern.rate.lowerBound
      + chance.unit() * (pattern.rate.upperBound - pattern.rate.lowerBound)
    var endurance = pattern.days
    while true {
      let end = day + 3 + Int(chance.wait(mean: endurance))
      let boxFrom = chance.happens(pattern.subscribes) ? day + 10 + chance.below(60) : nil
      come(from: day, until: end, rate: rate)
      come(from: end, until: end + 24, rate: rate * 0.25)
      if let boxFrom, boxFrom < end { box(from: boxFrom, until: end + chance.below(40)) }
      guard let woken = sleep(from: end + 24, wakes: pattern.wakes) else { return }
      day = woken
      rate *= 0.85
      endurance *= 0.7
    }
  }

  /// Looks in once, perhaps once or twice more, and is not seen again.
  private mutating func taste() {
    var day = person.arrival
    while chance.happens(0.3) {
      day += 1 + chance.below(8)
      visit(day)
    }
    if let woken = sleep(from: day + 7, wakes: 0.02) { visit(woken) }
  }

  /// Visits between two days, at `rate` a day where the day's pull is 1.
  private mutating func come(from start: Int, until end: Int, rate: Double) {
    let last = min(end, ShopCalendar.dayCount)
    var time = Double(start) + 1
    while true {
      time += chance.wait(mean: 1 / (rate * ShopCalendar.highestPull))
      let day = Int(time)
      guard day < last else { return }
      if day > lastVisit, chance.happens(pull(day) / ShopCalendar.highestPull) { visit(day) }
    }
  }

  /// How much a day draws this person.
  private func pull(_ day: Int) -> Double {
    let pull = calendar.pulls[person.place.isChinese ? 0 : 1][day]
    return person.habit == .festive && pull < 1.3 ? 0.06 : pull
  }

  /// The shop's pushes into the silence.
  /// - Returns: the day on which one of them brings the person back, if any does.
  private mutating func sleep(from start: Int, wakes: Double) -> Int? {
    for pause in [7, 21, 49, 110, 240] {
      let day = start + pause + chance.below(5)
      guard day < ShopCalendar.dayCount else { return nil }
      let sent = clock(day, minute: 10 * 60 + chance.below(30))
      record(.pushReceived, at: sent)
      guard chance.happens(wakes) else { continue }
      let back = day + (chance.happens(0.7) ? 0 : 1)
      visit(back)
      if chance.happens(0.6) { visit(back + 1 + chance.below(4)) }
      return back
    }
    return nil
  }

  /// The monthly box: begun by the person, renewed by the system.
  private mutating func box(from start: Int, until end: Int) {
    let begun = clock(start, minute: 20 * 60 + chance.below(120))
    record(.subscribe, at: begun, cents: Catalogue.boxCents)
    var day = start + 30
    while day < min(end, ShopCalendar.dayCount) {
      record(.subscriptionRenewed, at: clock(day, minute: 6 * 60), cents: Catalogue.boxCents)
      record(.parcelDelivered, at: clock(day + 2, minute: 13 * 60 + chance.below(200)))
      day += 30
    }
    if chance.happens(0.6) {
      record(.cancelSubscription, at: clock(end, minute: 21 * 60 + chance.below(90)))
    }
  }

  /// A bot's single day: one page after the other, faster than anyone reads.
  private mutating func scan() {
    var time = arrived(clock(person.arrival, minute: chance.below(20 * 60)))
    record(.signup, at: time, source: person.source)
    for _ in 0..<chance.within(380...900) {
      time += Int64(chance.within(900...6_000))
      let category = chance.below(Catalogue.categories.count)
      record(chance.happens(0.2) ? .search : .view, at: time, category: category)
    }
  }

  /// The instant of a minute of a day on this person's own clock.
  func clock(_ day: Int, minute: Int) -> Int64 {
    let local = Int64(minute - 60 * person.place.hoursAhead) * 60_000
    return calendar.start(day) + local
  }

  /// The time of a first event, drawn back from the future for those who came today.
  mutating func arrived(_ time: Int64) -> Int64 {
    let now = calendar.now.milliseconds
    return time <= now ? time : now - Int64(chance.below(4 * 3_600_000))
  }

  mutating func record(
    _ event: ShopEvent, at time: Int64, cents: Int? = nil, source: Int = -1, category: Int = -1,
    item: Int = -1
  ) {
    moments.append(
      ShopMoment(
        time: time, event: event, cents: cents, source: source, category: category, item: item))
  }
}

/// How a habit goes.
private struct Pattern {
  /// Visits a day while it holds.
  let rate: ClosedRange<Double>
  /// Days that it holds, on average.
  let days: Double
  /// The chance that one push wakes it.
  let wakes: Double
  /// The chance of taking the monthly box.
  let subscribes: Double

  /// In the order of ``Habit``; a taster has none.
  static let all: [Pattern?] = [
    nil,
    Pattern(rate: 0.03...0.11, days: 190, wakes: 0.08, subscribes: 0.01),
    Pattern(rate: 0.10...0.20, days: 900, wakes: 0.12, subscribes: 0.02),
    Pattern(rate: 0.10...0.30, days: 400, wakes: 0.2, subscribes: 0.08),
    Pattern(rate: 0.35...1.40, days: 1000, wakes: 0.30, subscribes: 0.30),
  ]
}
