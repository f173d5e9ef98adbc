import KithSegments
import KithStore
import KithSystem
import KithTestSupport
import Testing

@testable import KithCampaigns

struct PlanTests {
  @Test func `everyone who matched is accounted for`() throws {
    let scene = try Scene()
    try scene.prepare("holdout: 20%\nbudget: 20.00")
    var users = Scene.users(100)
    users[0].row.stage = "junk"
    users[1].attributes["email"] = "nobody"
    users[2].attributes["consent_email"] = "no"
    users[4].attributes["email"] = users[3].attributes["email"]
    users[5].attributes["name"] = nil
    try scene.store.decide(
      .suppressAdd(hashes: [try scene.store.addressHash(" U6@example.org")], reason: "bounced"))
    let report = try scene.campaigns.plan("mail", engine: scene.engine(users), stale: false)
    let excluded = Dictionary(
      report.excluded.map { ($0.reason, $0.users) }, uniquingKeysWith: { $0 + $1 })
    #expect(report.matched == 100)
    #expect(
      report.matched
        == report.treated + report.heldOut + report.waiting + excluded.values.reduce(0, +))
    for reason: ExclusionReason in [
      .junk, .suppressed, .noAddress, .noConsent, .sameAddress, .lacksVariable,
    ] {
      #expect(excluded[reason] == 1, "\(reason)")
    }
    #expect((10...30).contains(report.heldOut))
    #expect(report.treated == 40)
    #expect(report.cost == 20_000_000)
    #expect(report.budgetLeft == 0)
    #expect(report.preview?.subject == "Hi user 3")
    #expect(report.preview?.text == "Hello user 3!\n")
    let audience = try scene.campaigns.audience("mail", 1)
    #expect(audience.members.count == 100)
    #expect(audience.members.map(\.user) == users.map(\.row.id))
    #expect(audience.members.count { $0.arm == .treated && $0.reason == nil } == 40)
    #expect(audience.members.count { $0.arm == .heldOut } == report.heldOut)
    #expect(audience.members[4].reason == .sameAddress)
    #expect(audience.members[3].addressHash == (try scene.store.addressHash("u3@example.org")))
    #expect(try scene.campaigns.status("mail").state == .planned)
  }

  @Test func `what could not be planned is refused before anything is written`() throws {
    let scene = try Scene()
    try scene.prepare("")
    let engine = scene.engine(Scene.users(5))
    let before = scene.disk.changes
    for (name, channel) in [("mail", "email"), ("other", "inbox"), ("no/name", "email")] {
      let draft = CampaignDraft(
        name: name, audience: "true", template: "mail", channel: channel)
      #expect(throws: CampaignError.self) { try scene.campaigns.check(draft, engine: engine) }
    }
    try scene.campaigns.check(
      CampaignDraft(name: "other", audience: "true", template: "mail", channel: "email"),
      engine: engine)
    #expect(scene.disk.changes == before)
  }

  @Test func `a preview gives the same numbers and writes nothing`() throws {
    let scene = try Scene()
    try scene.prepare("holdout: 20%")
    let engine = scene.engine(Scene.users(50))
    let before = scene.disk.changes
    let preview = try scene.campaigns.preview("mail", engine: engine)
    let draft = CampaignDraft(
      name: "mail", audience: "true", template: "mail", channel: "email", holdout: 0.2)
    #expect(try scene.campaigns.preview(draft, engine: engine) == preview)
    #expect(scene.disk.changes == before)
    #expect(try scene.campaigns.plan("mail", engine: engine, stale: false) == preview)
  }

  @Test func `a plan file is read as it was written`() throws {
    let scene = try Scene()
    try scene.prepare("budget: 3.5")
    let report = try scene.campaigns.plan(
      "mail", engine: scene.engine(Scene.users(9)), stale: false)
    let plan = try #require(try scene.campaigns.plan("mail", 1))
    var expected = report
    expected.preview = nil
    #expect(plan.report == expected)
    #expect(plan.templates.map(\.name) == ["mail"])
    #expect(plan.definition.hasSuffix("budget: 3.5\n"))
    #expect(plan.plannedAt == scene.clock.now())
    #expect(try PlanFile(plan.bytes, file: "x").report == expected)
  }

  @Test func `planning again replaces a wave that was not sent`() throws {
    let scene = try Scene()
    try scene.prepare()
    try scene.campaigns.plan("mail", engine: scene.engine(Scene.users(9)), stale: false)
    try scene.campaigns.plan("mail", engine: scene.engine(Scene.users(4)), stale: false)
    #expect(try scene.campaigns.status("mail").treated == 4)
    let channel = TestChannel()
    try scene.send("mail", scene.engine(Scene.users(9)), over: channel)
    #expect(channel.messages.count == 4)
    #expect(throws: CampaignError.self) {
      try scene.campaigns.plan("mail", engine: scene.engine(Scene.users(4)), stale: false)
    }
  }

  @Test func `old data and names that were never seen are refused`() throws {
    let scene = try Scene()
    try scene.prepare()
    let engine = scene.engine(Scene.users(3))
    try scene.campaigns.create(
      CampaignDraft(name: "odd", audience: "did(unseen)", template: "mail", channel: "email"))
    #expect(
      problem { try scene.campaigns.plan("odd", engine: engine, stale: false) }
        == "unknown event `unseen`")
    scene.clock.advance(by: 36 * 3_600_000)
    try scene.campaigns.plan("mail", engine: engine, stale: false)
    scene.clock.advance(by: 1)
    #expect(
      problem { try scene.campaigns.plan("mail", engine: engine, stale: false) }
        .hasPrefix("the data ends 36 h ago"))
    try scene.campaigns.plan("mail", engine: engine, stale: true)
    #expect(
      problem { try scene.send("mail", engine, over: TestChannel()) }
        .hasPrefix("the data ends 36 h ago"))
  }

  @Test(arguments: SimulatedFileSystem.Fault.allCases, SimulatedFileSystem.Survival.allCases)
  func `a plan that was cut short is none, or the one before it`(
    fault: SimulatedFileSystem.Fault, survival: SimulatedFileSystem.Survival
  ) throws {
    for step in 1... {
      let scene = try Scene()
      try scene.prepare()
      try scene.campaigns.plan("mail", engine: scene.engine(Scene.users(9)), stale: false)
      scene.disk.arm(fault, at: step)
      let before = scene.disk.changes
      _ = try? scene.campaigns.plan("mail", engine: scene.engine(Scene.users(4)), stale: false)
      let struck = scene.disk.changes - before >= step
      let after = try Scene(scene, after: survival)
      let status = try after.campaigns.status("mail")
      #expect(status.state == .draft || [9, 4].contains(status.treated))
      if status.state == .planned {
        let channel = TestChannel()
        try after.send("mail", after.engine(Scene.users(9)), over: channel)
        #expect(channel.messages.count == status.treated)
      } else {
        try after.campaigns.plan("mail", engine: after.engine(Scene.users(2)), stale: false)
        #expect(try after.campaigns.status("mail").treated == 2)
      }
      if !struck { return }
    }
  }

  @Test func `a template of another channel, a missing one and a missing channel are refused`()
    throws
  {
    let scene = try Scene()
    try scene.prepare()
    let engine = scene.engine([])
    func create(_ template: String, _ channel: String) throws {
      try scene.campaigns.create(
        CampaignDraft(name: "new", audience: "true", template: template, channel: channel))
    }
    #expect(problem { try create("nothing", "email") } == "no such template")
    #expect(problem { try create("mail", "pigeon") } == "kith.yaml has no such channel")
    try create("mail", "inbox")
    #expect(
      problem { try scene.campaigns.plan("new", engine: engine, stale: false) }
        == "the template mail is for email, the step for inbox")
    #expect(problem { try create("mail", "email") } == "there is a campaign of this name already")
  }
}

/// What the error that a call throws says; empty where it throws none.
func problem(_ body: () throws -> some Any) -> String {
  do {
    _ = try body()
    return ""
  } catch let error as any Explained {
    return error.diagnostic.what
  } catch {
    return "\(error)"
  }
}
