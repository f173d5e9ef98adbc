import KithSystem

extension Life {
  /// One visit: looking around, and what comes of it. Nothing where the day is over already.
  mutating func visit(_ day: Int, isFirst: Bool = false) {
    guard day < ShopCalendar.dayCount, day > lastVisit else { return }
    lastVisit = day
    var time = clock(day, minute: minuteOfDay()) + Int64(chance.below(60_000))
    if isFirst {
      time = arrived(time)
      step(.signup, &time, source: person.source)
    }
    if person.writes, chance.happens(0.35) { step(.checkin, &time) }
    if chance.happens(0.07) { step(.search, &time) }
    let category = wantedCategory(day)
    let items = Catalogue.categories[category].items
    let item = chance.below(items.count)
    for _ in 0..<(chance.happens(0.15) ? 2 : 1) {
      step(.view, &time, category: category, item: item)
    }
    if chance.happens(boldness(day)) {
      buy(category, item, day, &time)
    } else if chance.happens(0.07) {
      step(.addToCart, &time, category: category, item: item)
    }
    talk(&time)
  }

  private mutating func buy(_ category: Int, _ item: Int, _ day: Int, _ time: inout Int64) {
    let price = Catalogue.categories[category].items[item].cents
    let quantity = price < 15_000 && chance.happens(0.3) ? 2 : 1
    let date = calendar.first.advanced(by: day).civil
    let discount = date.month == 11 && (9...11).contains(date.day) ? 80 : 100
    let cents = price * quantity * discount / 100
    step(.addToCart, &time, category: category, item: item)
    step(.purchase, &time, cents: cents, category: category, item: item)
    let arrives = time + Int64(chance.within(26...90)) * 3_600_000
    record(.parcelDelivered, at: arrives, category: category, item: item)
    let after = arrives + Int64(chance.within(60...3_000)) * 60_000
    if chance.happens(0.025) {
      record(.refund, at: after, cents: -cents, category: category, item: item)
    } else if chance.happens(person.writes ? 0.3 : 0.06) {
      record(.review, at: after, category: category, item: item)
    }
  }

  /// Reading, and the community.
  private mutating func talk(_ time: inout Int64) {
    if chance.happens(0.1) { step(.read, &time) }
    if chance.happens(0.02) { step(.share, &time) }
    guard person.writes else { return }
    if chance.happens(0.10) { step(.post, &time) }
    if chance.happens(0.14) { step(.comment, &time) }
    if chance.happens(0.25) { step(.like, &time) }
  }

  /// One more event of the visit, some moments after the last.
  private mutating func step(
    _ event: ShopEvent, _ time: inout Int64, cents: Int? = nil, source: Int = -1,
    category: Int = -1, item: Int = -1
  ) {
    record(event, at: time, cents: cents, source: source, category: category, item: item)
    time += Int64(chance.within(9_000...160_000))
  }

  /// The chance that a visit ends with a purchase.
  private func boldness(_ day: Int) -> Double {
    let usual =
      switch person.habit {
      case .taster: 0.10
      case .casual: 0.12
      case .festive: 0.42
      case .regular: 0.14
      case .devoted: 0.09
      }
    return usual * person.purse * (calendar.pulls[0][day] > 1.5 ? 1.5 : 1)
  }

  /// Mostly a favourite that suits the season; before festivals, a present.
  private mutating func wantedCategory(_ day: Int) -> Int {
    if person.habit == .festive, chance.happens(0.6) { return Catalogue.gift }
    if chance.happens(0.15) { return chance.below(Catalogue.categories.count) }
    let season = calendar.seasons[day].rawValue
    for _ in 0..<3 {
      let draw = chance.unit()
      let taste = person.tastes[draw < 0.5 ? 0 : draw < 0.8 ? 1 : 2]
      let pull = Catalogue.categories[taste].pull[season]
      if chance.happens(pull / Catalogue.highestPull) { return taste }
    }
    return person.tastes[0]
  }

  /// Before nine, around noon, or in the evening, as this person likes it.
  private mutating func minuteOfDay() -> Int {
    switch chance.index(person.hours) {
    case 0: 8 * 60 + Int(chance.bell() * 60)
    case 1: 12 * 60 + 40 + Int(chance.bell() * 80)
    default: 20 * 60 + 50 + Int(chance.bell() * 110)
    }
  }
}
