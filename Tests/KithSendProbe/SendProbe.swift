// A sender to be killed. `prepare` makes a store with the campaign `probe`; `send` plans it where that
// is not done yet, sends it to made-up users, and prints the status. The tests prepare once, then
// start the sending, kill it and start it again.
//
//     KithSendProbe prepare STORE CHANNEL "SETTINGS OF THE CHANNEL"
//     KithSendProbe send STORE USERS

import KithCampaigns
import KithChannels
import KithStore
import KithSystem
import KithTestSupport

@main
struct SendProbe {
  static func main() {
    do {
      try run(CommandLine.arguments)
    } catch let error as any Explained {
      print(error.diagnostic.text())
    } catch {
      print("\(error)")
    }
  }

  private static func run(_ arguments: [String]) throws {
    let outside = Outside.real()
    if arguments.count == 5, arguments[1] == "prepare" {
      try prepare(arguments[2], channel: arguments[3], arguments[4], outside)
    } else if arguments.count == 4, arguments[1] == "send", let count = Int(arguments[3]) {
      try send(try Store.open(at: arguments[2], outside: outside), users: count)
    } else {
      throw Diagnostic("what to do is not clear", status: .usage)
    }
  }

  private static func prepare(
    _ path: String, channel: String, _ settings: String, _ outside: Outside
  ) throws {
    let made = try Store.create(at: path, timeZone: "UTC", name: "probe", outside: outside)
    let text =
      "format: 1\nname: probe\ntime_zone: UTC\ncaps: []\nchannels:\n  \(channel): { \(settings) }\n"
    try made.files.writeAtomically("kith.yaml", Array(text.utf8))
    let campaigns = Campaigns(store: try Store.open(at: path, outside: outside))
    try campaigns.createTemplate("hello", channel: channel)
    try campaigns.create(
      CampaignDraft(name: "probe", audience: "true", template: "hello", channel: channel))
    print("prepared")
  }

  private static func send(_ store: Store, users count: Int) throws {
    let users = (0..<count).map { number in
      FakeEngine.User("u\(pad(Int64(number), 5))", ["email": "u\(number)@example.org"])
    }
    let engine = FakeEngine(users, horizon: store.outside.clock.now())
    let campaigns = Campaigns(store: store)
    if try campaigns.status("probe").state == .draft {
      try campaigns.plan("probe", engine: engine, stale: false)
    }
    let status = try campaigns.send(
      "probe", engine: engine, channel: makeChannel, control: SendControl { .goOn })
    print("\(status.state.rawValue) \(status.intents) \(status.accepted) \(status.unknown)")
  }
}
