import KithSystem

/// Events as lines of CSV. Every cell that recurs is encoded once, so that a line is a handful of
/// copies.
struct EventLines {
  private(set) var bytes: [UInt8]
  private let events: [[UInt8]]
  private let sources: [[UInt8]]
  private let categories: [[UInt8]]
  private let items: [[[UInt8]]]
  /// `2026-11-21T` of the day last written.
  private var day = Day(number: .min)
  private var dayText: [UInt8] = []

  init(capacity: Int) {
    bytes = Array("user_id,time,event,value,source,category,item\n".utf8)
    bytes.reserveCapacity(capacity)
    events = ShopEvent.allCases.map { Array(($0.name + ",").utf8) }
    sources = Source.all.map { Array($0.name.utf8) }
    categories = Catalogue.categories.map { Array($0.name.utf8) }
    items = Catalogue.categories.map { $0.items.map { Array($0.name.utf8) } }
  }

  /// One person's events, in the order of time.
  mutating func append(_ moments: [ShopMoment], of person: Person) {
    let id = Array((person.id + ",").utf8)
    // Time above, place below: whole numbers sort faster than pairs.
    let order = moments.enumerated().map { $1.time << 20 | Int64($0) }.sorted()
    for key in order { append(moments[Int(key & 0xF_FFFF)], id) }
  }

  private mutating func append(_ moment: ShopMoment, _ id: [UInt8]) {
    bytes += id
    appendTime(moment.time)
    bytes += events[moment.event.rawValue]
    if let cents = moment.cents {
      if cents < 0 { bytes.append(UInt8(ascii: "-")) }
      bytes += String(abs(cents) / 100).utf8
      bytes.append(UInt8(ascii: "."))
      appendTwo(Int64(abs(cents) % 100))
    }
    bytes.append(comma)
    if moment.source >= 0 { bytes += sources[moment.source] }
    bytes.append(comma)
    if moment.category >= 0 { bytes += categories[moment.category] }
    bytes.append(comma)
    if moment.item >= 0 { bytes += items[moment.category][moment.item] }
    bytes.append(UInt8(ascii: "\n"))
  }

  /// `2026-11-21T18:02:03Z,`
  private mutating func appendTime(_ time: Int64) {
    let (day, inDay) = Day.split(time)
    if day != self.day {
      self.day = day
      dayText = Array("\(day)T".utf8)
    }
    bytes += dayText
    let seconds = inDay / 1000
    appendTwo(seconds / 3600)
    bytes.append(UInt8(ascii: ":"))
    appendTwo(seconds / 60 % 60)
    bytes.append(UInt8(ascii: ":"))
    appendTwo(seconds % 60)
    bytes.append(UInt8(ascii: "Z"))
    bytes.append(comma)
  }

  private mutating func appendTwo(_ number: Int64) {
    bytes.append(UInt8(ascii: "0") + UInt8(number / 10))
    bytes.append(UInt8(ascii: "0") + UInt8(number % 10))
  }
}

private let comma = UInt8(ascii: ",")
