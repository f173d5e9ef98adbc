import KithStore
import KithSystem
import KithTestSupport
import Testing

@testable import KithSegments

/// The engine's answers that are not sets of users.
struct EmbeddedEngineTests {
  /// Four users around 2026-03-31 in Shanghai, eight hours ahead.
  private func log() -> TextLog {
    let log = TextLog()
    for line in [
      "zone Asia/Shanghai", "as-of 2026-03-31", "yaml events:", "yaml   push: { system: true }",
      "ann 2026-03-01T10:00:00Z buy value=10.5 source=ads plan=pro city=Bern",
      "ann 2026-03-31T10:00:00Z buy value=-0.5",
      "ann 2026-03-31T10:00:00Z view plan=free",
      "bob 2026-03-31T15:59:59.999Z view source=search",
      "cat 2026-03-31T16:00:00Z view",
      "dan 2026-03-01T10:00:00Z push value=10",
      "eve 2026-01-01T10:00:00Z view", "eve 2026-02-01T10:00:00Z view",
      "eve 2026-03-20T10:00:00Z view",
      "attribute ann 2026-03-01 city=Bern age=30",
      "attribute ann 2026-03-31T12:00:00 city=Basel",
      "tag core ann eve 2026-03-10", "owner lee ann",
    ] { log.add(line) }
    return log
  }

  @Test func `users are those with an event up to the moment`() throws {
    let engine = try log().engine()
    #expect(engine.totals == Totals(users: 4, events: 8))
    #expect(try engine.page(PagePlan()).rows.map(\.id) == ["ann", "bob", "dan", "eve"])
    #expect(engine.user("cat") == nil)
    #expect(engine.user("nobody") == nil)
    let later = engine.moved(to: engine.moment.instant.advanced(by: 1))
    #expect(later.totals == Totals(users: 5, events: 9))
  }

  @Test func `a row tells what the store derives`() throws {
    let engine = try log().engine()
    let ann = UserRow(
      id: "ann", stage: "core", band: "steady", first: InMemoryLog.instant("2026-03-01T10:00:00Z"),
      last: InMemoryLog.instant("2026-03-31T10:00:00Z"), days30d: 1, events: 3,
      value: Exact(10), source: "ads", tags: ["core"], owner: "lee", rhythmDays: nil)
    #expect(engine.user("ann") == ann)
    #expect(try engine.page(PagePlan(limit: 1)).rows == [ann])
    #expect(engine.user("eve")?.rhythmDays == 39)
    #expect(engine.user("dan")?.days30d == 0)
  }

  @Test(arguments: [
    ("user", "ann bob dan eve"), ("-user", "eve dan bob ann"), ("events", "bob dan ann eve"),
    ("-events", "ann eve bob dan"), ("value", "bob eve ann dan"), ("-value", "ann dan bob eve"),
    ("last", "dan eve ann bob"), ("-first", "bob ann dan eve"), ("days_30d", "dan ann bob eve"),
  ])
  func `pages are sorted, ties by id ascending`(sort: String, order: String) throws {
    let engine = try log().engine()
    let plan = PagePlan(sort: try #require(Sort(sort)))
    let ids = order.split(separator: " ").map(String.init)
    #expect(try engine.page(plan).rows.map(\.id) == ids)
    for offset in [-1, 0, 1, 3, 4, 9] {
      for limit in [-1, 0, 2, .max] {
        var part = plan
        (part.offset, part.limit) = (offset, limit)
        let page = try engine.page(part)
        #expect(page.total == 4)
        #expect(page.rows.map(\.id) == Array(ids.dropFirst(max(0, offset)).prefix(max(0, limit))))
      }
    }
  }

  @Test func `a page narrows to a segment and to a stage`() throws {
    let engine = try log().engine()
    let viewers = try engine.segment(SourceText("did(view)"))
    #expect(try engine.page(PagePlan(segment: viewers)).rows.map(\.id) == ["ann", "bob", "eve"])
    let core = PagePlan(segment: viewers, stage: "core", sort: Sort(.last, descending: true))
    #expect(try engine.page(core).rows.map(\.id) == ["ann", "eve"])
    #expect(try engine.count(viewers) == 3)
    #expect(try engine.page(PagePlan(stage: "no such")).total == 0)
  }

  @Test func `stages are counted with their bands, zeros included`() throws {
    let stages = try log().engine().stages()
    #expect(stages.map(\.stage) == ["junk", "core", "active", "effective"])
    #expect(stages.map(\.users) == [0, 2, 0, 2])
    #expect(stages[0].bands.isEmpty)
    #expect(stages[1].bands == [.init(name: "at-risk", users: 1), .init(name: "steady", users: 1)])
    for stage in stages where !stage.bands.isEmpty {
      #expect(stage.bands.reduce(0) { $0 + $1.users } == stage.users)
    }
  }

  @Test func `a decision moves stages and nothing else`() throws {
    let engine = try log().engine()
    let before = try engine.page(PagePlan()).rows
    let after = engine.replacing(decisions: Decisions())
    #expect(try after.stages().map(\.users) == [0, 0, 0, 4])
    for (old, new) in zip(before, try after.page(PagePlan()).rows) {
      #expect(old.id == new.id && old.value == new.value && old.last == new.last)
      #expect(new.tags.isEmpty && new.owner == nil)
      #expect(new == after.user(old.id))
    }
    #expect(try engine.stages().map(\.users) == [0, 2, 0, 2])
  }

  @Test(arguments: [UInt64(1), 2, 3, 4])
  func `first sources are those of the moment, in one run and in several`(seed: UInt64) throws {
    var chance = SeededGenerator(seed: seed)
    var log = InMemoryLog()
    var events: [(user: Int, hour: Int, source: String)] = []
    for _ in 0..<300 {
      let event = (
        user: Int.random(in: 0..<40, using: &chance), hour: Int.random(in: 0..<100, using: &chance),
        source: ["", "a", "b"].randomElement(using: &chance) ?? ""
      )
      events.append(event)
      log.add("u\(event.user)", Self.instant(event.hour), "view", source: event.source)
      if seed > 1, Int.random(in: 0..<60, using: &chance) == 0 { log.startRun() }
    }
    let snapshot = try log.snapshot()
    let engine = try EmbeddedEngine(
      snapshot: snapshot, decisions: Decisions(), settings: try Settings(yaml: "format: 1\n"),
      moment: Moment(
        instant: Self.instant(100), decisionsUntil: nil, zone: .utc, weekStart: .monday,
        horizon: snapshot.horizon))
    for hour in [0, 10, 50, 98, 200] {
      let codes = try engine.moved(to: Self.instant(hour)).firstSources()
      for user in Set(events.map(\.user)) {
        let first = events.enumerated().filter {
          $0.element.user == user && $0.element.hour <= hour && !$0.element.source.isEmpty
        }.min { ($0.element.hour, $0.offset) < ($1.element.hour, $1.offset) }
        let code = codes[try #require(snapshot.user("u\(user)"))]
        #expect((code == absentCode ? nil : snapshot.sources[code]) == first?.element.source)
      }
    }
  }

  private static func instant(_ hour: Int) -> Instant {
    InMemoryLog.instant("2026-03-01T00:00:00Z").advanced(by: Int64(hour) * 3_600_000)
  }

  @Test func `a segment of another snapshot is read again`() throws {
    let engine = try log().engine()
    let other = TextLog()
    other.add("as-of 2026-03-31")
    other.add("zoe 2026-03-01 aaa")
    other.add("zoe 2026-03-01 view")
    let segment = try other.engine().segment(SourceText("did(view) and city = Basel"))
    #expect(segment.warnings.count == 1)
    #expect(try engine.ids(segment) == ["ann"])
    let impossible = try other.engine().segment(SourceText("city > 30d"))
    #expect(try engine.ids(impossible).isEmpty)
  }

  @Test func `a timeline is read from its end`() throws {
    let engine = try log().engine()
    let all = engine.timeline(of: "ann", offset: 0, limit: 10)
    #expect(all.map(\.event) == ["view", "buy", "buy"])
    #expect(all[0].properties == [.init(name: "plan", value: "free")])
    #expect(all[1].value == -500_000)
    #expect(all[2].source == "ads")
    #expect(all[2].properties.map(\.name) == ["city", "plan"])
    #expect(engine.timeline(of: "ann", offset: 1, limit: 1) == [all[1]])
    #expect(engine.timeline(of: "ann", offset: 3, limit: 1).isEmpty)
    #expect(engine.timeline(of: "cat", offset: 0, limit: 9).isEmpty)
  }

  @Test func `a calendar counts the user's own doing`() throws {
    let engine = try log().engine()
    #expect(engine.calendar(of: "ann", days: 3) == [0, 0, 2])
    #expect(engine.calendar(of: "ann", days: 31)[0] == 1)
    #expect(engine.calendar(of: "dan", days: 31).allSatisfy { $0 == 0 })
    #expect(engine.calendar(of: "ann", days: 0).isEmpty)
  }

  @Test func `attributes are those of the moment`() throws {
    let engine = try log().engine()
    #expect(
      engine.attributes(of: "ann").map { "\($0.name)=\($0.value)" } == ["age=30", "city=Basel"])
    let earlier = engine.moved(to: InMemoryLog.instant("2026-03-20"))
    #expect(earlier.attributes(of: "ann").map(\.value) == ["30", "Bern"])
    #expect(engine.attributes(of: "bob").isEmpty)
  }

  @Test func `a cancelled question keeps nothing and can be asked again`() async throws {
    let engine = try log().engine()
    let cancelled = Task {
      while !Task.isCancelled { await Task.yield() }
      do throws(Cancelled) {
        _ = try engine.stages()
        return false
      } catch {
        return true
      }
    }
    cancelled.cancel()
    #expect(await cancelled.value)
    #expect(try engine.stages().map(\.users) == [0, 2, 0, 2])
  }

  @Test func `the rules that suggest are segments`() throws {
    let suggestions = try log().engine().suggestions
    #expect(suggestions.map(\.stage) == ["core", "junk"])
    let proposed = try suggestions.map { try log().engine().ids($0.segment) }
    #expect(proposed == [[], []])
  }
}
