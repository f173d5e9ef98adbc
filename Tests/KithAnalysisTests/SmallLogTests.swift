import KithStore
import KithSystem
import KithTestSupport
import Testing

@testable import KithAnalysis
@testable import KithSegments

/// Analyses of a log so small that every number can be counted by hand.
struct SmallLogTests {
  /// Four users of two sources; ann invited bob and cem.
  private func engine(scored: Bool = false) throws -> EmbeddedEngine {
    var log = InMemoryLog()
    log.add("ann", "2026-03-01T10:00:00Z", "signup", source: "ads", ["arm": "new"])
    log.add("ann", "2026-03-02T10:00:00Z", "purchase", value: "10.50")
    log.add("ann", "2026-03-30T10:00:00Z", "purchase", value: "20")
    log.add("bob", "2026-03-01T10:00:00Z", "signup", source: "ads", ["arm": "old"])
    log.add("bob", "2026-03-08T10:00:00Z", "view")
    log.add("cem", "2026-03-29T10:00:00Z", "signup", source: "mail", ["arm": "new"])
    log.add("cem", "2026-03-29T10:00:00Z", "purchase", value: "5")
    log.add("cem", "2026-03-31T10:00:00Z", "view", ["arm": "old"])
    log.add("dan", "2026-02-01T10:00:00Z", "view")
    log.write("bob", "2026-03-01", ["invited_by": "ann"])
    log.write("cem", "2026-03-01", ["invited_by": "ann"])
    let settings = try Settings(yaml: "format: 1\n")
    let snapshot = try log.snapshot()
    return try EmbeddedEngine(
      snapshot: snapshot, decisions: Decisions(), settings: settings,
      moment: Moment(
        instant: InMemoryLog.instant("2026-03-31T23:59:59.999Z"), decisionsUntil: nil, zone: .utc,
        weekStart: .monday, horizon: snapshot.horizon),
      scores: scored ? .of(settings) : Scores())
  }

  @Test func `sources are counted, kept, worth something and invite`() throws {
    let quality = try SourceQuality.of(engine(), conversion: "purchase", days: [1, 7])[0]
    #expect(quality.rows.map(\.source) == ["ads", "(none)", "mail"])
    let ads = quality.rows[0]
    #expect(ads.registered == 2 && ads.activated == 2 && ads.converted == 1)
    #expect(ads.value == 30_500_000)
    #expect(ads.kept[0] == .init(eligible: 2, onDay: 1, within: 1))
    #expect(ads.kept[1] == .init(eligible: 2, onDay: 1, within: 2))
    #expect(ads.invited == 2 && ads.kFactor == 1)
    #expect(quality.rows[2].kept[1].eligible == 0)
  }

  @Test func `metrics count users, payers and orders of thirty days`() throws {
    let metrics = try Metrics.of(engine(), event: "purchase")[0]
    #expect(metrics.rows.first?.day.description == "2026-02-01")
    #expect(metrics.rows.count == 59)
    #expect(metrics.rows.last == Metrics.Row(day: metrics.day, active: 1))
    #expect(metrics.now.payers == 2 && metrics.now.orders == 3 && metrics.now.repeating == 1)
    #expect(metrics.now.active == 3 && metrics.now.value == 35_500_000)
    #expect(metrics.now.frequency == 1.5)
    #expect(metrics.before.active == 3 && metrics.before.payers == 0)
  }

  @Test func `users of two arms are left out of a lift`() throws {
    let question = LiftQuestion(property: "arm", control: "old", conversion: "purchase")
    let lift = try Lift.of(engine(), Scope(), question)[0]
    #expect(lift.inTwoArms == 1)
    #expect(lift.arms.map(\.name) == ["new", "old"])
    #expect(lift.arms.map(\.converted) == [1, 0])
    #expect(lift.arms[0].conversions == 2)
    let comparison = try #require(lift.comparison(of: lift.arms[0]))
    #expect(comparison.difference == 1 && comparison.relative == nil)
  }

  @Test func `churn ranks what tells the lost apart`() throws {
    let engine = try engine()
    var question = ChurnQuestion(
      traits: [("n:purchase", .count(event: "purchase")), ("source", .source)],
      numeric: ["n:purchase"])
    question.days = 7
    let churn = try Commonality.of(engine, Scope(), question)[0]
    // Dan and bob are away for seven days, ann is not, cem has not been here that long.
    #expect(churn.churned == 2 && churn.retained == 1)
    #expect(churn.attributes.map(\.name) == ["n:purchase", "source"])
    let levels = churn.attributes[0].levels
    #expect(levels.map(\.name) == ["q1", "q4"])
    #expect(levels.map(\.churned) == [2, 0])
    #expect(churn.attributes[0].isSmoothed)
    #expect(abs(churn.attributes[0].chiSquared - 3) < 1e-12)
    #expect(churn.lift(of: levels[0]) == 1.5)
  }

  @Test func `moves go from stage to stage, and from nowhere`() throws {
    let engine = try engine()
    let moves = try Moves.of(
      engine, since: InMemoryLog.instant("2026-03-08T23:59:59.999Z"), model: .duolingo)[0]
    #expect(moves.states.last == "none")
    // Ann: at risk of the week, then too; bob: current, then dormant no yet: 23 days; cem is new here.
    #expect(moves.users[7][1] == 1)
    #expect(moves.users.joined().reduce(0, +) == 4)
  }

  @Test func `a split counts every user in one group`() throws {
    let engine = try engine()
    let groups = try Groups.of(engine, nil, by: .source)
    #expect(groups.names == ["ads", "mail", "(none)"])
    let states = try LifecycleStates.of(engine, Scope(groups: groups))
    #expect(states.map(\.total) == [2, 1, 1])
    let ads = try Groups.of(engine.segment(SourceText("source = ads")), engine)
    #expect(try LifecycleStates.of(engine, Scope(groups: ads))[0].total == 2)
  }

  @Test func `scores are words of the language`() throws {
    let engine = try engine(scored: true)
    func ids(_ text: String) throws -> [String] {
      try engine.ids(try engine.segment(SourceText(text)))
    }
    #expect(try ids("rfm_f >= 3") == ["ann"])
    #expect(try ids("has rfm_r") == ["ann", "cem"])
    #expect(try ids("has p_alive and p_alive <= 1") == ["ann", "cem"])
    #expect(try ids("expected_purchases(39w) >= 0") == ["ann", "cem"])
    #expect(try ids("top(1, rfm_m)") == ["ann"])
    #expect(try ids("was(has rfm_r, 7d)") == ["ann"])
    #expect(try self.engine().count(try self.engine().segment(SourceText("has rfm_r"))) == 0)
  }
}
