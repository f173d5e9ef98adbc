import KithStore
import KithSystem
import KithTestSupport
import Testing

@testable import KithSegments

/// What holds for every expression and every log.
struct PropertyTests {
  @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6, 7, 8])
  func `a tree written out is read as the same tree`(seed: UInt64) throws {
    var random = RandomSyntax(chance: SeededGenerator(seed: seed))
    for _ in 0..<200 {
      let tree = random.tree()
      let text = Formatter.text(tree)
      let read = try Parser.parse(text)
      #expect(read == tree, "\(text)")
      #expect(Formatter.text(read) == text)
    }
  }

  @Test(arguments: [UInt64(11), 12, 13])
  func `any text is read or refused, never worse`(seed: UInt64) {
    var chance = SeededGenerator(seed: seed)
    let parts = [
      "did(", "(", ")", "[", "]", "30d", "..", ",", " and ", " not ", "any", ".", "“", "\"", "\\",
      "=", "2026-01-01", "-5", "%", "*", "was(", "top(", "in", "１", "\u{301}", "\n", "--", "0.5",
      " where ", "within ", "\u{200D}", "🙂", "has ", "x",
    ]
    for _ in 0..<2000 {
      let text = (0..<Int.random(in: 0...12, using: &chance))
        .map { _ in parts.randomElement(using: &chance) ?? "" }.joined()
      do throws(Mistake) {
        _ = try Parser.parse(text)
      } catch {
        #expect(!error.diagnostic(in: SourceText(text)).text().isEmpty)
      }
      _ = Cursor(text, at: text.count / 2)
    }
  }

  @Test func `64 levels are read and 65 refused`() throws {
    func nested(_ count: Int) -> String {
      String(repeating: "(", count: count) + "a" + String(repeating: ")", count: count)
    }
    #expect(try Parser.parse(nested(64)) == Parser.parse("a"))
    for text in [
      nested(65), String(repeating: "not ", count: 65) + "a",
      String(repeating: "was(", count: 65) + "a" + String(repeating: ", 1d)", count: 65),
      String(repeating: "(", count: 30_000),
    ] {
      #expect(throws: Mistake.self) { try Parser.parse(text) }
    }
    _ = try Parser.parse(String(repeating: "not ", count: 64) + "a")
  }

  @Test func `64 KiB are read and no byte more`() throws {
    let longest = "a" + String(repeating: " ", count: 65_535)
    _ = try Parser.parse(longest)
    #expect(throws: Mistake.self) { try Parser.parse(longest + " ") }
  }

  /// A log of users who do a few things at odd times, some of them the system's doing.
  private func engine(seed: UInt64) throws -> EmbeddedEngine {
    var chance = SeededGenerator(seed: seed)
    var log = InMemoryLog()
    for user in 0..<60 {
      for _ in 0..<Int.random(in: 1...25, using: &chance) {
        let hours = Int64.random(in: 0..<2_400, using: &chance)
        let time = Instant(milliseconds: 1_790_000_000_000 - hours * 1_800_000)
        log.add(
          "u\(user)", time, ["buy", "view", "push"].randomElement(using: &chance) ?? "buy",
          value: Int.random(in: 0..<3, using: &chance) == 0
            ? Micros.random(in: -5_000_000...9_000_000, using: &chance) : nil,
          source: ["", "ads", "search"].randomElement(using: &chance) ?? "",
          ["n": String(Int.random(in: 0..<5, using: &chance))])
      }
    }
    let snapshot = try log.snapshot()
    let zone = try Zone.named("America/New_York")
    return try EmbeddedEngine(
      snapshot: snapshot, decisions: Decisions(),
      settings: try Settings(yaml: "format: 1\nevents:\n  push: { system: true }\n"),
      moment: Moment(
        instant: Instant(milliseconds: 1_789_900_000_000), decisionsUntil: nil, zone: zone,
        weekStart: .monday, horizon: snapshot.horizon))
  }

  private static let samples = [
    "did(buy, 7d)", "count(any, 48h) >= 2", "sum(any.value) > 3", "average(buy.value, 20d) != 2",
    "source = ads", "not has source", "stage = active", "since(activity) > 2 * rhythm",
    "top(10%, count(any))", "sequence(view, buy, within 3d)", "distinct(any.n) in [2, 3]",
    "was(did(buy, 7d), 7d)", "resurrected(5d, 20d)", "age > 30d", "days(any where n > 2) >= 3",
  ]

  @Test(arguments: [UInt64(21), 22])
  func `negation, conjunction and disjunction keep their laws`(seed: UInt64) throws {
    let engine = try engine(seed: seed)
    func ids(_ text: String) throws -> Set<String> {
      Set(try engine.ids(try engine.segment(SourceText(text))))
    }
    let everyone = try ids("true")
    for first in Self.samples {
      let users = try ids(first)
      #expect(try ids("not (\(first))") == everyone.subtracting(users), "\(first)")
      #expect(try ids("not not (\(first))") == users, "\(first)")
      #expect(try ids("\(first) and not (\(first))").isEmpty, "\(first)")
      for second in Self.samples.reversed() {
        let others = try ids(second)
        #expect(try ids("(\(first)) and (\(second))") == users.intersection(others))
        #expect(try ids("(\(first)) or (\(second))") == users.union(others))
        #expect(
          try ids("not ((\(first)) or (\(second)))")
            == ids("not (\(first)) and not (\(second))"))
      }
    }
  }

  @Test(arguments: [UInt64(31), 32, 33])
  func `windows that share an end share no event`(seed: UInt64) throws {
    let engine = try engine(seed: seed)
    func ids(_ text: String) throws -> [String] {
      try engine.ids(try engine.segment(SourceText(text)))
    }
    for (whole, near, far) in [
      ("60d", "30d", "60d..30d"), ("8w", "1w", "8w..1w"), ("48h", "24h", "48h..24h"),
      ("600m", "90m", "600m..90m"),
    ] {
      for count in 0...6 {
        let parts = try (0...count).map { recent in
          try Set(ids("count(any, \(near)) = \(recent) and count(any, \(far)) = \(count - recent)"))
        }.reduce(Set(), { $0.union($1) })
        #expect(Set(try ids("count(any, \(whole)) = \(count)")) == parts, "\(whole) \(count)")
      }
    }
  }

  @Test(arguments: [UInt64(41), 42])
  func `was at the end of a day is the answer of that day`(seed: UInt64) throws {
    let engine = try engine(seed: seed)
    for days in [0, 1, 7, 30] {
      let then = min(
        engine.moment.zone.end(of: engine.moment.day.advanced(by: -days)), engine.moment.instant)
      let earlier = engine.moved(to: then)
      for text in Self.samples {
        let was = try engine.ids(try engine.segment(SourceText("was(\(text), \(days)d)")))
        let held = try earlier.ids(try earlier.segment(SourceText(text)))
        #expect(was == held, "\(text) \(days)d ago")
      }
    }
  }
}
