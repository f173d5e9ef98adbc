import KithSystem
import KithTestSupport

@testable import KithAnalysis
@testable import KithSegments
@testable import KithStore

/// The scope of an analysis, not the engine's own.
typealias Scope = KithAnalysis.Scope

/// A log of seeded chance, as rows for the slow twins and as an engine for what is tested. Many events
/// share an instant or lie at a midnight, in a zone with summer time.
struct RandomLog {
  struct Event {
    var user: String
    var time: Int64
    var name: String
    var value: Int64?
  }
  /// In order of arrival, up to the moment and beyond.
  var events: [Event] = []
  let moment: Moment
  let engine: EmbeddedEngine

  static let zone = (try? Zone.named("America/New_York")) ?? .utc

  /// - Parameters:
  ///   - atDayEnd: whether T is the last millisecond of D; else it lies within D.
  ///   - rare: whether `a` and `c` are so rare that the largest run has postings of them.
  init(
    seed: UInt64, users: Int = 25, days: Int = 130, atDayEnd: Bool, rare: Bool = false
  ) throws {
    var chance = SeededGenerator(seed: seed)
    var log = InMemoryLog()
    let zone = RandomLog.zone
    let start = Int64(Day(year: 2024, month: 1, day: 20)?.number ?? 0)
    for user in 0..<users {
      let first = Int.random(in: 0..<days, using: &chance)
      for _ in 0..<Int.random(in: 1...14, using: &chance) {
        let day = min(
          days, first + Int.random(in: 0...(Bool.random(using: &chance) ? 3 : 60), using: &chance))
        let hours: [Int64] = [0, 0, 1, 2, 12, 23]
        let local =
          (start + Int64(day)) * Instant.dayMs
          + (hours.randomElement(using: &chance) ?? 0) * 3_600_000
          - Int64.random(in: 0...1, using: &chance)
        let event = Event(
          user: "u\(user)", time: zone.instant(ofLocal: local).milliseconds,
          name: rare && Int.random(in: 0..<16, using: &chance) > 0
            ? "b" : ["a", "b", "c", "ping"].randomElement(using: &chance) ?? "a",
          value: Bool.random(using: &chance)
            ? Int64.random(in: -5...40, using: &chance) * 250_000 : nil)
        events.append(event)
        log.add(event.user, Instant(milliseconds: event.time), event.name, value: event.value)
        if Int.random(in: 0..<(rare ? 150 : 9), using: &chance) == 0 { log.startRun() }
      }
    }
    let day = Day(number: Int32(start) + Int32(days) - 10)
    moment = Moment(
      instant: atDayEnd ? zone.end(of: day) : zone.start(of: day).advanced(by: 43_200_000),
      decisionsUntil: nil, zone: zone, weekStart: seed % 2 == 0 ? .monday : .sunday, horizon: nil)
    engine = try EmbeddedEngine(
      snapshot: try log.snapshot(), decisions: Decisions(),
      settings: try Settings(yaml: "format: 1\nevents: {ping: system}\n"), moment: moment)
  }

  /// A user's visible events in order: by time, then arrival.
  func events(of user: String) -> [Event] {
    let mine = events.filter { $0.user == user && $0.time <= moment.instant.milliseconds }
    return mine.enumerated().sorted {
      ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
    }.map(\.element)
  }

  var users: [String] {
    Set(events.map(\.user)).filter { !events(of: $0).isEmpty }.sorted()
  }

  func day(_ event: Event) -> Day { moment.zone.day(of: Instant(milliseconds: event.time)) }

  /// The days on which a user did one of some events; nil: any but ping.
  func days(of user: String, _ names: Set<String>? = nil) -> Set<Day> {
    Set(events(of: user).filter { names?.contains($0.name) ?? ($0.name != "ping") }.map(day))
  }

  func codes(_ names: [String]) -> Set<UInt32> {
    Set(names.compactMap { engine.snapshot.eventNames.code($0) })
  }

  func start(_ day: Day, _ period: Period) -> Day {
    switch period {
    case .day: day
    case .week: day.startOfWeek(moment.weekStart)
    case .month: Day(year: day.civil.year, month: day.civil.month, day: 1) ?? day
    }
  }

  /// The first days of all periods from a day's to D's, one day after another.
  func periods(_ period: Period, from first: Day) -> [Day] {
    var starts: [Day] = []
    var day = start(first, period)
    while day <= moment.day {
      if start(day, period) == day { starts.append(day) }
      day = day.advanced(by: 1)
    }
    return starts
  }
}
