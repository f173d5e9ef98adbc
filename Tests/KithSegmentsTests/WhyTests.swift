import KithStore
import KithSystem
import Testing

@testable import KithSegments

/// Each clause of an explanation is what the engine answers for it.
struct WhyTests {
  private func log() -> TextLog {
    let log = TextLog()
    for line in [
      "as-of 2026-03-31", "ann 2026-03-01T10:00:00Z signup source=ads",
      "ann 2026-03-02T10:00:00Z buy value=5 plan=pro", "ann 2026-03-30T10:00:00Z buy value=7",
      "ann 2026-04-02T10:00:00Z buy value=9", "bob 2026-03-31T10:00:00Z view",
      "tag core ann 2026-03-20", "segment buyers count(buy) >= 2",
      "received winback ann 2026-03-25T10:00:00Z",
    ] { log.add(line) }
    return log
  }

  private func why(_ user: String, _ text: String) throws -> Explanation {
    let engine = try log().engine()
    return try #require(try engine.why(user, try engine.segment(SourceText(text))))
  }

  static let expressions = [
    "count(buy) >= 2", "not did(view) and (did(buy, 3d) or source = ads)", "in(\"buyers\")",
    "was(tag(core), 10d) or was(not tag(core), 12d)", "top(1, sum(buy.value))", "stage = core",
    "days(any, 7d) < 0.5 * days(any, 31d..7d)", "sequence(signup, buy, buy, within 30d)",
    "since(buy) < 40h", "age > 30d", "first(buy) < 2026-03-05", "resurrected(20d, 7d)",
    "received(\"winback\", 7d)", "returned(\"winback\")", "has band", "average(buy.value) = 6",
    "true and not false", "did(nothing) or has nothing",
  ]

  @Test(arguments: expressions)
  func `an explanation holds where the engine finds the user`(text: String) throws {
    let engine = try log().engine()
    let ids = try engine.ids(try engine.segment(SourceText(text)))
    for user in ["ann", "bob"] {
      let why = try why(user, text)
      #expect(why.holds == ids.contains(user), "\(user): \(text)")
      for clause in why.clauses where clause.asOf == nil {
        let part = try engine.ids(try engine.segment(SourceText(clause.text)))
        #expect(clause.holds == part.contains(user), "\(user): \(clause.text)")
      }
    }
  }

  @Test func `the events that decided it stand with it`() throws {
    func days(_ text: String) throws -> [String] {
      try why("ann", text).clauses.flatMap(\.events).map { String($0.time.rfc3339.prefix(10)) }
    }
    #expect(try days("count(buy) = 2") == ["2026-03-02", "2026-03-30"])
    #expect(try days("did(buy, 7d)") == ["2026-03-30"])
    #expect(try days("since(buy) < 3d") == ["2026-03-30"])
    #expect(try days("age > 1d") == ["2026-03-01"])
    #expect(try days("sequence(signup, buy, within 2d)") == ["2026-03-01", "2026-03-02"])
    #expect(try days("resurrected(20d, 7d)") == ["2026-03-02", "2026-03-30"])
    #expect(try days("received(any)") == ["2026-03-25"])
    #expect(try days("did(buy where plan = pro)") == ["2026-03-02"])
  }

  @Test func `values are those of the moment looked at`() throws {
    let then = try #require(try why("ann", "was(count(any) = 2, 7d)").clauses.first)
    #expect(then.kind == .was && then.holds)
    #expect(then.asOf?.rfc3339 == "2026-03-24T23:59:59.999Z")
    #expect(then.clauses.first?.value == "2")
    #expect(try why("ann", "since(buy) < 40h").clauses.first?.value == "37h 59m")
    #expect(try why("ann", "since(buy) < 40d").clauses.first?.value == "1d")
    #expect(try why("ann", "average(any.value) > 1").clauses.first?.value == "6")
    let top = try #require(try why("bob", "top(1, count(any))").clauses.first)
    #expect(top.value == "1" && top.against == "3" && !top.holds)
  }

  @Test func `without an expression the rules are told up to the one that holds`() throws {
    let engine = try log().engine()
    let ann = try #require(try engine.why("ann", nil))
    #expect(ann.question == "stage = core and band = steady")
    #expect(ann.clauses.map(\.text) == ["junk", "core", "at-risk", "steady"])
    #expect(ann.clauses.map(\.holds) == [false, true, false, true])
    #expect(try engine.why("nobody", nil) == nil)
    #expect(try #require(try engine.why("bob", nil)).question == "stage = effective and band = new")
  }
}
