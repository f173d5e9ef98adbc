package import KithSystem

/// A tea shop that never was: people, their lives with it up to this moment, and what its keeper
/// decided about some of them. The same seed, moment and zone give the same bytes everywhere.
///
/// Each person is drawn from a stream of chance of their own: first who they are (``Person``), then
/// what they do (``Life``).
package enum DemoShop {
  package static let timeZone = "Asia/Shanghai"
  package static let userCount = 10_000

  /// The log of some two years as CSV, person by person, up to and with `now`.
  ///
  /// Cost: some 40 events and 2 kB a user.
  package static func events(
    seed: UInt64, now: Instant, zone: Zone, users: Int = userCount
  ) -> [UInt8] {
    let calendar = ShopCalendar(now: now, zone: zone)
    var lines = EventLines(capacity: users * 2_600)
    for index in 0..<users {
      let person = Person(index: index, of: users, seed: seed, calendar: calendar)
      let life = Life(person, calendar: calendar, seed: seed)
      lines.append(life.moments.filter { $0.time <= now.milliseconds }, of: person)
    }
    return lines.bytes
  }

  /// What the shop knows of each person, as CSV.
  static func users(seed: UInt64, now: Instant, zone: Zone, users: Int = userCount) -> [UInt8] {
    let calendar = ShopCalendar(now: now, zone: zone)
    var text =
      "user_id,name,email,phone,country,city,language,time_zone,birthday,consent_email,updated_at\n"
    for person in people(seed: seed, calendar: calendar, users) {
      text += Profile(person, calendar: calendar, seed: seed).line
    }
    return Array(text.utf8)
  }

  static func people(seed: UInt64, calendar: ShopCalendar, _ count: Int) -> [Person] {
    (0..<count).map { Person(index: $0, of: count, seed: seed, calendar: calendar) }
  }
}
