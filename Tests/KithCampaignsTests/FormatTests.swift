import KithStore
import KithSystem
import KithTestSupport
import Testing

@testable import KithCampaigns

struct FormatTests {
  /// A file of format 1 as one of format 2.
  private static func newer(_ bytes: [UInt8], _ name: String) throws -> [UInt8] {
    if name.hasSuffix(".arrow") {
      // The value `1` of the metadata's `format`, behind its length.
      var bytes = bytes
      for start in 0..<(bytes.count - 5) where bytes[start...].starts(with: [1, 0, 0, 0, 0x31, 0]) {
        bytes[start + 4] = 0x32
      }
      return bytes
    }
    let text = String(decoding: bytes, as: UTF8.self)
    if name.hasSuffix(".jsonl") {
      return seal([.init("format", .int(2))]).bytes + bytes.drop { $0 != 0x0A }.dropFirst()
    }
    let format = name.hasSuffix(".json") ? "\"format\": 2" : "format: 2"
    return Array(text.replacing(/"?format"?: 1/, with: format, maxReplacements: 1).utf8)
  }

  @Test(arguments: [
    "campaign.yaml", "waves/0001/plan.json", "waves/0001/audience.arrow",
    "waves/0001/deliveries.jsonl", "waves/0002/deliveries.jsonl",
  ])
  func `nobody writes into a campaign with a file of a newer format`(leaf: String) throws {
    let scene = try Scene()
    try scene.prepare("")
    let engine = scene.engine(Scene.users(5))
    try scene.campaigns.plan("mail", engine: engine, stale: false)
    _ = try scene.send("mail", engine, over: TestChannel(), control: SendControl { .pause })
    let file = "campaigns/mail/" + leaf
    if leaf.contains("0002") {
      try scene.disk.makeDirectory("campaigns/mail/waves/0002")
      try scene.disk.writeAtomically(
        file, DeliveryLine.header(store: scene.store.id, campaign: "mail", wave: 2))
    }
    try scene.disk.writeAtomically(file, Self.newer(scene.disk.read(file), leaf))
    let before = scene.disk.changes
    let campaigns = scene.campaigns
    let writers: [(String, () throws -> Void)] = [
      ("plan", { try campaigns.plan("mail", engine: engine, stale: false) }),
      ("send", { try scene.send("mail", engine, over: TestChannel()) }),
      ("pause", { try campaigns.pause("mail") }),
      ("resume", { try campaigns.resume("mail") }),
      ("cancel", { try campaigns.cancel("mail") }),
      ("take", { try campaigns.take("mail") }),
    ]
    for (name, write) in writers {
      let error = #expect(throws: CampaignError.self, "\(name)") { try write() }
      #expect(error?.diagnostic.what.hasPrefix("the file is of format 2") == true, "\(name)")
      #expect(error?.diagnostic.subject == file, "\(name)")
    }
    #expect(throws: StoreError.newerFormat(file: file, format: 2)) {
      try campaigns.forget("u001")
    }
    #expect(scene.disk.changes == before)
  }
}
