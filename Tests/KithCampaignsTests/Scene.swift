import KithStore
import KithSystem
import KithTestSupport
import Synchronization

@testable import KithCampaigns

/// A store in memory with templates, channels and a clock, and a campaign to play with.
struct Scene {
  let disk: SimulatedFileSystem
  let state: SimulatedFileSystem
  let clock: ManualClock
  let outside: Outside
  let store: Store

  static let settings = """
    format: 1
    name: tea
    time_zone: Asia/Shanghai
    quiet: none
    caps: []
    channels:
      inbox: { file: inbox.jsonl, cost: 0.01 }
      email: { url: "smtp://127.0.0.1:2525", from: "tea@example.org", tls: none, cost: 0.5 }

    """

  init(_ settings: String = Scene.settings) throws {
    disk = SimulatedFileSystem()
    state = SimulatedFileSystem()
    clock = ManualClock()
    outside = Outside.test(clock: clock, state: state)
    _ = try Store.create(in: disk, timeZone: "Asia/Shanghai", name: "tea", outside: outside)
    try disk.writeAtomically("kith.yaml", Array(settings.utf8))
    store = try Store.open(files: disk, outside: outside)
  }

  /// The same scene over disks as a crash left them.
  init(_ before: Scene, after survival: SimulatedFileSystem.Survival) throws {
    disk = before.disk.afterCrash(survival)
    state = before.state.afterCrash(survival)
    clock = before.clock
    outside = Outside.test(clock: clock, state: state)
    store = try Store.open(files: disk, outside: outside)
  }

  var campaigns: Campaigns { Campaigns(store: store) }

  func template(_ name: String, _ text: String) throws {
    try disk.writeAtomically("templates/\(name).mustache", Array(text.utf8))
  }

  /// Templates and the campaigns `mail` and `box`, with lines added to each campaign.yaml.
  func prepare(_ lines: String = "") throws {
    try template("mail", "---\nchannel: email\nsubject: Hi {{name}}\n---\nHello {{name}}!\n")
    try template("box", "---\nchannel: inbox\n---\nHello!\n")
    for (name, channel) in [("mail", "email"), ("box", "inbox")] {
      try campaigns.create(
        CampaignDraft(name: name, audience: "true", template: name, channel: channel))
      guard !lines.isEmpty else { continue }
      let file = "campaigns/\(name)/campaign.yaml"
      try disk.writeAtomically(file, try disk.read(file) + Array((lines + "\n").utf8))
    }
  }

  /// `count` users with a name and a mail address.
  static func users(_ count: Int) -> [FakeEngine.User] {
    (0..<count).map { number in
      FakeEngine.User(
        "u\(pad(Int64(number), 3))",
        ["email": "u\(number)@example.org", "name": "user \(number)"])
    }
  }

  func engine(_ users: [FakeEngine.User]) -> FakeEngine {
    FakeEngine(users, horizon: clock.now())
  }

  @discardableResult
  func send(
    _ name: String, _ engine: FakeEngine, over channel: TestChannel, acceptRestore: Bool = false,
    control: SendControl = SendControl { .goOn }
  ) throws -> CampaignStatus {
    try campaigns.send(
      name, engine: engine, acceptRestore: acceptRestore, channel: { _, _ in channel },
      control: control)
  }
}

/// A channel that keeps what it is given, and answers as it is told.
final class TestChannel: Channel {
  let isIdempotent: Bool
  private let answer: @Sendable (Message, Int) -> DeliveryResult
  private let log = Mutex<[Message]>([])

  /// - Parameter answer: from the message and how many attempts at it came before.
  init(
    isIdempotent: Bool = false,
    _ answer: @escaping @Sendable (Message, Int) -> DeliveryResult = { _, _ in .accepted }
  ) {
    self.isIdempotent = isIdempotent
    self.answer = answer
  }

  /// Everything that was handed over, in order.
  var messages: [Message] { log.withLock { $0 } }

  /// Users that got a message; an idempotent channel keeps one of each id.
  var receivers: [String] {
    var seen: Set<String> = []
    return messages.filter { !isIdempotent || seen.insert($0.id).inserted }.map(\.user)
  }

  func send(_ message: Message) -> DeliveryResult {
    let before = log.withLock { log in
      defer { log.append(message) }
      return log.count { $0.id == message.id }
    }
    return answer(message, before)
  }
}
