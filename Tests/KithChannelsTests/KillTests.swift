import Glibc
import KithStore
import KithSystem
import KithTestSupport
import Testing

/// A real sender, a real server on loopback, and `kill -9` at random moments.
struct KillTests {
  @Test(.timeLimit(.minutes(10)))
  func `killed again and again, nobody gets two and everyone has one or is listed`() throws {
    let stub = try SMTPStub()
    let users = 300
    let survivors = try killAndResume(
      users: users, kills: 5, channel: "email",
      settings: "url: \"smtp://127.0.0.1:\(stub.port)\", from: \"tea@example.org\", tls: none, "
        + "connections: 4, rate: 400/s")
    let counts = Dictionary(grouping: stub.kept.map(\.recipient), by: { $0 }).mapValues(\.count)
    #expect(counts.values.allSatisfy { $0 == 1 })
    for number in 0..<users {
      let user = "u\(pad(Int64(number), 5))"
      let outcome = survivors.outcomes[user]
      switch counts["u\(number)@example.org"] {
      case 1: #expect(outcome == "accepted" || outcome == "unknown")
      default: #expect(outcome == "unknown")
      }
    }
    #expect(survivors.killed > 0)
    #expect(survivors.outcomes.values.count { $0 == "unknown" } <= 16 * survivors.killed)
  }

  @Test(.timeLimit(.minutes(10)))
  func `an inbox has everyone once, since it knows its messages`() throws {
    let survivors = try killAndResume(
      users: 300, kills: 4, channel: "inbox", settings: "file: inbox.jsonl, rate: 400/s")
    let lines = survivors.inbox.split(separator: 0x0A).compactMap { (try? JSON(utf8: $0))?["user"] }
    #expect(lines.count == 300)
    #expect(Set(lines.compactMap(\.string)).count == 300)
    #expect(survivors.outcomes.values.allSatisfy { $0 == "accepted" })
  }

  private func killAndResume(
    users: Int, kills: Int, channel: String, settings: String
  ) throws -> (outcomes: [String: String], inbox: [UInt8], killed: Int) {
    let folder = try ScratchDirectory()
    let variables = ["XDG_STATE_HOME": folder.path + "/state"]
    let preparing = try Child(
      builtProgram("KithSendProbe"), ["prepare", folder.path + "/store", channel, settings],
      variables)
    #expect(preparing.line() == "prepared")
    #expect(preparing.wait() == 0)
    let arguments = ["send", folder.path + "/store", "\(users)"]
    var killed = 0
    for kill in 0..<kills {
      let child = try Child(builtProgram("KithSendProbe"), arguments, variables)
      usleep(UInt32(150_000 + 37_000 * kill))
      if child.isRunning { killed += 1 }
      child.kill()
    }
    let last = try Child(builtProgram("KithSendProbe"), arguments, variables)
    let line = last.line()
    #expect(last.wait() == 0)
    #expect(line.hasPrefix("sent \(users) "), "\(line)")
    let files = try DiskFileSystem(root: folder.path + "/store")
    var outcomes: [String: String] = [:]
    for line in try files.read("campaigns/probe/waves/0001/deliveries.jsonl").split(separator: 0x0A)
    {
      let value = try JSON(utf8: line)
      if let user = value["user"]?.string { outcomes[user] = value["what"]?.string }
    }
    let inbox = channel == "inbox" ? try files.read("inbox.jsonl") : []
    return (outcomes, inbox, killed)
  }
}
