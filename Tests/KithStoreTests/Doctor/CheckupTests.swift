import Glibc
import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct CheckupTests {
  let disk = SimulatedFileSystem()
  let outside = Outside.test()
  let store: Store

  init() throws {
    store = try Store.create(in: disk, timeZone: "UTC", name: "tea", outside: outside)
    let events = "user_id,time,event\nann,2026-01-01,visit\nbob,2026-01-02,visit\n"
    _ = try store.importEvents([.bytes(name: "log.csv", Array(events.utf8))])
  }

  private var problems: [String] {
    Checkup(disk).findings.map { "\($0.file): \($0.problem)" }
  }

  private func change(_ file: String, _ change: (inout String) -> Void) throws {
    var text = String(decoding: try disk.read(file), as: UTF8.self)
    change(&text)
    try disk.writeAtomically(file, Array(text.utf8))
  }

  @Test func `a store that is as it was written has no findings`() throws {
    try store.decide(.tagAdd(tag: "vip", users: store.userList((0..<100).map { "u\($0)" })))
    let checkup = Checkup(disk)
    #expect(checkup.findings == [])
    #expect(checkup.snapshot?.eventCount == 2)
    #expect(checkup.storeID == store.id)
  }

  @Test func `one problem hides no other`() throws {
    let run = try store.manifest().eventRuns[0].name
    try disk.remove("events/\(run).arrow")
    try disk.remove("key")
    try disk.writeAtomically("kith.yaml", Array("format: 1\nnane: tea\n".utf8))
    try disk.writeAtomically("events/0.arrow", [1])
    try disk.writeAtomically("notes.txt", [1])
    try disk.writeAtomically("templates/x.mustache.new", [1])
    #expect(
      problems == [
        "kith.yaml: unknown key `nane` in the settings (2:1)", "key: it is missing",
        "events/\(run).arrow: it is missing", "notes.txt: it is no file of a store",
        "events/0.arrow: no import of this store made it",
        "templates/x.mustache.new: a write that was cut short left it",
      ])
  }

  @Test func `settings that were emptied or cut short are told from those that are brief`() throws {
    let empty = "kith.yaml: it is empty, so every rule is the default and days are those of UTC"
    let zone = "kith.yaml: it has no `time_zone`, so days are those of UTC"
    let end = "kith.yaml: its last line does not end, as if it had been cut short"
    let whole = String(decoding: try disk.read("kith.yaml"), as: UTF8.self)
    for (text, expected) in [
      ("", [empty]), ("# The settings\n", [empty]), ("---\n", [empty]),
      ("format: 1\ntime_zone: UTC\n", []), ("format: 1\nname: tea\n", [zone]),
      ("time_zone: UTC\n", ["kith.yaml: it has no `format`"]),
      ("format: 1\ntime_zone:\n", [zone]),
      ("format: 1\ntime_zone: UTC\nstages:\n  co: true", [end]),
      (String(whole.prefix(while: { $0 != "\n" })), [empty]),
      (whole.replacing("days(activity, 28d) >= 2", with: "true"), []),
      (
        String(
          whole[..<(whole.firstRange(of: "e(activity) > 7d")?.lowerBound ?? whole.startIndex)]),
        [end]
      ),
      (String(whole.dropLast()), []),
    ] {
      try disk.writeAtomically("kith.yaml", Array(text.utf8))
      #expect(problems == expected, "\(text)")
    }
  }

  @Test func `a manifest that says other things of a run than the run is found out`() throws {
    let run = try store.manifest().eventRuns[0].name
    for (from, to) in [
      ("\"rows\": 2", "\"rows\": 3"), ("\"ann\"", "\"amy\""), ("\"event\": 1", "\"event\": 2"),
      ("\"first_time\": 1767225600000", "\"first_time\": 1767225600001"),
    ] {
      let before = try disk.read("manifest.json")
      try change("manifest.json") { $0 = $0.replacing(from, with: to) }
      #expect(problems == ["events/\(run).arrow: it does not hold what the manifest says of it"])
      try disk.writeAtomically("manifest.json", before)
    }
    try change("manifest.json") { $0 = $0.replacing("\"UTC\"", with: "\"Mars\"") }
    #expect(problems == ["manifest.json: the run \(run) has an unknown time zone, Mars"])
    try change("manifest.json") { text in
      text = text.replacing("\"Mars\"", with: "\"UTC\"")
        .replacing("\"home\": \"", with: "\"home\": \"0")
    }
    let home = try store.writer()
    #expect(
      problems == ["manifest.json: the writer that imports, 0\(home), has no journal here"])
  }

  @Test func `an erasing that is not done is named, with what finishes it`() throws {
    try store.decide(.tagAdd(tag: "vip", users: .named(["bob"])))
    let id = Array("bob".utf8)
    let matcher = try Forgotten(disk, store.manifests).matcher([])
    let hash = id.withUnsafeBytes { matcher.hash($0) }
    // As the journal of a copy brings it, in which bob was erased.
    try store.decide(.forget(hash: hash))
    let run = try store.manifest().eventRuns[0].name
    #expect(Checkup(disk).findings.map(\.file) == ["events/\(run).arrow", "journal"])
    #expect(
      Checkup(disk).findings.allSatisfy {
        $0.remedy == "finish what was begun: kith forget bob"
      })
    _ = try store.forget("bob") { () throws(StoreError) in 0 }
    #expect(problems == [])
  }

  @Test func `a journal tells of damaged lines, a torn end and a missing import`() throws {
    try store.decide(.note(user: "ann", text: "hello"))
    try store.decide(.note(user: "ann", text: "again"))
    let journal = StoreFile.journalFile(of: try store.writer())
    try change(journal) { text in
      text = String(text.replacing("hello", with: "hullo").dropLast(5))
    }
    #expect(
      problems == [
        "\(journal): line 3 is damaged and passed over",
        "\(journal): its last line was cut short and does not count",
      ])
    try change(journal) { $0 = String($0.prefix { $0 != "\n" }) + "\n" }
    let run = try store.manifest().eventRuns[0].name
    #expect(problems == ["\(journal): the entry of the import of \(run) is missing"])
  }

  @Test func `two entries of one id, a decision of a later version, a set that is gone`() throws {
    try store.decide(.note(user: "ann", text: "hello"))
    let writer = try store.writer()
    let journal = StoreFile.journalFile(of: writer)
    let entry = try #require(try store.entries().first).entry
    var other = entry
    other.by = "eve"
    let digest = String(repeating: "0a", count: 32)
    var third = entry
    third.id = "\(writer)-9"
    third.decision = .tagAdd(tag: "vip", users: .set(sha256: digest, count: 100))
    try disk.writeAtomically(
      "journal/other.jsonl", JournalLine.text(other) + JournalLine.text(third))
    #expect(
      problems == [
        "journal/other.jsonl: the entry \(entry.id) stands in the journals twice, and differs",
        "journal/sets/\(digest).zst: it is missing",
      ])
    try disk.remove("journal/other.jsonl")
    #expect(problems == [])
    let line = Array("{\"id\":\"x\",\"format\":2".utf8)
    try disk.writeAtomically(
      journal, line + Array(",\"crc\":\"\(hex(UInt64(CRC32C.of(line)), width: 8))\"}\n".utf8))
    #expect(problems.first == "\(journal): a newer version of kith wrote this (format 2)")
  }
}

struct CheckupOnDiskTests {
  let scratch: ScratchDirectory

  init() throws {
    scratch = try ScratchDirectory()
  }

  @Test func `links are not followed, and what others may enter is named`() throws {
    let path = scratch.path + "/tea"
    _ = try Store.create(at: path, timeZone: "UTC", outside: .test())
    #expect(try Store.checkUp(at: path).findings == [])
    symlink("/etc", path + "/campaigns/x")
    symlink("/etc/passwd", path + "/journal/0.jsonl")
    chmod(path, 0o755)
    chmod(path + "/key", 0o640)
    let findings = try Store.checkUp(at: path).findings
    #expect(findings.map(\.file) == [".", "campaigns/x", "journal/0.jsonl", "key"])
    #expect(findings[0].remedy == "chmod 700 " + path)
    #expect(findings[3].problem == "others on this machine can reach it (mode 640)")
  }

  @Test func `a store in a directory that was there is private`() throws {
    chmod(scratch.path, 0o777)
    _ = try Store.create(at: scratch.path, timeZone: "UTC", outside: .test())
    #expect(try Store.checkUp(at: scratch.path).findings == [])
  }

  @Test func `where there is no store there is nothing to check`() {
    #expect(throws: StoreError.noStore(path: scratch.path)) {
      _ = try Store.checkUp(at: scratch.path)
    }
  }
}
