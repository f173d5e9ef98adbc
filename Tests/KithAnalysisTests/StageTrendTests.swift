import KithAnalysis
import KithSystem
import KithTestSupport
import Testing

@testable import KithSegments
@testable import KithStore

/// How the stages grew.
struct StageTrendTests {
  /// One user who came every day from 2026-02-01 on, and one who came once, a week ago.
  private func engine() throws -> EmbeddedEngine {
    var log = InMemoryLog()
    let start = try #require(Day(year: 2026, month: 2, day: 1))
    for day in 0..<59 { log.add("ann", "\(start.advanced(by: day))T10:00:00Z", "view") }
    log.add("bob", "2026-03-24T10:00:00Z", "view")
    let snapshot = try log.snapshot()
    return try EmbeddedEngine(
      snapshot: snapshot, decisions: Decisions(), settings: try Settings(yaml: "format: 1\n"),
      moment: Moment(
        instant: InMemoryLog.instant("2026-03-31T12:00:00Z"), decisionsUntil: nil, zone: .utc,
        weekStart: .monday, horizon: snapshot.horizon))
  }

  @Test func `the last eight weeks end on the same day of the week as now`() throws {
    let instants = StageTrend.instants(before: try engine().moment)
    #expect(instants.count == 7)
    #expect(instants.first?.rfc3339 == "2026-02-10T23:59:59.999Z")
    #expect(instants.last?.rfc3339 == "2026-03-24T23:59:59.999Z")
  }

  @Test func `each stage has its users of every week and its change`() throws {
    let engine = try engine()
    let instants = [InMemoryLog.instant("2026-01-31")] + StageTrend.instants(before: engine.moment)
    let trends = try StageTrend.of(instants.map { engine.moved(to: $0) } + [engine])
    #expect(trends.map(\.stage) == ["junk", "core", "active", "effective"])
    #expect(trends[2].weeks == [0, 1, 1, 1, 1, 1, 1, 1, 1])
    #expect(trends[3].weeks == [0, 0, 0, 0, 0, 0, 0, 1, 1])
    #expect(trends.map(\.change) == [0, 0, 0, 0])
    #expect(try StageTrend.of([engine]).map(\.change) == [0, 0, 0, 0])
    #expect(try StageTrend.of(engine).map(\.weeks) == trends.map { Array($0.weeks.dropFirst()) })
    let week = try StageTrend.of([engine.moved(to: instants[6]), engine])
    #expect(week[3].change == 1)
  }

  @Test func `stages are told as JSON with every stage and band`() throws {
    let json = try stagesJSON(of: try engine())
    #expect(json["as_of"]?.string == "2026-03-31T12:00:00.000Z")
    #expect(json["users"]?.int == 2)
    let stages = json["stages"]?.array ?? []
    #expect(stages.compactMap { $0["stage"]?.string } == ["junk", "core", "active", "effective"])
    #expect(stages.compactMap { $0["users"]?.int } == [0, 0, 1, 1])
    #expect(stages[2]["bands"]?.array?.compactMap { $0["band"]?.string }.first == "resurrected")
    #expect(stages[2]["bands"]?.array?.compactMap { $0["users"]?.int } == [0, 1, 0])
  }
}
