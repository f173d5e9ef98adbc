import KithSegments
import KithStore
import KithSystem
import KithTestSupport
import Synchronization
import Testing

@testable import KithCampaigns

struct SendTests {
  private func planned(
    _ count: Int = 10, _ lines: String = "", settings: String = Scene.settings
  ) throws -> (Scene, FakeEngine) {
    let scene = try Scene(settings)
    try scene.prepare(lines)
    let engine = scene.engine(Scene.users(count))
    try scene.campaigns.plan("mail", engine: engine, stale: false)
    try scene.campaigns.plan("box", engine: engine, stale: false)
    return (scene, engine)
  }

  @Test func `each treated user gets one message, those held out none`() throws {
    let (scene, engine) = try planned(60, "holdout: 30%")
    let channel = TestChannel()
    let status = try scene.send("mail", engine, over: channel)
    let audience = try scene.campaigns.audience("mail", 1)
    let treated = audience.members.filter { $0.arm == .treated }.map(\.user)
    #expect(treated.count < 55)
    #expect(channel.receivers.sorted() == treated)
    #expect(Set(channel.messages.map(\.id)).count == treated.count)
    #expect(status.state == .sent)
    #expect(status.accepted == treated.count)
    #expect(status.intents == treated.count)
    #expect(status.waiting == 0)
    #expect(try scene.send("mail", engine, over: channel).state == .sent)
    #expect(channel.messages.count == treated.count)
  }

  @Test func `outcomes are counted as the channel gives them`() throws {
    let (scene, engine) = try planned(8)
    let status = try scene.send(
      "mail", engine,
      over: TestChannel { message, _ in
        switch message.user {
        case "u001": .refused(reason: "550 5.1.1")
        case "u002": .unknown(reason: "gone")
        case "u003": .failed(reason: "451")
        default: .accepted
        }
      })
    #expect(status.accepted == 5)
    #expect(status.refused == 1)
    #expect(status.unknown == 1)
    #expect(status.failed == 1)
    #expect(status.intents == 8)
    #expect(try scene.campaigns.unknown("mail").map(\.user) == ["u002"])
    #expect(try scene.campaigns.received(by: "u001").map(\.outcome) == ["refused"])
    let deliveries = try scene.campaigns.deliveries()
    #expect(deliveries.campaigns == ["box", "mail"])
    let index = deliveries.received
    #expect(index.keys.map(\.string).sorted() == ["u000", "u002", "u004", "u005", "u006", "u007"])
    #expect(index[ByteText("u002")]?.map(\.campaign) == ["mail"])
  }

  @Test func `what may pass is tried four times, with growing pauses`() throws {
    let (scene, engine) = try planned(2)
    let begun = scene.clock.now()
    let channel = TestChannel { message, before in
      message.user == "u000" && before < 2 || message.user == "u001"
        ? .failed(reason: "451 4.7.1") : .accepted
    }
    let status = try scene.send("mail", engine, over: channel)
    #expect(status.accepted == 1)
    #expect(status.failed == 1)
    #expect(channel.messages.count { $0.user == "u000" } == 3)
    #expect(channel.messages.count { $0.user == "u001" } == 4)
    let took = scene.clock.now().milliseconds - begun.milliseconds
    #expect((10_500...32_500).contains(took))
    // A person may send again what failed for certain; nothing else goes out.
    let again = try scene.send("mail", engine, over: TestChannel())
    #expect(again.accepted == 2)
    let log = String(
      decoding: try scene.disk.read("campaigns/mail/waves/0001/deliveries.jsonl"), as: UTF8.self)
    #expect(log.contains(#""attempt":5"#))
    #expect(log.contains(#""reason":"451 4.7.1""#))
  }

  @Test func `a pause takes effect and sending goes on from there`() throws {
    let (scene, engine) = try planned(40)
    let channel = TestChannel()
    let paused = try scene.send(
      "mail", engine, over: channel,
      control: SendControl { channel.messages.count >= 10 ? .pause : .goOn })
    #expect(paused.state == .paused)
    #expect((10..<30).contains(paused.accepted))
    #expect(paused.accepted == channel.messages.count)
    #expect(paused.waiting == 40 - paused.accepted)
    #expect(try scene.campaigns.resume("mail").state == .sending)
    #expect(try scene.send("mail", engine, over: channel).state == .sent)
    #expect(channel.receivers.sorted() == Scene.users(40).map(\.row.id))
  }

  @Test(arguments: [CampaignState.paused, .cancelled])
  func `a pause or an end that another process decides is seen`(wanted: CampaignState) throws {
    let (scene, engine) = try planned(40)
    let decided = Mutex(false)
    let channel = TestChannel { message, _ in
      scene.clock.advance(by: 1000)
      guard message.user == "u005" else { return .accepted }
      decided.withLock { $0 = true }
      let other = Campaigns(store: scene.store)
      _ = wanted == .paused ? try? other.pause("mail") : try? other.cancel("mail")
      return .accepted
    }
    let status = try scene.send("mail", engine, over: channel)
    #expect(decided.withLock { $0 })
    #expect(status.state == wanted)
    #expect((6..<30).contains(status.accepted))
    let before = channel.messages.count
    if wanted == .cancelled {
      #expect(
        problem { try scene.send("mail", engine, over: channel) }
          == "a campaign that is cancelled cannot be sent")
      #expect(channel.messages.count == before)
    }
  }

  @Test func `who is suppressed while it is being sent gets nothing`() throws {
    let (scene, engine) = try planned(60)
    let channel = TestChannel { message, _ in
      scene.clock.advance(by: 1000)
      if message.user == "u000", let hash = try? scene.store.addressHash("u59@example.org") {
        _ = try? scene.store.decide(.suppressAdd(hashes: [hash], reason: "unsubscribed"))
      }
      return .accepted
    }
    let status = try scene.send("mail", engine, over: channel)
    #expect(channel.messages.count == 59)
    #expect(status.state == .sent)
  }

  @Test func `caps count over campaigns, before planning and before sending`() throws {
    let settings = Scene.settings.replacing("caps: []", "caps:\n  - { messages: 1, in: 1d }")
    let (scene, engine) = try planned(5, settings: settings)
    #expect(try scene.campaigns.status("box").treated == 5)
    try scene.send("mail", engine, over: TestChannel())
    // `box` was planned before: the gate before sending holds everyone back.
    let channel = TestChannel()
    try scene.send("box", engine, over: channel)
    #expect(channel.messages.isEmpty)
    try scene.campaigns.create(
      CampaignDraft(name: "late", audience: "true", template: "box", channel: "inbox"))
    let late = try scene.campaigns.plan("late", engine: engine, stale: false)
    #expect(late.excluded == [.init(reason: .overCap, users: 5)])
    scene.clock.advance(by: Instant.dayMs)
    #expect(try scene.campaigns.plan("late", engine: engine, stale: true).treated == 5)
  }

  @Test func `quiet hours keep everyone waiting, and do not age the plan`() throws {
    let settings = Scene.settings.replacing(
      "quiet: none", "quiet: { from: \"00:00\", to: \"23:59\" }")
    let (scene, engine) = try planned(3, settings: settings)
    let channel = TestChannel()
    let status = try scene.send("mail", engine, over: channel)
    #expect(status.state == .sending)
    #expect(status.waiting == 3)
    #expect(channel.messages.isEmpty)
    let local = scene.clock.now().milliseconds + 8 * 3_600_000
    let untilMidnight = Instant.dayMs - local % Instant.dayMs
    scene.clock.advance(by: untilMidnight - 30_000 + Instant.dayMs)
    let open = try scene.campaigns.send(
      "mail", engine: engine, stale: true, channel: { _, _ in channel },
      control: SendControl { .goOn })
    #expect(open.state == .sent)
    #expect(channel.messages.count == 3)
  }

  @Test func `a plan whose first message has not left within a day is too old`() throws {
    let (scene, engine) = try planned()
    scene.clock.advance(by: 24 * 3_600_000 + 1)
    #expect(
      problem { try scene.send("mail", engine, over: TestChannel()) }
        .hasPrefix("the plan is more than 24 hours old"))
    try scene.campaigns.plan("mail", engine: engine, stale: false)
    #expect(try scene.send("mail", engine, over: TestChannel()).accepted == 10)
  }

  @Test func `what was not planned, another machine's plan and a held lock are refused`() throws {
    let (scene, engine) = try planned()
    try scene.campaigns.create(
      CampaignDraft(name: "new", audience: "true", template: "mail", channel: "email"))
    #expect(
      problem { try scene.send("new", engine, over: TestChannel()) }
        == "the campaign has no plan")
    let elsewhere = Outside.test(clock: scene.clock, seed: 2)
    let copy = Campaigns(store: try Store.open(files: scene.disk, outside: elsewhere))
    func sendThere() throws -> CampaignStatus {
      try copy.send(
        "mail", engine: engine, channel: { _, _ in TestChannel() }, control: SendControl { .goOn })
    }
    #expect(problem { try sendThere() } == "the campaign was planned on another machine")
    let lock = try scene.store.sendingLock()
    #expect(
      problem { try scene.send("mail", engine, over: TestChannel()) }
        == "another process is sending from this store")
    lock.release()
    try copy.take("mail")
    #expect(
      problem { try scene.send("mail", engine, over: TestChannel()) }
        == "the campaign was planned on another machine")
    #expect(try sendThere().accepted == 10)
  }

  @Test func `a store that was restored from an older copy is noticed`() throws {
    let (scene, engine) = try planned(40)
    let channel = TestChannel()
    try scene.send(
      "mail", engine, over: channel,
      control: SendControl { channel.messages.count >= 8 ? .pause : .goOn })
    let file = "campaigns/mail/waves/0001/deliveries.jsonl"
    let copy = try scene.disk.read(file)
    try scene.send("mail", engine, over: channel)
    for older in [copy, Array(copy.prefix(copy.count / 3))] {
      try scene.disk.writeAtomically(file, older)
      #expect(
        problem { try scene.send("mail", engine, over: channel) }
          .hasPrefix("the store is older"))
      #expect(channel.messages.count == 40)
    }
    try scene.disk.writeAtomically(file, copy)
    let status = try scene.send("mail", engine, over: channel, acceptRestore: true)
    #expect(status.accepted == 40)
    #expect(channel.messages.count > 40)
    #expect(try scene.send("mail", engine, over: channel).accepted == 40)
  }

  @Test func `the rate holds over all threads`() throws {
    let settings = Scene.settings.replacing("cost: 0.5", "cost: 0.5, rate: 10/s, connections: 4")
    let (scene, engine) = try planned(21, settings: settings)
    let times = Mutex<[Int64]>([])
    let channel = TestChannel { _, _ in
      times.withLock { $0.append(scene.clock.now().milliseconds) }
      return .accepted
    }
    let begun = scene.clock.now().milliseconds
    try scene.send("mail", engine, over: channel)
    #expect(scene.clock.now().milliseconds - begun >= 2000)
    #expect(times.withLock { $0.count } == 21)
  }

  @Test func `several messages are on their way at once, never more than there are connections`()
    throws
  {
    let settings = Scene.settings.replacing("cost: 0.5", "cost: 0.5, connections: 3")
    let (scene, engine) = try planned(30, settings: settings)
    let busy = Mutex((now: 0, most: 0))
    let channel = TestChannel { _, _ in
      busy.withLock { busy in
        busy.now += 1
        busy.most = max(busy.most, busy.now)
      }
      SystemClock().sleep(milliseconds: 5)
      busy.withLock { $0.now -= 1 }
      return .accepted
    }
    try scene.send("mail", engine, over: channel)
    #expect(busy.withLock { $0.most } == 3)
  }

  @Test func `an unsubscribe link is signed, and only marketing has one`() throws {
    let settings = Scene.settings + "unsubscribe_url: https://example.org/u/\n"
    for (line, isMarketing) in [("", true), ("reason: season", true)] {
      let (scene, engine) = try planned(2, line, settings: settings)
      let channel = TestChannel()
      try scene.send("mail", engine, over: channel)
      let urls = channel.messages.compactMap(\.unsubscribeURL)
      #expect(Set(urls).count == (isMarketing ? 2 : 0))
      let hash = try scene.store.addressHash("u0@example.org")
      #expect(urls.contains { $0.hasPrefix("https://example.org/u/\(hash).") })
    }
  }
}

extension String {
  /// The text with one part of it exchanged, which has to be there.
  fileprivate func replacing(_ part: String, _ other: String) -> String {
    guard let place = firstRange(of: part) else { return self }
    return String(self[..<place.lowerBound]) + other + String(self[place.upperBound...])
  }
}
