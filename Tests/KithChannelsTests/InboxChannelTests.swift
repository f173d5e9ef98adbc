import KithCampaigns
import KithStore
import KithSystem
import KithTestSupport
import Testing

@testable import KithChannels

struct InboxChannelTests {
  private func message(_ number: Int) -> Message {
    Message(
      id: "id\(number)", user: "u\(number)", address: "u\(number)", campaign: "autumn", subject: "",
      text: "Hello\n\"you\"")
  }

  private func channel(_ disk: SimulatedFileSystem) throws -> InboxChannel {
    let store = try Store.open(files: disk, outside: Outside.test())
    return try InboxChannel(ChannelSetting(name: "inbox"), store)
  }

  private func lines(_ disk: SimulatedFileSystem) throws -> [JSON] {
    try disk.read("inbox.jsonl").split(separator: 0x0A).map { try JSON(utf8: $0) }
  }

  @Test func `each message is one line, and the same id is written once`() throws {
    let disk = SimulatedFileSystem()
    _ = try memoryStore(disk: disk)
    let first = try channel(disk)
    try first.ready()
    for number in [1, 2, 1] { #expect(first.send(message(number)) == .accepted) }
    let second = try channel(disk)
    for number in [2, 3] { #expect(second.send(message(number)) == .accepted) }
    let lines = try lines(disk)
    #expect(lines.compactMap { $0["user"]?.string } == ["u1", "u2", "u3"])
    #expect(lines[0]["text"]?.string == "Hello\n\"you\"")
    #expect(lines[0]["subject"] == nil)
  }

  @Test(arguments: SimulatedFileSystem.Fault.allCases, SimulatedFileSystem.Survival.allCases)
  func `a line is there in whole or not at all, and accepted means there`(
    fault: SimulatedFileSystem.Fault, survival: SimulatedFileSystem.Survival
  ) throws {
    for step in 1... {
      let disk = SimulatedFileSystem()
      _ = try memoryStore(disk: disk)
      disk.arm(fault, at: step)
      let before = disk.changes
      let first = try channel(disk)
      let results = (1...3).map { first.send(message($0)) }
      let struck = disk.changes - before >= step
      let after = disk.afterCrash(survival)
      let second = try channel(after)
      for number in 1...3 { #expect(second.send(message(number)) == .accepted) }
      let ids = try lines(after).compactMap { $0["id"]?.string }
      #expect(ids.sorted() == ["id1", "id2", "id3"], "step \(step), \(results)")
      if !struck {
        #expect(results.allSatisfy { $0 == .accepted })
        return
      }
    }
  }

  @Test func `what another kind of channel would do is said`() throws {
    let store = try memoryStore()
    #expect(throws: CampaignError.self) { try makeChannel(ChannelSetting(name: "sms"), store) }
    let web = ChannelSetting(name: "inbox", texts: ["url": SourceText("https://example.org")])
    #expect(throws: CampaignError.self) { try makeChannel(web, store) }
  }
}
