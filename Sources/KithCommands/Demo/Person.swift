import KithSystem

/// Someone who came to the shop: all that is drawn of them before their life is.
struct Person {
  let index: Int
  /// Readable ids of several makes: `u-20931`, `mei.chen7`, a phone number.
  let id: String
  let name: String
  /// `mei.chen`: what their address begins with.
  let handle: String
  let place: Place
  let source: Int
  let habit: Habit
  let role: Role
  /// Days since the shop's first.
  let arrival: Int
  /// How full the purse is; 1 is usual.
  let purse: Double
  /// The categories they like best; the first most.
  let tastes: [Int]
  /// How much they like to come before nine, around noon, and in the evening.
  let hours: [Double]
  let writes: Bool
  let birthYear: Int

  enum Role {
    case customer
    /// A program: hundreds of events in one day, nothing before or after.
    case bot
    /// Works at the shop.
    case staff
  }

  init(index: Int, of count: Int, seed: UInt64, calendar: ShopCalendar) {
    var chance = Chance(seed: seed, index: index)
    self.index = index
    // Arrivals are drawn in order, one in each slice of the whole, so that numbers grow with time.
    arrival = calendar.arrivalDay((Double(index) + chance.unit()) / Double(count))
    let day = calendar.first.advanced(by: arrival)
    let sale = day.civil.month == 11 && day.civil.day <= 12
    source = Source.drawn(
      Double(arrival) / Double(ShopCalendar.dayCount), weekend: day.weekday >= 5, sale: sale,
      &chance)
    let abroad = chance.happens(Source.all[source].abroad)
    place =
      Place.all[chance.index(Place.all.map { ($0.country == "CN") == abroad ? 0 : $0.weight })]
    role = Person.role(index)
    habit =
      role == .staff
      ? .devoted : Habit(rawValue: chance.index(Source.all[source].habits)) ?? .taster
    let speaksChinese = place.isChinese ? chance.happens(0.93) : chance.happens(0.3)
    let named = Names.drawn(chinese: speaksChinese, &chance)
    name = role == .bot ? "" : named.name
    handle = named.handle
    id = role == .bot ? "scan-\(pad4(index))" : Names.id(index, named.handle, place, &chance)
    purse = 0.75 + 0.5 * chance.unit() + (chance.happens(0.06) ? 1.4 : 0)
    let likings = Catalogue.categories.map { _ in chance.unit() }
    tastes = likings.indices.sorted { (likings[$0], $0) > (likings[$1], $1) }.prefix(3).map { $0 }
    hours = [0.2 + chance.unit() * chance.unit(), 0.3 + chance.unit(), 0.5 + chance.unit()]
    writes = chance.happens(habit == .devoted ? 0.65 : habit == .regular ? 0.2 : 0.04)
    birthYear = 2004 - chance.below(18) - chance.below(30)
  }

  /// One in 280 is a bot; five of the first sixty work here.
  private static func role(_ index: Int) -> Role {
    if index % 280 == 140 { return .bot }
    return index < 60 && index % 12 == 3 ? .staff : .customer
  }

  /// `zh-Hans` or `en`.
  var language: String {
    name.utf8.contains { $0 >= 0x80 } ? "zh-Hans" : "en"
  }
}

private func pad4(_ number: Int) -> String {
  String(String(10_000 + number % 10_000).dropFirst())
}
