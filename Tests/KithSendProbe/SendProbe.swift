// A sender to be killed: makes a store and plans the campaign `probe` where that is not done yet, sends
// it to made-up users, and prints the status. The tests start it, kill it and start it again.
//
//     KithSendProbe STORE USERS CHANNEL "SETTINGS OF THE CHANNEL"

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
    guard arguments.count == 5, let count = Int(arguments[2]) else {
      throw Diagnostic("give a store, a number of users, a channel, its settings", status: .usage)
    }
    let outside = Outside.real()
    let store = try store(at: arguments[1], channel: arguments[3], arguments[4], outside)
    let users = (0..<count).map { number in
      FakeEngine.User("u\(pad(Int64(number), 5))", ["email": "u\(number)@example.org"])
    }
    let engine = FakeEngine(users, horizon: outside.clock.now())
    let campaigns = Campaigns(store: store)
    if try campaigns.status("probe").state == .draft {
      try campaigns.plan("probe", engine: engine, stale: false)
    }
    let status = try campaigns.send(
      "probe", engine: engine, channel: makeChannel, control: SendControl { .goOn })
    print("\(status.state.rawValue) \(status.intents) \(status.accepted) \(status.unknown)")
  }

  private static func store(
    at path: String, channel: String, _ settings: String, _ outside: Outside
  ) throws -> Store {
    if (try? readFile(path + "/kith.yaml")) == nil {
      let made = try Store.create(at: path, timeZone: "UTC", name: "probe", outside: outside)
      let text =
        "format: 1\nname: probe\ntime_zone: UTC\nquiet: none\ncaps: []\nchannels:\n  \(channel): { \(settings) }\n"
      try made.files.writeAtomically("kith.yaml", Array(text.utf8))
      let campaigns = Campaigns(store: try Store.open(at: path, outside: outside))
      try campaigns.createTemplate("hello", channel: channel)
      try campaigns.create(
        CampaignDraft(name: "probe", audience: "true", template: "hello", channel: channel))
    }
    return try Store.open(at: path, outside: outside)
  }
}
