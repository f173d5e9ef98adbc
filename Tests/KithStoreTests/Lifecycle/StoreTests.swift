import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct StoreTests {
  let scratch: ScratchDirectory
  let outside: Outside

  init() throws {
    scratch = try ScratchDirectory()
    var outside = Outside.real()
    outside.clock = ManualClock()
    outside.userName = "lin"
    outside.variables = ["TZ": "Asia/Tokyo", "XDG_STATE_HOME": scratch.path + "/state"]
    self.outside = outside
  }

  private var path: String { scratch.path + "/shop.kith" }

  private func error(_ body: () throws -> Void) -> StoreError? {
    do {
      try body()
      return nil
    } catch {
      return error as? StoreError
    }
  }

  @Test func `a new store is whole, private, and opens`() throws {
    let store = try Store.create(at: path, timeZone: nil, outside: outside)
    #expect(store.settings.name == "shop" && store.settings.zone.name == "Asia/Tokyo")
    #expect(store.readOnlyReason == nil)
    #expect(bytes(hex: store.id)?.count == 16)
    #expect(
      try store.files.list("") == [
        "cache", "campaigns", "events", "journal", "key", "kith.yaml", "manifest.json", "rejected",
        "segments", "templates", "users",
      ])
    #expect(try store.files.info("")?.mode == 0o700)
    #expect(try store.files.info("key")?.mode == 0o600)
    #expect(try store.files.read("key").count == 32)
    let manifest = try store.manifest()
    #expect(manifest.generation == 0 && manifest.home == nil && manifest.eventRuns.isEmpty)
    try store.decide(.note(user: "ann", text: "x"))
    #expect(try Store.open(at: path, outside: outside).decisions().notes(of: "ann").count == 1)
    #expect(try DiskFileSystem(root: scratch.path).list("") == ["shop.kith", "state"])
    #expect(
      try DiskFileSystem(root: scratch.path + "/state/kith").info("writer")?.mode == 0o600)
  }

  @Test func `an empty directory becomes a store, any other does not`() throws {
    let files = try DiskFileSystem(root: scratch.path)
    try files.makeDirectory("empty")
    _ = try Store.create(at: scratch.path + "/empty/", timeZone: "UTC", outside: outside)
    #expect(
      error { _ = try Store.create(at: scratch.path + "/empty", timeZone: nil, outside: outside) }
        == .alreadyStore(path: scratch.path + "/empty"))
    try files.makeDirectory("full")
    try files.writeAtomically("full/letter.txt", [1])
    #expect(
      error { _ = try Store.create(at: scratch.path + "/full", timeZone: nil, outside: outside) }
        == .notEmpty(path: scratch.path + "/full"))
    #expect(try files.list("full") == ["letter.txt"])
    let file = scratch.path + "/full/letter.txt"
    #expect(
      error { _ = try Store.create(at: file, timeZone: nil, outside: outside) }
        == .notEmpty(path: file))
    #expect(
      error { _ = try Store.create(at: scratch.path + "/a/b", timeZone: nil, outside: outside) }
        == .noParent(path: scratch.path + "/a"))
  }

  @Test func `a zone that is none leaves nothing behind`() throws {
    let found = error { _ = try Store.create(at: path, timeZone: "Mars/Base", outside: outside) }
    #expect(found?.diagnostic.what == "unknown time zone")
    #expect(try DiskFileSystem(root: scratch.path).list("") == [])
  }

  @Test func `what is no store is said to be none`() throws {
    for path in [path, scratch.path, "/etc/passwd"] {
      #expect(
        error { _ = try Store.open(at: path, outside: outside) }?.diagnostic.what
          == "there is no store here")
    }
  }

  @Test(arguments: [
    ("manifest.json", "{\"format\":2}", StoreError.newerFormat(file: "manifest.json", format: 2)),
    ("kith.yaml", "format: 3\n", .newerFormat(file: "kith.yaml", format: 3)),
    (
      "manifest.json", "{\"format\":1",
      .damaged(
        file: "manifest.json", line: nil, problem: "a comma or a brace is missing (byte 12)")
    ),
    ("manifest.json", "{}", .damaged(file: "manifest.json", line: nil, problem: "no `format`")),
    (
      "manifest.json", "{\"format\":1,\"store\":\"xyz\"}",
      .damaged(file: "manifest.json", line: nil, problem: "no `store`")
    ),
    (
      "manifest.json",
      "{\"format\":1,\"store\":\"00112233445566778899aabbccddeeff\",\"generation\":1,\"users\":[]}",
      .damaged(file: "manifest.json", line: nil, problem: "no `events`")
    ),
  ])
  func `a file that cannot be believed stops`(
    name: String, text: String, found: StoreError
  ) throws {
    let store = try Store.create(at: path, timeZone: nil, outside: outside)
    try store.files.writeAtomically(name, Array(text.utf8))
    #expect(error { _ = try Store.open(at: path, outside: outside) } == found)
    #expect(try store.files.read(name) == Array(text.utf8))
  }

  @Test(arguments: ["manifest.json", "kith.yaml"])
  func `a file that is missing is named`(name: String) throws {
    let store = try Store.create(at: path, timeZone: nil, outside: outside)
    try store.files.remove(name)
    #expect(
      error { _ = try Store.open(at: path, outside: outside) }
        == .damaged(file: name, line: nil, problem: "it is missing"))
  }

  @Test func `read-only means that nothing is written`() throws {
    _ = try Store.create(at: path, timeZone: nil, outside: outside)
    var stranger = outside
    stranger.userID += 1
    for (outside, readOnly, reason) in [
      (outside, true, ReadOnlyReason.asked), (stranger, false, .notOwner),
    ] {
      let store = try Store.open(at: path, outside: outside, readOnly: readOnly)
      #expect(store.readOnlyReason == reason)
      #expect(throws: StoreError.readOnly(reason)) {
        try store.decide(.note(user: "ann", text: "x"))
      }
      #expect(throws: StoreError.readOnly(reason)) {
        try store.userList((0..<65).map { "\($0)" })
      }
      #expect(try store.files.list("journal") == ["sets"])
      #expect(try store.files.info("lock") == nil)
    }
  }

  @Test func `a lock that is taken is waited for, then its holder is named`() throws {
    let store = try Store.create(at: path, timeZone: nil, outside: outside)
    let lock = try store.lock()
    let start = outside.clock.now()
    let found = error { try store.decide(.note(user: "ann", text: "x")) }
    let holder = LockHolder(
      user: "lin", host: outside.hostName, process: outside.processID, since: start)
    #expect(found == .busy(path: path + "/lock", holder: holder))
    #expect((1900...2100).contains(outside.clock.now().milliseconds - start.milliseconds))
    let sending = try store.sendingLock()
    lock.release()
    try store.decide(.note(user: "ann", text: "x"))
    sending.release()
  }

  @Test func `a journal that imports tell of is missed, and who acts stops`() throws {
    let store = try Store.create(at: path, timeZone: nil, outside: outside)
    let log = "user_id,time,event\nann,2026-01-01,visit\n"
    _ = try store.importEvents([.bytes(name: "log.csv", Array(log.utf8))])
    let journal = StoreFile.journalFile(of: try store.writer())
    #expect(try Store.open(at: path, outside: outside).takeWarnings() == [])
    for empties in [true, false] {
      if empties {
        try store.files.writeAtomically(journal, [])
      } else {
        try store.files.remove(journal)
      }
      let reader = try Store.open(at: path, outside: outside)
      #expect(reader.takeWarnings().map(\.subject) == [journal])
      #expect(try reader.snapshot().userCount == 1)
      #expect(error { try reader.checkComplete() }?.diagnostic.subject == journal)
    }
  }

  @Test func `a run of a newer format stops readers and writers, and nothing is touched`() throws {
    let store = try Store.create(at: path, timeZone: nil, outside: outside)
    let log = "user_id,time,event\nann,2026-01-01,visit\n"
    _ = try store.importEvents([.bytes(name: "log.csv", Array(log.utf8))])
    var manifest = try store.manifest()
    let file = manifest.eventRuns[0].file(in: "events")
    var bytes = try store.files.read(file)
    // The note's value is a text of one byte, after its size.
    let note: [UInt8] = Array("format".utf8) + [0, 0, 1, 0, 0, 0]
    var places = 0
    for place in 0..<bytes.count - 13 where bytes[place..<place + 12].elementsEqual(note) {
      bytes[place + 12] = 0x32
      places += 1
    }
    #expect(places == 2)
    try store.files.writeAtomically(file, bytes)
    #expect(try store.snapshot().userCount == 0, "a changed byte alone is damage")
    manifest.eventRuns[0].checksums = [CRC32C.of(bytes)]
    try store.files.writeAtomically("manifest.json", Array(manifest.json.pretty.utf8))
    let newer = StoreError.newerFormat(file: file, format: 2)
    #expect(error { _ = try store.snapshot() } == newer)
    #expect(error { try store.decide(.note(user: "ann", text: "x")) } == newer)
    #expect(Checkup(store.files).findings.map(\.remedy) == ["install the newer version of kith"])
  }

  @Test func `leftovers of writers that died are cleaned up`() throws {
    let store = try Store.create(at: path, timeZone: nil, outside: outside)
    for name in ["manifest.json.new", "journal/sets/00.zst.new", "events/000001.arrow.new"] {
      try store.files.open(name, .create).close()
    }
    try store.decide(.note(user: "ann", text: "x"))
    #expect(try !store.files.list("").contains("manifest.json.new"))
    #expect(try store.files.list("journal/sets") == [])
    #expect(try store.files.list("events") == [])
  }

  @Test func `an import takes leftovers out of the cache`() throws {
    let store = try Store.create(at: path, timeZone: nil, outside: outside)
    for name in ["000001-aa.index.new", "000001-aa.0f.days.new", "000001-aa.index"] {
      try store.files.open("cache/" + name, .create).close()
    }
    let log = "user_id,time,event\nann,2026-01-01,visit\n"
    _ = try store.importEvents([.bytes(name: "log.csv", Array(log.utf8))])
    let run = try store.manifest().eventRuns[0].name
    #expect(try store.files.list("cache").allSatisfy { $0.hasPrefix(run + ".") })
  }

  @Test func `the store of a command is named, or found upwards`() throws {
    _ = try Store.create(at: path, timeZone: nil, outside: outside)
    var named = outside
    named.variables = ["KITH_STORE": "/else"]
    #expect(try Store.locate(explicit: "here", from: "/", outside: named) == "here")
    #expect(try Store.locate(explicit: nil, from: path, outside: named) == "/else")
    #expect(try Store.locate(explicit: nil, from: path + "/journal", outside: outside) == path)
    #expect(
      error { _ = try Store.locate(explicit: nil, from: scratch.path, outside: outside) }
        == .notFound(from: scratch.path))
  }

  @Test func `addresses are compared trimmed and lower-cased, under the store's own key`() throws {
    let store = try Store.create(at: path, timeZone: nil, outside: outside)
    let hash = try store.addressHash("ann@example.org")
    #expect(hash.utf8.count == 64)
    #expect(try store.addressHash(" Ann@Example.ORG\n") == hash)
    #expect(try store.addressHash("bob@example.org") != hash)
    let other = try Store.create(at: path + "2", timeZone: nil, outside: outside)
    #expect(try other.addressHash("ann@example.org") != hash)
    // HMAC-SHA256 of RFC 4231's second case, its key brought to 32 bytes of zeros at the end.
    let key = Array("Jefe".utf8) + [UInt8](repeating: 0, count: 28)
    try store.files.writeAtomically("key", key)
    var manifest = String(decoding: try store.files.read("manifest.json"), as: UTF8.self)
    manifest.replace(/"key_check": "[0-9a-f]+"/, with: "\"key_check\": \"\(KeyCheck.of(key))\"")
    try store.files.writeAtomically("manifest.json", Array(manifest.utf8))
    #expect(
      try store.addressHash("what do ya want for nothing?")
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  }
}
