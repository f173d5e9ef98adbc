// Several ids that are one person, in runs that were folded: what came first is first, as it was before.

import KithSystem
import KithTestSupport
import Testing

@testable import KithSegments
@testable import KithStore

struct PersonTests {
  private static let persons = [["ann", "bob", "cy"]]
  private static let start = Int64(1_767_139_200_000)

  private struct Row {
    let user: String
    let second: Int
    let event: String
    let source: String
    let size: Int
    var time: Instant { Instant(milliseconds: start + Int64(second) * 1000) }
    var line: String { "\(user),\(time.milliseconds),\(event),\(source),\(size)\n" }
  }

  /// Twelve imports, so that their entries are in another order by bytes than by arrival.
  private static func files(_ seed: UInt64) -> [[Row]] {
    var chance = SeededGenerator(seed: seed)
    return (0..<12).map { file in
      // Within one import the order of ids decides, which is that of the rows here.
      ["ann", "bob", "cy", "dee"].flatMap { user in
        (0..<Int.random(in: 1...3, using: &chance)).map { number in
          Row(
            user: user, second: Int.random(in: 0...2, using: &chance),
            event: ["view", "buy", "refund"].randomElement(using: &chance) ?? "",
            source: ["", "", "ads", "search"].randomElement(using: &chance) ?? "",
            size: file * 10 + number)
        }
      }
    }
  }

  private static func answers(_ snapshot: RunSnapshot, _ store: Store) throws -> [String] {
    let engine = try EmbeddedEngine(
      snapshot: snapshot.joining(persons), decisions: Decisions(), settings: store.settings,
      moment: try store.moment(horizon: snapshot.horizon))
    var found = ["ann", "dee"].flatMap { user in
      engine.timeline(of: user, offset: 0, limit: .max).map { "\($0)" }
    }
    for expression in [
      "source = ads", "source = search", "sequence(refund, buy, within 0m)",
      "sequence(refund, view, buy, within 1m)", "sequence(buy, refund, buy, refund, within 1m)",
      "city = Bern", "city = Oslo",
    ] {
      let ids = try engine.ids(engine.segment(SourceText(expression)))
      found.append("\(expression): \(ids)")
    }
    return found
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `of equal times the earlier import's row comes first, folded or not`(seed: UInt64) throws {
    let disk = SimulatedFileSystem()
    let store = try Store.create(in: disk, timeZone: "UTC", name: "tea", outside: .test())
    var (apart, attributes): ([EventColumns], [UserColumns]) = ([], [])
    for (number, file) in Self.files(seed).enumerated() {
      let text = "user_id,time,event,source,size\n" + file.map(\.line).joined()
      _ = try store.importEvents([.bytes(name: "\(number).csv", Array(text.utf8))])
      var columns = EventColumns(seed: 1)
      for row in file {
        columns.append(
          user: row.user, time: row.time, event: row.event, value: nil, source: row.source,
          properties: [("size", "\(row.size)")])
      }
      apart.append(columns)
      let city = number % 3 == 0 ? "Bern" : "Oslo"
      let user = ["ann", "bob", "cy"][number * 2 % 3]
      let users = "user_id,updated_at,city,n\n\(user),\(Self.start),\(city),\(number)\n"
      _ = try store.importUsers([.bytes(name: "\(number)-users.csv", Array(users.utf8))])
      var writes = UserColumns(seed: 1)
      writes.append(
        user: user, time: Instant(milliseconds: Self.start),
        attributes: [("city", city), ("n", "\(number)")])
      attributes.append(writes)
    }
    #expect(try store.manifest().eventRuns.contains { $0.imports.count > 6 })
    #expect(try store.manifest().userRuns.contains { $0.imports.count > 6 })
    let found = try Self.answers(store.snapshot(), store)
    let want = try Self.answers(
      memorySnapshot(eventRuns: apart, userRuns: attributes), store)
    for (found, want) in zip(found, want) { #expect(found == want) }
  }

  @Test func `whoever is joined to another is ranked once`() throws {
    let disk = SimulatedFileSystem()
    let store = try Store.create(in: disk, timeZone: "UTC", name: "tea", outside: .test())
    let rows = [("ann", "5"), ("bob", "9"), ("dee", "1"), ("eve", "7")]
    let lines = rows.map { "\($0),\(Self.start),buy,\($1)\n" }
    let text = "user_id,time,event,value\n" + lines.joined()
    _ = try store.importEvents([.bytes(name: "log.csv", Array(text.utf8))])
    let engine = try EmbeddedEngine(
      snapshot: store.snapshot().joining(Self.persons), decisions: Decisions(),
      settings: store.settings, moment: try store.moment(horizon: nil))
    for (share, users) in [("1", 1), ("2", 2), ("3", 3), ("4", 3), ("34%", 2)] {
      let ids = try engine.ids(engine.segment(SourceText("top(\(share), value)")))
      #expect(ids == Array(["ann", "eve", "dee"].prefix(users)).sorted(), "\(share)")
    }
  }
}
