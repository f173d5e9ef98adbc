import KithSystem

/// What the shop knows of a person: one line of CSV.
struct Profile {
  private let cells: [String]

  init(_ person: Person, calendar: ShopCalendar, seed: UInt64) {
    var chance = Chance(seed: seed &+ 2, index: person.index)
    let joined = Instant(milliseconds: calendar.start(person.arrival)).rfc3339
    guard person.role != .bot else {
      cells = [person.id, "", "", "", "", "", "", "", "", "", joined]
      return
    }
    // Families share an address now and then; some people never gave one.
    let account =
      chance.happens(0.03) ? "home\(person.index / 100)" : "\(person.handle)\(person.index)"
    let domain = ["example.org", "example.com", "example.net"][person.index / 100 % 3]
    let email = chance.happens(0.88) ? "\(account)@\(domain)" : ""
    let birthday = Day(
      year: person.birthYear, month: 1 + chance.below(12), day: 1 + chance.below(28))
    let consent = chance.unit()
    cells = [
      person.id, person.name, email,
      chance.happens(0.6) ? Names.phone(person.index, person.place) : "",
      person.place.country, person.place.city, person.language, person.place.timeZone,
      chance.happens(0.55) ? birthday?.description ?? "" : "",
      consent < 0.8 ? "yes" : consent < 0.92 ? "" : "no", joined,
    ]
  }

  /// No cell holds a comma or a quote.
  var line: String {
    cells.joined(separator: ",") + "\n"
  }
}
