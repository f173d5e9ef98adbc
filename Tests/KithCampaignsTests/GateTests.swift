import KithSegments
import KithSystem
import KithTestSupport
import Testing

@testable import KithCampaigns
@testable import KithStore

struct GateTests {
  private static let now = Instant(milliseconds: 1_792_000_000_000)

  private static func template(_ text: String) throws -> Template {
    try Template("---\nchannel: email\nsubject: Hi\n---\n" + text, name: "x")
  }

  private static func rules(_ change: (inout Gate.Rules) -> Void = { _ in }) throws -> Gate.Rules {
    var rules = Gate.Rules(
      campaign: "autumn", storeID: "00ff", isMarketing: true, holdout: 0, globalHoldout: 0,
      caps: [], quiet: nil, zone: .utc, requireConsent: false, timeZoneAttribute: "time_zone",
      budget: nil, nextTurn: nil,
      steps: [
        .init(
          channel: "email", address: .attribute("email", isMail: true),
          template: try template("Hello {{name}}"), cost: 500_000)
      ])
    change(&rules)
    return rules
  }

  private static func candidate(
    _ attributes: [String: String], _ id: String = "ann", stage: String = "effective"
  ) -> Gate.Candidate {
    let user = FakeEngine.User(id, stage: stage, attributes)
    return Gate.Candidate(row: user.row, attributes: attributes, values: attributes)
  }

  private static func gate(_ rules: Gate.Rules, _ received: Received = Received()) -> Gate {
    Gate(
      rules: rules, received: received, suppression: { $0 == "#gone@example.org" },
      hash: { "#" + $0 })
  }

  /// Everything that can be said against a user at once; taking away the first reason shows the next.
  @Test func `the first reason of the list counts`() throws {
    var rules = try Self.rules {
      $0.requireConsent = true
      $0.holdout = 1
      $0.caps = [Cap(channel: nil, messages: 1, windowMs: Instant.dayMs)]
      $0.budget = 100
    }
    var received = Received()
    received.add(
      user: "ann", addressHash: nil, channel: "email", at: Self.now.advanced(by: -1000),
      campaign: "other", isMarketing: true, cost: 0, zone: .utc)
    func first(
      _ stage: String, _ attributes: [String: String], taken: Bool = false
    ) -> ExclusionReason? {
      var gate = Self.gate(rules, received)
      if taken {
        gate.remember(Self.candidate(["email": "a@example.org", "consent_email": "yes"], "abe"))
      }
      let verdict = gate.verdict(Self.candidate(attributes, stage: stage), at: Self.now)
      guard case .leftOut(let reason, let isTreated) = verdict else { return nil }
      #expect(isTreated == (reason == .overCap || reason == .overBudget))
      return reason
    }
    #expect(first("junk", ["email": "gone@example.org"]) == .junk)
    #expect(first("core", ["email": "gone@example.org"]) == .suppressed)
    #expect(first("core", ["email": "nobody"]) == .noAddress)
    #expect(first("core", [:]) == .noAddress)
    #expect(first("core", ["email": "a@example.org"], taken: true) == .noConsent)
    let agreed = ["email": "A@example.org ", "consent_email": " Yes "]
    #expect(first("core", agreed, taken: true) == .sameAddress)
    #expect(first("core", agreed) == .lacksVariable)
    let named = agreed.merging(["name": "Ann"]) { $1 }
    #expect(first("core", named) == .heldOut)
    rules.holdout = 0
    #expect(first("core", named) == .overCap)
    received = Received()
    #expect(first("core", named) == .overBudget)
    rules.budget = 500_000
    #expect(first("core", named) == nil)
  }

  @Test(arguments: [
    (nil, false, true), ("true", false, true), ("false", false, false), ("No", false, false),
    ("maybe", false, true), (nil, true, false), ("yes", true, true), ("TRUE ", true, true),
    ("1", true, false), ("false", true, false),
  ])
  func `consent is asked of marketing as kith.yaml says`(
    consent: String?, isRequired: Bool, passes: Bool
  ) throws {
    var attributes = ["email": "a@example.org", "name": "Ann"]
    attributes["consent_email"] = consent
    for isMarketing in [true, false] {
      var gate = Self.gate(
        try Self.rules {
          $0.requireConsent = isRequired
          $0.isMarketing = isMarketing
        })
      let verdict = gate.verdict(Self.candidate(attributes), at: Self.now)
      if case .send = verdict {
        #expect(passes || !isMarketing)
      } else {
        #expect(verdict == .leftOut(.noConsent, isTreated: false))
        #expect(!passes && isMarketing)
      }
    }
  }

  @Test func `of equal addresses the smallest user stays, whatever the arm`() throws {
    var gate = Self.gate(try Self.rules { $0.holdout = 1 })
    let attributes = ["email": "a@example.org", "name": "Ann"]
    let verdicts = ["a", "b"].map { gate.verdict(Self.candidate(attributes, $0), at: Self.now) }
    #expect(
      verdicts == [
        .leftOut(.heldOut, isTreated: false), .leftOut(.sameAddress, isTreated: false),
      ])
  }

  @Test(arguments: [
    // messages, window in hours, hours since each message, then whether it is full
    (1, 24, [25], false), (1, 24, [23], true), (1, 24, [24], false), (2, 168, [1], false),
    (2, 168, [1, 167], true), (2, 168, [1, 169], false), (0, 24, [], true), (1, 24, [], false),
  ])
  func `a cap counts a rolling window, by user and by address`(
    messages: Int, hours: Int64, since: [Int64], isFull: Bool
  ) throws {
    let hour: Int64 = 3_600_000
    let cap = Cap(channel: nil, messages: messages, windowMs: hours * hour)
    for (user, hash) in [("ann", nil), ("somebody", "#a@example.org")] as [(String, String?)] {
      var received = Received()
      for age in since {
        received.add(
          user: user, addressHash: hash, channel: "inbox", at: Self.now.advanced(by: -age * hour),
          campaign: "other", isMarketing: true, cost: 0, zone: .utc)
      }
      var gate = Self.gate(try Self.rules { $0.caps = [cap] }, received)
      let attributes = ["email": "a@example.org", "name": "Ann"]
      let verdict = gate.verdict(Self.candidate(attributes), at: Self.now)
      #expect((verdict == .leftOut(.overCap, isTreated: true)) == isFull)
    }
  }

  @Test func `a cap of another channel, notices and other users' messages do not count`() throws {
    var received = Received()
    for (user, channel, isMarketing) in [
      ("ann", "sms", true), ("ann", "email", false), ("bob", "email", true),
    ] {
      received.add(
        user: user, addressHash: nil, channel: channel, at: Self.now, campaign: "other",
        isMarketing: isMarketing, cost: 0, zone: .utc)
    }
    let caps = [Cap(channel: "email", messages: 1, windowMs: Instant.dayMs)]
    var gate = Self.gate(try Self.rules { $0.caps = caps }, received)
    let attributes = ["email": "a@example.org", "name": "Ann"]
    guard case .send = gate.verdict(Self.candidate(attributes), at: Self.now) else {
      Issue.record("held back")
      return
    }
  }

  @Test func `caps tell users apart byte for byte`() {
    var received = Received()
    received.add(
      user: "e\u{301}va", addressHash: nil, channel: "inbox", at: Self.now, campaign: "other",
      isMarketing: true, cost: 0, zone: .utc)
    let caps = [Cap(channel: nil, messages: 1, windowMs: Instant.dayMs)]
    func isBlocked(_ user: String) -> Bool {
      received.blocked(user: user, addressHash: "", channel: "inbox", caps: caps, at: Self.now)
        != nil
    }
    #expect(isBlocked("e\u{301}va") && !isBlocked("\u{E9}va"))
    received.join([["ann", "e\u{301}va"]])
    #expect(isBlocked("ann") && !isBlocked("\u{E9}va"))
  }

  @Test func `a cap that frees up before the next turn makes a user wait`() throws {
    var received = Received()
    received.add(
      user: "ann", addressHash: nil, channel: "email", at: Self.now.advanced(by: -1000),
      campaign: "other", isMarketing: true, cost: 0, zone: .utc)
    for (turn, waits) in [(2 * Instant.dayMs, true), (Instant.dayMs / 2, false)] {
      var gate = Self.gate(
        try Self.rules {
          $0.caps = [Cap(channel: nil, messages: 1, windowMs: Instant.dayMs)]
          $0.nextTurn = Self.now.advanced(by: turn)
        }, received)
      let attributes = ["email": "a@example.org", "name": "Ann"]
      let verdict = gate.verdict(Self.candidate(attributes), at: Self.now)
      let until = Self.now.advanced(by: Instant.dayMs - 1000)
      #expect(
        verdict
          == (waits
            ? .wait(addressHash: "#a@example.org", until: until)
            : .leftOut(.overCap, isTreated: true)))
    }
  }

  @Test(arguments: [
    // the clock in UTC, the user's zone, and when quiet hours (21:00 to 09:00) end there
    ("2026-11-21T12:00:00.000Z", "UTC", nil), ("2026-11-21T20:59:59.000Z", "UTC", nil),
    ("2026-11-21T21:00:00.000Z", "UTC", "2026-11-22T09:00:00.000Z"),
    ("2026-11-22T08:59:59.000Z", "UTC", "2026-11-22T09:00:00.000Z"),
    ("2026-11-22T09:00:00.000Z", "UTC", nil),
    ("2026-11-21T13:00:00.000Z", "Asia/Shanghai", "2026-11-22T01:00:00.000Z"),
    ("2026-11-21T12:59:00.000Z", "Asia/Shanghai", nil),
    ("2026-11-21T03:00:00.000Z", "America/New_York", "2026-11-21T14:00:00.000Z"),
    ("2026-11-21T22:00:00.000Z", "No/Such_Zone", "2026-11-22T09:00:00.000Z"),
  ])
  func `quiet hours are those of the user's zone`(now: String, zone: String, end: String?) throws {
    let now = try #require(Instant(rfc3339: now))
    var gate = Self.gate(
      try Self.rules { $0.quiet = QuietHours(fromMinute: 21 * 60, toMinute: 9 * 60) })
    let attributes = ["email": "a@example.org", "name": "Ann", "time_zone": zone]
    let verdict = gate.verdict(Self.candidate(attributes), at: now)
    guard let end else {
      #expect(verdict == .send(address: "a@example.org", addressHash: "#a@example.org"))
      return
    }
    let until = try #require(Instant(rfc3339: end))
    #expect(verdict == .wait(addressHash: "#a@example.org", until: until))
  }

  @Test func `quiet hours within a day`() {
    let quiet = QuietHours(fromMinute: 12 * 60, toMinute: 14 * 60)
    let noon = Instant(milliseconds: 20_000 * Instant.dayMs + 12 * 3_600_000)
    #expect(quiet.end(at: noon.advanced(by: -1), in: .utc) == nil)
    #expect(quiet.end(at: noon, in: .utc) == noon.advanced(by: 7_200_000))
    #expect(quiet.end(at: noon.advanced(by: 7_200_000), in: .utc) == nil)
  }

  @Test func `the budget goes to the first users in order`() throws {
    var gate = Self.gate(try Self.rules { $0.budget = 1_200_000 })
    let verdicts = (0..<4).map { number in
      gate.verdict(
        Self.candidate(["email": "u\(number)@example.org", "name": "x"], "u\(number)"),
        at: Self.now)
    }
    #expect(
      verdicts.map { $0 == .leftOut(.overBudget, isTreated: true) } == [false, false, true, true])
    #expect(gate.spent == 1_000_000)
  }

  @Test func `who can be reached by a later step is not excluded for the first one's address`()
    throws
  {
    var gate = Self.gate(
      try Self.rules { rules in
        rules.steps.append(
          .init(channel: "inbox", address: .userID, template: rules.steps[0].template, cost: 0))
      })
    let verdict = gate.verdict(Self.candidate(["name": "Ann"]), at: Self.now)
    #expect(verdict == .send(address: "ann", addressHash: "#ann"))
  }
}
