import Testing

@testable import kith_fuzz

/// The engine against its twin, and the fuzzer against itself.
struct FuzzTests {
  /// Together some thousands of comparisons; `make fuzz` does a hundred thousand.
  @Test(arguments: [UInt64(1), 101, 201])
  func `the engine answers as its twin does`(seed: UInt64) throws {
    var tally = Tally()
    for seed in seed..<(seed + 8) {
      do {
        try Round(seed: seed).run(&tally)
      } catch let finding as Finding {
        Issue.record("\(finding.shrunk().text(seed: seed))")
        return
      }
    }
    #expect(tally.comparisons > 800)
    #expect(tally.parting * 4 > tally.comparisons, "most answers are to tell users apart")
    #expect(tally.refused * 20 < tally.comparisons, "expressions are to be understood")
  }

  @Test(arguments: Fault.allCases)
  func `a planted fault is found, and shown small`(fault: Fault) throws {
    let options = try #require(Options(["--rounds", "60"]))
    let (_, finding) = try #require(try Fuzz.found(fault, options))
    let smallest = finding.shrunk(tries: 400)
    #expect(smallest.sample.events.count <= finding.sample.events.count)
    #expect(smallest.draft?.text.utf8.count ?? 0 <= finding.draft?.text.utf8.count ?? 0)
    #expect(!smallest.difference.isEmpty)
  }

  @Test func `the same seed makes the same store and the same expressions`() throws {
    func made() throws -> String {
      var chance = Chance(seed: 7)
      let sample = try Sample(&chance, users: 20, eventsEach: 8)
      let expressions = RandomExpression(PlainSnapshot(sample), day: sample.middle, stages: nil)
      return "\(sample)" + expressions.condition(&chance, depth: 4).text
    }
    #expect(try made() == made())
  }

  @Test func `a draft is made smaller by one piece at a time`() {
    let draft = Draft.all([
      .not("a"), .leaf(["was(", .draft("b"), ", 1d)"]), .leaf(["did(c", .optional([", 2d"]), ")"]),
    ])
    #expect(draft.text == "not a and was(b, 1d) and did(c, 2d)")
    let smaller = draft.smaller.map(\.text)
    for text in [
      "not a", "not a and was(b, 1d)", "a and was(b, 1d) and did(c, 2d)",
      "not a and b and did(c, 2d)", "not a and was(b, 1d) and did(c)",
      "not a and was(true, 1d) and did(c, 2d)",
    ] {
      #expect(smaller.contains(text), "\(text)")
    }
  }

  @Test func `options are read, others refused`() {
    #expect(Options(["smoke", "--seed", "3"])?.seed == 3)
    #expect(Options(["canary"])?.isCanary == true)
    for words: [String] in [["--rounds", "0"], ["--seed", "x"], ["--rounds"], ["smok"]] {
      #expect(Options(words[...]) == nil)
    }
  }
}
