// Every kind of file is damaged at random, again and again. Damage of what carries a checksum is
// named; whatever the damage, nothing traps, neither the doctor nor those who read nevertheless.

import KithSegments
import KithStore
import KithSystem
import KithTestSupport
import Testing

@testable import KithCampaigns

struct DoctorTests {
  private let scene: Scene
  private let vips: UserList

  init() throws {
    scene = try Scene()
    var rows = "user_id,time,event,value,city\n"
    for number in 0..<90 {
      rows += "u\(pad(Int64(number % 70), 3)),2026-0\(number % 9 + 1)-01,visit,\(number),Bern\n"
    }
    let users = "user_id,email\nu001,u1@example.org\nu002,u2@example.org\n"
    _ = try scene.store.importEvents([.bytes(name: "log.csv", Array(rows.utf8))])
    _ = try scene.store.importUsers([.bytes(name: "users.csv", Array(users.utf8))])
    let everyone = (0..<70).map { "u\(pad(Int64($0), 3))" }
    vips = try scene.store.userList(everyone)
    try scene.store.decide(.tagAdd(tag: "vip", users: vips))
    try scene.disk.writeAtomically("segments/some.segment", Array("count(visit) > 1\n".utf8))
    try scene.prepare()
    let engine = scene.engine(Scene.users(8))
    try scene.campaigns.plan("mail", engine: engine, stale: false)
    try scene.send("mail", engine, over: TestChannel())
  }

  private func findings() -> [Finding] {
    let checkup = Checkup(scene.disk)
    return checkup.findings + checkup.expressionFindings() + checkup.campaignFindings()
  }

  private func files(beneath folder: String = "") throws -> [String] {
    try scene.disk.list(folder).flatMap { leaf in
      let name = folder.isEmpty ? leaf : folder + "/" + leaf
      let isFile = try scene.disk.info(name)?.kind == .file
      return isFile ? [name] : try files(beneath: name)
    }
  }

  @Test func `a store that is as it was written has no findings`() throws {
    #expect(findings() == [])
    let endings = Set(try files().compactMap { $0.split(separator: ".").last.map(String.init) })
    #expect(
      endings.isSuperset(of: ["arrow", "jsonl", "zst", "segment", "mustache", "yaml", "json"]))
  }

  @Test func `damage at random is named, and traps nobody`() throws {
    var generator = SeededGenerator(seed: 7)
    var named = 0
    for name in try files() where !name.hasSuffix("lock") {
      let whole = try scene.disk.read(name)
      for _ in 0..<30 {
        var bytes = whole
        let place = Int.random(in: whole.indices, using: &generator)
        let isCut = Bool.random(using: &generator)
        if isCut {
          bytes.removeSubrange(place...)
        } else {
          bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        }
        try scene.disk.writeAtomically(name, bytes)
        let isNamed = findings().contains { $0.file == name }
        if isNamed { named += 1 }
        #expect(
          isNamed || !mustBeNamed(name, whole, at: place, cutAt: isCut ? place : nil),
          "\(name) \(isCut ? "cut" : "flipped") at \(place)")
        readAll()
      }
      try scene.disk.writeAtomically(name, whole)
    }
    #expect(named > 200)
    #expect(findings() == [])
  }

  /// Texts that people write carry no checksum, and lines that are gone leave none behind.
  private func mustBeNamed(_ name: String, _ whole: [UInt8], at place: Int, cutAt cut: Int?) -> Bool
  {
    if name.hasSuffix(".arrow") { return true }
    // A bit of the compression may change and no user with it.
    if name.hasSuffix(".zst") { return cut != nil || (try? scene.store.users(of: vips)) == nil }
    if name == "key" { return cut != nil }
    // A line that has lost its newline alone is a whole line.
    if name.hasSuffix(".jsonl") {
      return cut.map { $0 == 0 || whole[$0 - 1] != 0x0A && whole[$0] != 0x0A } ?? true
    }
    if name.hasSuffix("plan.json"), cut == nil {
      let text = String(decoding: whole, as: UTF8.self)
      let own = ["audience_crc", "crc"].map { "\"\($0)\":" }
      let line =
        text.utf8.prefix(place).split(separator: 0x0A, omittingEmptySubsequences: false)
        .last?.count ?? 0
      let start = place - line
      return !own.contains { whole[start...].starts(with: ("  " + $0).utf8) }
    }
    if name.hasSuffix(".json") { return cut.map { $0 < whole.count - 1 } ?? false }
    return false
  }

  /// What a person would go on to do; it may fail, and must not trap.
  private func readAll() {
    guard let store = try? Store.open(files: scene.disk, outside: scene.outside) else { return }
    if let snapshot = try? store.snapshot() {
      var events = UserEvents(columns: Array(snapshot.properties.indices))
      for user in 0..<snapshot.userCount { snapshot.read(user, into: &events) }
    }
    _ = try? store.decisions(until: nil)
    _ = try? Campaigns(store: store).list()
  }

  @Test func `a plan or a log that is gone after sending is missed`() throws {
    for leaf in ["plan.json", "deliveries.jsonl"] {
      let file = "campaigns/mail/waves/0001/" + leaf
      let bytes = try scene.disk.read(file)
      try scene.disk.remove(file)
      #expect(findings().map(\.file) == [file])
      _ = try scene.campaigns.status("mail")
      #expect(scene.store.takeWarnings().map(\.subject) == [file])
      try scene.disk.writeAtomically(file, bytes)
    }
  }

  @Test func `a log that lost what it said is told of, and nobody is planned for by it`() throws {
    let file = "campaigns/mail/waves/0001/deliveries.jsonl"
    let bytes = try scene.disk.read(file)
    _ = try scene.campaigns.list()
    _ = try scene.campaigns.deliveries()
    #expect(scene.store.takeWarnings() == [])
    var flipped = bytes
    flipped[bytes.count / 2] ^= 1
    let cases: [(left: [UInt8], isUsable: Bool)] = [
      ([], false), (Array(bytes.dropLast(9)), true), (flipped, false),
    ]
    for (left, isUsable) in cases {
      try scene.disk.writeAtomically(file, left)
      let store = try Store.open(files: scene.disk, outside: scene.outside)
      let campaigns = Campaigns(store: store)
      #expect(try campaigns.list().last?.state == .sent)
      #expect(store.takeWarnings().map(\.subject) == [file])
      _ = try campaigns.deliveries()
      let isComplete = (try? store.checkComplete()) != nil
      #expect(isComplete == isUsable)
      let planned = try? campaigns.plan("box", engine: scene.engine(Scene.users(8)), stale: false)
      #expect((planned != nil) == isUsable)
    }
  }

  @Test func `who looks leaves no lock behind`() throws {
    let file = "campaigns/mail/waves/0001/deliveries.jsonl"
    let bytes = try scene.disk.read(file).dropLast()
    let end = try #require(bytes.lastIndex(of: 0x0A))
    try scene.disk.writeAtomically(file, Array(bytes[...end]))
    try scene.disk.remove("sending.lock")
    #expect(try scene.campaigns.status("mail").unknown == 1)
    #expect(try scene.disk.info("sending.lock") == nil)
  }

  @Test func `nobody is planned or sent to while events are missing`() throws {
    let engine = scene.engine(Scene.users(8))
    let file = try #require(try files(beneath: "events").first)
    try scene.disk.remove(file)
    _ = try scene.store.snapshot()
    #expect(throws: CampaignError.self) {
      try scene.campaigns.plan("box", engine: engine, stale: false)
    }
    #expect(throws: CampaignError.self) { try scene.send("mail", engine, over: TestChannel()) }
  }

  @Test func `mistakes in what people write are found in all of it`() throws {
    let disk = scene.disk
    try disk.writeAtomically("segments/some.segment", Array("count(visit >\n".utf8))
    try disk.writeAtomically("segments/a b.segment", Array("true\n".utf8))
    try disk.writeAtomically("templates/mail.mustache", Array("no head\n".utf8))
    try disk.writeAtomically("campaigns/box/campaign.yaml", Array("format: 1\nx: 1\n".utf8))
    try disk.makeDirectory("campaigns/box/waves/1")
    try disk.writeAtomically("campaigns/mail/notes.txt", [1])
    let settings = Scene.settings + "stages:\n  new: last(\n  old: \"true or\"\n"
    try disk.writeAtomically("kith.yaml", Array(settings.utf8))
    #expect(
      findings().map(\.file) == [
        "segments/a b.segment", "kith.yaml", "kith.yaml", "segments/some.segment",
        "templates/mail.mustache", "campaigns/box/campaign.yaml", "campaigns/box/waves/1",
        "campaigns/mail/notes.txt",
      ])
  }
}
