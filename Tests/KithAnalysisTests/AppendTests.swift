// Small runs beside a large one answer as if all had come at once; and so they do whatever is left of what
// the cache keeps of where their users stand in the large one.

import KithSystem
import KithTestSupport
import Testing

@testable import KithAnalysis
@testable import KithSegments
@testable import KithStore

struct AppendTests {
  private static let outside = Outside.test()

  /// A large part, and two small ones: their rows are of users old and new, of days old and new.
  private static func parts(_ seed: UInt64) -> [String] {
    var chance = SeededGenerator(seed: seed)
    return [(9000, 300, 1...20), (600, 340, 15...24), (40, 350, 10...28)].map { rows, users, days in
      (0..<rows).map { _ in
        let event = ["view", "view", "view", "buy", "refund"].randomElement(using: &chance) ?? ""
        let user = Int.random(in: 0..<users, using: &chance)
        let (day, hour) = (
          Int.random(in: days, using: &chance), Int.random(in: 10...23, using: &chance)
        )
        let source = ["ads", "", "search"].randomElement(using: &chance) ?? ""
        let value = event == "buy" ? "\(user).25" : ""
        return "u\(user),2026-05-\(day)T\(hour):00:0\(user % 10)Z,\(event),\(value),\(source)\n"
      }.joined()
    }
  }

  private static func store(_ parts: [String], _ disk: SimulatedFileSystem) throws -> Store {
    let store = try Store.create(in: disk, timeZone: "Europe/Berlin", name: "tea", outside: outside)
    for (number, part) in parts.enumerated() {
      let text = "user_id,time,event,value,source\n" + part
      _ = try store.importEvents([.bytes(name: "\(number).csv", Array(text.utf8))])
    }
    return store
  }

  /// What a store says, at the end of a day; of persons too.
  private static func answers(
    _ store: Store, day: Int, joining groups: [[String]] = []
  ) throws -> [String] {
    let rows = try store.snapshot()
    var moment = try store.moment(horizon: rows.horizon)
    moment.instant = moment.zone.end(of: Day(year: 2026, month: 5, day: day) ?? moment.day)
    let engine = try EmbeddedEngine(
      snapshot: rows.joining(groups), decisions: Decisions(), settings: store.settings,
      moment: moment)
    let scope = Scope()
    var found = ["\(engine.totals)"]
    for period in Period.allCases {
      for newness in [Newness.active, .seen] {
        found.append("\(try Growth.of(engine, scope, period: period, new: newness))")
      }
    }
    let question = RetentionQuestion(period: .week, mode: .exact)
    found.append("\(try Retention.of(engine, scope, question))")
    for steps in [["buy", "refund"], ["view", "buy", "refund"]] {
      found.append("\(try Funnel.of(engine, steps: steps, window: 2 * Instant.dayMs))")
    }
    for expression in [
      "count(buy, 7d) >= 1", "source = ads", "not did(refund, 9d) and days(any) > 4",
      "sequence(refund, buy, within 3d)", "sum(any.value) > 900", "since(any) < 3d", "age < 9d",
      "events > 12", "value > 40", "days_30d > 3", "days(buy, 14d) >= 2", "since(refund) > 5d",
      "distinct(any.source) > 1",
    ] {
      let ids = try engine.ids(engine.segment(SourceText(expression)))
      found.append(expression + ": " + ids.joined(separator: ","))
    }
    return found
  }

  private static let persons = [["u1", "u2", "u345"], ["u3", "u349"], ["u301", "u7"].sorted()]

  @Test(arguments: 0..<6 as Range<UInt64>)
  func `what is added in small runs answers as if all had come at once`(seed: UInt64) throws {
    let parts = Self.parts(seed)
    let whole = try Self.store([parts.joined()], SimulatedFileSystem())
    let appended = try Self.store(parts, SimulatedFileSystem())
    #expect(try appended.manifest().eventRuns.count == 3)
    for day in [14, 22, 28] {
      for groups in [[], Self.persons] {
        let found = try Self.answers(appended, day: day, joining: groups)
        for (found, want) in zip(found, try Self.answers(whole, day: day, joining: groups)) {
          #expect(found == want, "on day \(day)")
        }
      }
    }
  }

  @Test func `where users stand in the base is kept, and found again where it is not sound`() throws
  {
    let disk = SimulatedFileSystem()
    let want = try Self.answers(Self.store(Self.parts(9), disk), day: 28)
    func kept() throws -> [String] {
      try disk.list("cache").filter { $0.hasSuffix(".places") }.sorted().map { "cache/" + $0 }
    }
    let names = try kept()
    #expect(names.count == 2)
    let sound = try names.map { try disk.read($0) }
    func answer() throws -> [String] {
      try Self.answers(Store.open(files: disk, outside: Self.outside), day: 28)
    }
    for damage in [
      { _ in }, { $0.removeLast() }, { $0[$0.count - 70] ^= 1 }, { $0[9] ^= 1 },
    ]
      as [(inout [UInt8]) -> Void]
    {
      for (name, bytes) in zip(names, sound) {
        var damaged = bytes
        damage(&damaged)
        try disk.writeAtomically(name, damaged)
      }
      #expect(try answer() == want)
    }
    for name in names { try disk.remove(name) }
    #expect(try answer() == want)
    #expect(try names.map { try disk.read($0) } == sound)
  }
}
