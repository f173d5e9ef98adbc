import KithCampaigns
import KithStore
import KithSystem
import KithTestSupport
import Testing

@testable import KithChannels

struct EmailChannelTests {
  private func message(_ address: String, _ text: String = "Hello\n.\n.dot\nend") -> Message {
    Message(
      id: String(repeating: "0a", count: 32), user: "ann", address: address, campaign: "autumn",
      subject: "Hi", text: text)
  }

  @Test(.timeLimit(.minutes(10)))
  func `each answer of a server has its meaning`() throws {
    let stub = try SMTPStub()
    let channel = try makeChannel(stub.settings(timeoutMs: 1500), try memoryStore())
    try channel.ready()
    let expected: [(String, DeliveryResult, kept: Int)] = [
      ("ann", .accepted, 1),
      ("rcpt4", .failed(reason: "451 4.7.1"), 0),
      ("rcpt5", .refused(reason: "550 5.1.1"), 0),
      ("ann", .accepted, 1),
      ("data4", .failed(reason: "451 4.3.0"), 0),
      ("data5", .refused(reason: "554 5.6.0"), 0),
      ("shut", .failed(reason: "421 4.3.2"), 0),
      ("grey", .failed(reason: "451 4.7.1"), 0),
      ("grey", .accepted, 1),
      ("slow", .accepted, 1),
    ]
    for (name, result, _) in expected {
      #expect(channel.send(message("\(name)@example.org")) == result, "\(name)")
    }
    for (name, isKept) in [("cut", 0), ("lost", 1), ("hang", 1)] {
      let result = channel.send(message("\(name)@example.org"))
      guard case .unknown(let reason) = result else {
        Issue.record("\(name): \(result)")
        continue
      }
      #expect(!reason.contains("@"))
      #expect(stub.kept.count { $0.recipient.hasPrefix(name) } == isKept)
    }
    #expect(stub.kept.count { $0.recipient.hasPrefix("ann") } == 2)
    #expect(stub.kept.first?.text.contains("\r\nHello\r\n=2E\r\n=2Edot\r\nend\r\n") == true)
  }

  @Test func `no server, and one that is too busy, are said before anything is sent`() throws {
    let busy = try makeChannel(try SMTPStub(busy: true).settings(), try memoryStore())
    #expect(throws: CampaignError.self) { try busy.ready() }
    guard case .failed = busy.send(message("ann@example.org")) else {
      Issue.record("not failed")
      return
    }
    var setting = try SMTPStub().settings()
    setting.texts["url"] = SourceText("smtp://127.0.0.1:1")
    let absent = try makeChannel(setting, try memoryStore())
    #expect(throws: CampaignError.self) { try absent.ready() }
    guard case .failed = absent.send(message("ann@example.org")) else {
      Issue.record("not failed")
      return
    }
  }

  @Test func `a server without TLS gets nothing where TLS is asked for`() throws {
    let stub = try SMTPStub()
    var setting = stub.settings()
    setting.texts["tls"] = SourceText("starttls")
    let channel = try makeChannel(setting, try memoryStore())
    #expect(throws: CampaignError.self) { try channel.ready() }
    guard case .failed = channel.send(message("ann@example.org")) else {
      Issue.record("not failed")
      return
    }
    #expect(stub.kept.isEmpty)
  }

  @Test(
    arguments: [
      ("no-url", "url", nil), ("url", "url", "http://mail.example.org"),
      ("url-with-name", "url", "smtp://tea:secret@mail.example.org"),
      ("url-with-path", "url", "smtp://mail.example.org/x"),
      ("url-break", "url", "smtp://mail.example.org\r\nX"), ("url-port", "url", "smtp://a:99999"),
      ("no-from", "from", nil), ("from", "from", "tea@"),
      ("from-break", "from", "a\nb <tea@x.org>"),
      ("tls", "tls", "maybe"), ("no-password", "user", "tea"),
    ] as [(String, String, String?)])
  func `a mistake in the settings is told`(name: String, key: String, value: String?) throws {
    var setting = ChannelSetting(
      name: "email",
      texts: ["url": SourceText("smtp://127.0.0.1:25"), "from": SourceText("tea@example.org")])
    setting.texts[key] = value.map { SourceText($0, file: "kith.yaml", line: 7, column: 9) }
    do {
      _ = try makeChannel(setting, try memoryStore())
      Issue.record("\(name) was taken")
    } catch let error as CampaignError {
      expectSnapshot(error.diagnostic.text(), "email-\(name)")
    }
  }

  @Test func `mail leaves the machine with TLS only`() throws {
    for (url, isTaken) in [
      ("smtp://127.0.0.1:25", true), ("smtp://localhost", true), ("smtp://[::1]:25", true),
      ("smtp://mail.example.org", false), ("smtp://127.0.0.1.example.org", false),
      ("smtp://10.0.0.1", false), ("smtps://mail.example.org", true),
    ] {
      let setting = ChannelSetting(
        name: "email",
        texts: [
          "url": SourceText(url), "from": SourceText("tea@example.org"), "tls": SourceText("none"),
        ])
      let channel = try? EmailSettings(setting, try memoryStore())
      #expect((channel != nil) == isTaken, "\(url)")
    }
  }

  @Test func `a password comes from a KITH variable or a file of one's own`() throws {
    var setting = ChannelSetting(
      name: "email",
      texts: [
        "url": SourceText("smtp://localhost"), "from": SourceText("tea@example.org"),
        "user": SourceText("tea"), "password_env": SourceText("KITH_PASSWORD"),
      ])
    let store = try memoryStore(["KITH_PASSWORD": "secret", "HOME_PASSWORD": "secret"])
    #expect(try EmailSettings(setting, store).login?.password == "secret")
    #expect(throws: CampaignError.self) { try EmailSettings(setting, try memoryStore()) }
    setting.texts["password_env"] = SourceText("HOME_PASSWORD")
    #expect(throws: CampaignError.self) { try EmailSettings(setting, store) }
    setting.texts["password_env"] = nil
    setting.texts["password_file"] = SourceText("password")
    #expect(throws: CampaignError.self) { try EmailSettings(setting, store) }
    try store.files.writeAtomically("password", Array("from file\n".utf8))
    #expect(try EmailSettings(setting, store).login?.password == "from file")
  }
}
