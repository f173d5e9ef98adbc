import KithStore
import KithSystem
import KithTestSupport
import Testing

@testable import KithCampaigns

struct DefinitionTests {
  private static let whole = """
    format: 1
    title: 秋茶上市
    kind: reminder              # a comment
    class: marketing
    audience: stage = effective and since(activity) > 14d
    reason: season
    promise: { text: "free sample with the first order", did: claim_sample, within: 3d }
    steps:
      - { channel: inbox, template: autumn-inbox }
      - { after: 3d, channel: email, template: autumn-mail }
      - { after: 7d, channel: sms, template: autumn-sms, only: "sum(purchase.value) >= 500" }
      - { after: 14d, channel: call, template: autumn-call, only: "count(purchase) >= 5" }
    goal: { did: activity, within: 7d }
    holdout: 10%
    budget: 500.00
    stop_if: { unsubscribed: 1%, refused: 5% }
    repeat: { every: 30d }
    on: enter stage = effective
    expect: { goal: 6% }
    """

  @Test func `every key is read`() throws {
    let read = try Definition(Self.whole, name: "autumn")
    #expect(read.title == "秋茶上市")
    #expect(read.kind == .reminder)
    #expect(read.isMarketing)
    #expect(
      read.audience
        == SourceText(
          "stage = effective and since(activity) > 14d", file: "campaigns/autumn/campaign.yaml",
          line: 5, column: 11))
    #expect(read.steps.map(\.channel) == ["inbox", "email", "sms", "call"])
    #expect(read.steps.map(\.afterMs) == [0, 3, 7, 14].map { $0 * Instant.dayMs })
    #expect(read.steps[2].only?.text == "sum(purchase.value) >= 500")
    #expect(read.steps[2].only?.column == 61)
    #expect(read.promise?.withinMs == 3 * Instant.dayMs)
    #expect(read.goal.did == "activity")
    #expect(read.holdout == 0.1)
    #expect(read.budget == 500_000_000)
    #expect(read.stopIf.map(\.outcome) == ["unsubscribed", "refused"])
    #expect(read.repeatEveryMs == 30 * Instant.dayMs)
    #expect(read.trigger?.text == "enter stage = effective")
    #expect(read.expect.map(\.share) == [0.06])
  }

  @Test func `what is not said has its default`() throws {
    let read = try Definition(
      "audience: true\nsteps:\n  - { channel: inbox, template: x }\n", name: "small")
    #expect(read.title == "small")
    #expect(read.audience.text == "true")
    #expect(read.isMarketing)
    #expect(read.holdout == 0)
    #expect(read.goal.withinMs == 7 * Instant.dayMs)
    #expect(read.budget == nil)
  }

  @Test(arguments: [
    "true", "stage = effective", "tag(\"core\") or has email", "a: b", "x # y", "- 1", "'quoted'",
    "\"first word\" = 1", "line one\nline two", "tab\there", "back\\slash \"q\"", "*star", "&and",
    "country in [\"CN\", \"HK\"]", "source ~ \"@\"", "姓名 = \"小茶\"", "100%", "null", "~",
    "trailing ",
    "\u{7F}", "\u{2028}", "\u{85}", "{ a }", "x: y: z", "? what", "%TAG", "`x`", "2026-11-21",
  ])
  func `a draft's audience is read as it was given`(audience: String) throws {
    let draft = CampaignDraft(
      name: "n", audience: audience, template: "t", channel: "inbox", holdout: 0.125,
      goal: (did: "purchase where city = \"x\"", withinDays: 3))
    let read = try Definition(draft.yaml, name: "n")
    #expect(read.audience.text == audience)
    #expect(read.holdout == 0.125)
    #expect(read.goal.did == "purchase where city = \"x\"")
    #expect(read.goal.withinMs == 3 * Instant.dayMs)
  }

  @Test(arguments: [
    ("unknown-key", "holdout: 10%", "holdut: 10%"),
    ("twice", "budget: 500.00", "holdout: 20%"),
    ("share", "holdout: 10%", "holdout: 0.1"),
    ("too-much", "holdout: 10%", "holdout: 110%"),
    ("kind", "kind: reminder ", "kind: reminders "),
    ("duration", "goal: { did: activity, within: 7d }", "goal: { did: activity, within: week }"),
    ("money", "budget: 500.00", "budget: much"),
    ("order", "after: 7d,", "after: 2d,"),
    ("template-name", "template: autumn-mail", "template: ../autumn"),
    ("step-key", "only: \"count", "olny: \"count"),
    ("yaml", "steps:", "steps: ["),
    ("format", "format: 1", "format: 2"),
    ("no-audience", "audience: stage = effective and since(activity) > 14d", "# none"),
  ])
  func `a mistake is shown at its place`(name: String, before: String, after: String) throws {
    let place = try #require(Self.whole.firstRange(of: before))
    let text = Self.whole.replacingCharacters(in: place, with: after)
    do {
      _ = try Definition(text, name: "autumn")
      Issue.record("\(name) was taken")
    } catch {
      expectSnapshot(error.diagnostic.text(), "campaign-\(name)")
    }
  }

  @Test(arguments: [
    "", "a/b", "..", "a b", String(repeating: "x", count: 65), "a\u{0}", "é\u{202E}",
  ])
  func `a name that could leave its folder is refused`(name: String) {
    #expect(throws: CampaignError.self) { try checkName(name, kind: "campaign") }
  }

  @Test(arguments: ["a", "Autumn_2026-x", "秋茶上市", String(repeating: "x", count: 64)])
  func `letters of any script, digits, underscores and dashes make a name`(name: String) throws {
    try checkName(name, kind: "campaign")
  }
}

extension String {
  /// The standard library's ranges, without Foundation.
  fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}
