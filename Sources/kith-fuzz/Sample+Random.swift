import KithSegments
import KithStore
import KithSystem

extension Sample {
  /// Zones with a day around which their offset changes: by an hour, by half of one, at midnight, by
  /// a whole day.
  private static let borders: [(zone: String, day: String)] = [
    ("UTC", "2026-03-01"), ("Asia/Shanghai", "2026-03-08"), ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"), ("Europe/Berlin", "2026-10-25"),
    ("America/Sao_Paulo", "2018-11-04"), ("America/Sao_Paulo", "2018-02-18"),
    ("Australia/Lord_Howe", "2026-04-05"), ("Pacific/Apia", "2011-12-30"),
    ("Asia/Kathmandu", "2026-01-01"),
  ]

  /// A store with this many users at most, and the instants that something stands at.
  init(_ chance: inout Chance, users: Int, eventsEach: Int) throws {
    let border = chance.pick(Sample.borders)
    zone = try Zone.named(border.zone)
    weekStart = chance.pick(WeekStart.allCases)
    let vocabulary = Vocabulary(&chance, users: users)
    var clock = SampleClock(zone: zone, middle: Day(border.day) ?? Day(number: 20_000))
    addEvents(&chance, vocabulary, &clock, eventsEach)
    addWrites(&chance, vocabulary, &clock)
    addEntries(&chance, vocabulary, &clock)
    for user in vocabulary.users where chance.isOne(in: 3) {
      let fact = Deliveries.Fact(
        campaign: chance.pick(Vocabulary.campaigns), at: clock.instant(&chance))
      deliveries.received[ByteText(user), default: []].append(fact)
      if chance.isOne(in: 2) { deliveries.returned[ByteText(user)] = [fact] }
    }
    addRules(&chance, clock)
  }

  /// Most users come again, some are there once, some come with a later import alone.
  private mutating func addEvents(
    _ chance: inout Chance, _ vocabulary: Vocabulary, _ clock: inout SampleClock, _ each: Int
  ) {
    let runs = chance.within(1...4)
    for user in vocabulary.users {
      let first = chance.isOne(in: 5) ? chance.within(0...runs - 1) : 0
      for _ in 0..<(chance.isOne(in: 5) ? 1 : chance.within(1...each)) {
        let properties = vocabulary.properties.compactMap { name, kind in
          chance.isOne(in: 2) ? Cell(name: name, value: Vocabulary.cell(kind, &chance)) : nil
        }
        events.append(
          Event(
            run: chance.isOne(in: 3) ? chance.within(first...runs - 1) : first, user: user,
            time: clock.instant(&chance), name: chance.pick(vocabulary.events),
            value: chance.isOne(in: 2) ? Sample.value(&chance) : nil,
            source: chance.isOne(in: 2) ? chance.pick(vocabulary.sources) : "",
            properties: properties))
      }
    }
    events.shuffle(using: &chance)
  }

  private static func value(_ chance: inout Chance) -> Micros {
    chance.pick([0, 1, 5_000_000, -5_000_000, 19_990_000, 500_000, 999_999_999_999_000_000])
  }

  private mutating func addWrites(
    _ chance: inout Chance, _ vocabulary: Vocabulary, _ clock: inout SampleClock
  ) {
    guard !vocabulary.attributes.isEmpty else { return }
    for user in vocabulary.users + ["nobody"] {
      var time = clock.instant(&chance)
      for run in 0..<chance.within(0...3) {
        if chance.isOne(in: 2) { time = clock.instant(&chance) }
        let attributes = vocabulary.attributes.compactMap { name, kind in
          chance.isOne(in: 3) ? nil : Cell(name: name, value: Vocabulary.cell(kind, &chance))
        }
        writes.append(
          Write(run: run / 2, user: user, time: time, attributes: attributes))
      }
    }
  }

  /// Tags and owners come and go; some of that is undone, and some of the undoing taken back. The
  /// clock's order is not always that of the times.
  private mutating func addEntries(
    _ chance: inout Chance, _ vocabulary: Vocabulary, _ clock: inout SampleClock
  ) {
    for number in 1...chance.within(1...12) {
      let users = UserList.named((0..<3).map { _ in chance.pick(vocabulary.users) })
      let target = "memory-\(chance.within(1...number))"
      let decision: Decision =
        switch chance.within(0...9) {
        case 0...4: .tagAdd(tag: chance.pick(Vocabulary.tags), users: users)
        case 5: .tagRemove(tag: chance.pick(Vocabulary.tags), users: users)
        case 6, 7: .owner(chance.pick(Vocabulary.owners + [""]), users: users)
        case 8 where chance.isOne(in: 3):
          .alias(users: (0..<2).map { _ in chance.pick(vocabulary.users) })
        case 8: .undo(entry: target)
        default: .redo(entry: target)
        }
      let at = clock.instant(&chance)
      let skew = chance.isOne(in: 4) ? Int64(chance.within(-3...3)) * Instant.dayMs : 0
      entries.append(
        JournalEntry(
          id: "memory-\(number)",
          clock: HybridTime(
            milliseconds: max(0, at.milliseconds + skew), counter: UInt16(number)),
          at: at, by: "me", decision: decision))
    }
  }

  /// Rules of the store's own for stages and bands, half of the time; and a few saved segments.
  private mutating func addRules(_ chance: inout Chance, _ clock: SampleClock) {
    let names = Set(events.map(\.name)).sorted(by: precedes)
    let system = names.filter { _ in chance.isOne(in: 4) }
    if !system.isEmpty {
      yaml += "events:\n"
      for name in system { yaml += "  \(JSON.string(name).compact): { system: true }\n" }
    }
    var expressions = RandomExpression(PlainSnapshot(self), day: clock.middle, stages: nil)
    if chance.isOne(in: 2) {
      yaml += "stages:\n"
      for name in ["junk", "core", "effective", "老"] where chance.isOne(in: 2) || name == "core" {
        yaml += "  \(name): \(Sample.yaml(expressions.condition(&chance, depth: 1).text))\n"
      }
      yaml += "bands:\n  core:\n"
      for name in ["near", "far", "新"] {
        yaml += "    \(name): \(Sample.yaml(expressions.condition(&chance, depth: 1).text))\n"
      }
    }
    for name in ["s1", "s2", "分群"] {
      segments[name] = expressions.condition(&chance, depth: 2).text
      expressions.segments.append(name)
    }
  }

  private static func yaml(_ text: String) -> String {
    JSON.string(text).compact
  }
}

/// Times around the border of a sample, many of them at places where one is easily off by one.
struct SampleClock {
  let zone: Zone
  let middle: Day
  private var used: [Instant] = []

  init(zone: Zone, middle: Day) {
    self.zone = zone
    self.middle = middle
  }

  mutating func instant(_ chance: inout Chance) -> Instant {
    let day = middle.advanced(by: chance.within(-45...5))
    let instant: Instant =
      switch chance.within(0...9) {
      case 0 where !used.isEmpty, 1 where !used.isEmpty: chance.pick(used)
      case 2 where !used.isEmpty:
        chance.pick(used).advanced(by: Int64(chance.pick([-1, 1, 43_200_000, 86_400_000])))
      case 3: zone.start(of: day)
      case 4: zone.end(of: day)
      case 5: zone.start(of: middle).advanced(by: Int64(chance.within(-4...4)) * 1_800_000)
      default: zone.start(of: day).advanced(by: Int64(chance.within(0...86_399_999)))
      }
    used.append(instant)
    return instant
  }

  /// An instant to ask as of.
  mutating func moment(_ chance: inout Chance, horizon: Instant) -> Instant {
    switch chance.within(0...7) {
    case 0, 1: horizon
    case 2: horizon.advanced(by: Int64(chance.pick([-1, 1, 3_600_000, 40 * 86_400_000])))
    case 3, 4: zone.end(of: middle.advanced(by: chance.within(-20...6)))
    case 5: zone.start(of: middle.advanced(by: -60))
    default: instant(&chance)
    }
  }
}
