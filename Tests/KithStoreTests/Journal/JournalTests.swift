import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct JournalTests {
  let clock = ManualClock()
  let disk = SimulatedFileSystem()
  let outside: Outside
  let store: Store
  /// The journal of ``store``'s writer, within the store.
  let file: String

  init() throws {
    outside = Outside.test(clock: clock)
    store = try Store.create(in: disk, timeZone: "UTC", name: "tea", outside: outside)
    file = "journal/\(try store.writer()).jsonl"
  }

  private func lines() throws -> [String] {
    String(decoding: try disk.read(file), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private func replace(_ text: String) throws {
    try disk.writeAtomically(file, Array(text.utf8))
  }

  private func reopened(_ outside: Outside? = nil) throws -> Store {
    try Store.open(files: disk, outside: outside ?? self.outside)
  }

  /// A store's view of another person at another machine.
  private func other(_ seed: UInt64, clock: ManualClock? = nil) throws -> Store {
    try reopened(.test(clock: clock ?? self.clock, seed: seed, user: "wang"))
  }

  @Test func `the lines are the format`() throws {
    try store.decide(.tagAdd(tag: "core", users: .named(["ann", "小茶"])))
    clock.advance(by: 1500)
    try store.decide(.note(user: "ann", text: "says \"hi\"\nagain"))
    let writer = try store.writer()
    let lines = try lines()
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("{\"format\":1,\"writer\":\"\(writer)\",\"crc\":\""))
    #expect(
      lines[1].hasPrefix(
        "{\"id\":\"\(writer)-1\",\"hlc\":\"01a13b8600000000\",\"at\":\"2026-10-14T17:46:40.000Z\","
          + "\"by\":\"lin\",\"do\":\"tag.add\",\"tag\":\"core\",\"users\":[\"ann\",\"小茶\"],"
          + "\"crc\":\""))
    #expect(lines[2].contains("\"id\":\"\(writer)-2\",\"hlc\":\"01a13b8605dc0000\""))
    for line in lines {
      let body = Array(line.utf8.dropLast(18))
      #expect(line.hasSuffix(",\"crc\":\"\(hex(UInt64(CRC32C.of(body)), width: 8))\"}"))
    }
  }

  static let decisions: [Decision] = [
    .tagAdd(tag: "core", users: .named(["ann"])),
    .tagRemove(tag: "core", users: .set(sha256: String(repeating: "ab", count: 32), count: 70)),
    .note(user: "ann", text: "one\ntwo \u{1F375}"),
    .owner("lin", users: .named(["ann", "bob"])), .owner("", users: .named(["ann"])),
    .suppressAdd(hashes: ["00ff"], reason: "bounced"), .suppressRemove(hashes: ["00ff"]),
    .imported(
      run: "000001-ab", files: [ImportedFile(name: "a.csv", digest: "00")], rows: 3, rejected: 1,
      users: false),
    .imported(run: "000002-cd", files: [], rows: 0, rejected: 0, users: true),
    .campaign(name: "autumn", wave: 1, step: "planned"),
    .campaign(name: "autumn", wave: nil, step: "made"),
    .undo(entry: "x-1"), .redo(entry: "x-1"),
  ]

  @Test(arguments: decisions)
  func `a line gives its decision back`(decision: Decision) throws {
    let entry = JournalEntry(
      id: "0123456789abcdef-7", clock: HybridTime(milliseconds: 1_792_000_000_123, counter: 9),
      at: Instant(milliseconds: 1_792_000_000_123), by: "lin", decision: decision)
    guard case .entry(let read) = JournalLine(JournalLine.text(entry).dropLast()) else {
      Issue.record("the line is not read")
      return
    }
    #expect(read == entry)
  }

  @Test func `any byte that changes is noticed`() throws {
    let entry = JournalEntry(
      id: "w-1", clock: HybridTime(milliseconds: 1, counter: 0), at: Instant(milliseconds: 0),
      by: "lin", decision: .note(user: "ann", text: "tea"))
    let line = Array(JournalLine.text(entry).dropLast())
    for index in line.indices {
      var changed = line
      changed[index] ^= 1
      guard case .damaged = JournalLine(changed[...]) else {
        Issue.record("byte \(index) may change unnoticed")
        return
      }
    }
  }

  @Test func `tags, owners and notes are what was decided last`() throws {
    try store.decide(.tagAdd(tag: " core ", users: .named(["ann", "bob"])))
    try store.decide(.tagAdd(tag: "vip", users: .named(["ann"])))
    try store.decide(.tagRemove(tag: "core", users: .named(["bob"])))
    try store.decide(.owner("lin", users: .named(["ann", "bob"])))
    try store.decide(.owner("", users: .named(["bob"])))
    try store.decide(.note(user: "ann", text: " likes oolong\n"))
    let state = try reopened().decisions()
    #expect(state.tagCounts.map(\.tag) == ["core", "vip"])
    #expect(state.tagCounts.map(\.users) == [1, 1])
    #expect(state.tags(of: "ann") == ["core", "vip"])
    #expect(state.users(tagged: "core") == ["ann"])
    #expect(state.has("core", user: "ann") && !state.has("core", user: "bob"))
    #expect(state.owner(of: "ann") == "lin" && state.owner(of: "bob") == nil)
    #expect(state.notes(of: "ann").map(\.text) == ["likes oolong"])
    #expect(state.notes(of: "ann").first?.by == "lin")
  }

  @Test func `as of an instant, later decisions are hidden`() throws {
    let before = clock.now()
    try store.decide(.tagAdd(tag: "core", users: .named(["ann"])))
    clock.advance(by: 1000)
    try store.decide(.tagRemove(tag: "core", users: .named(["ann"])))
    clock.advance(by: 1000)
    try store.undo()
    #expect(try store.decisions(until: before).has("core", user: "ann"))
    #expect(!(try store.decisions(until: before.advanced(by: -1)).has("core", user: "ann")))
    #expect(!(try store.decisions(until: before.advanced(by: 1000)).has("core", user: "ann")))
    #expect(try store.decisions().has("core", user: "ann"))
  }

  @Test func `ids that look alike are different users`() throws {
    let composed = "caf\u{E9}"
    let parts = "cafe\u{301}"
    try store.decide(.tagAdd(tag: "core", users: try store.userList([composed])))
    let state = try store.decisions()
    #expect(state.has("core", user: composed) && !state.has("core", user: parts))
    #expect(try store.userList([composed, parts, composed]) == .named([parts, composed]))
  }

  @Test func `many users go to a set of their own, and come back`() throws {
    let ids = (0..<5000).map { "user-\($0)-茶" }
    let list = try store.userList(ids.shuffled() + ids)
    guard case .set(let digest, let count) = list else {
      Issue.record("the list is not a set")
      return
    }
    #expect(count == 5000)
    #expect(try disk.info("journal/sets/\(digest).zst") != nil)
    #expect(try store.users(of: list) == ids.sortedUnique())
    #expect(try store.userList(ids) == list)
    #expect(try store.userList(Array(ids.prefix(64))) == .named(ids.prefix(64).sortedUnique()))
    try store.decide(.tagAdd(tag: "core", users: list))
    #expect(try reopened().decisions().users(tagged: "core") == Set(ids))
  }

  @Test func `a set that is not what its name says is refused`() throws {
    let list = try store.userList((0..<100).map { "user-\($0)" })
    let other = try store.userList((0..<100).map { "other-\($0)" })
    guard case .set(let digest, _) = list, case .set(let wrong, _) = other else {
      Issue.record("the lists are not sets")
      return
    }
    for bytes in [try disk.read("journal/sets/\(wrong).zst"), [], [1, 2, 3]] {
      try disk.writeAtomically("journal/sets/\(digest).zst", bytes)
      #expect(throws: StoreError.self) { try store.users(of: list) }
    }
  }

  @Test(arguments: ["", "  ", "a\u{1B}b", "a\nb", "a\u{202E}b", String(repeating: "x", count: 65)])
  func `what is no tag is refused, and nothing is written`(tag: String) throws {
    #expect(throws: StoreError.self) {
      try store.decide(.tagAdd(tag: tag, users: .named(["ann"])))
    }
    #expect(throws: StoreError.self) { try store.decide(.note(user: "ann", text: "\u{7}" + tag)) }
    #expect(throws: StoreError.self) { try store.decide(.tagAdd(tag: "x", users: .named([]))) }
    #expect(throws: StoreError.self) { try store.decide(.note(user: "a\nb", text: "x")) }
    #expect(try disk.info(file) == nil)
  }

  @Test func `a torn last line is set aside, and said once`() throws {
    try store.decide(.tagAdd(tag: "core", users: .named(["ann"])))
    try store.decide(.tagAdd(tag: "core", users: .named(["bob"])))
    let whole = try disk.read(file)
    for cut in [1, 2, 30, 100] {
      try disk.writeAtomically(file, Array(whole.dropLast(cut + (cut == 1 ? 1 : 0))))
      try disk.remove(file.replacing("jsonl", with: "torn"))
      let store = try reopened()
      #expect(try store.decisions().users(tagged: "core") == ["ann"])
      #expect(
        store.takeWarnings().map(\.what) == ["the last line was cut short and does not count"])
      #expect(store.takeWarnings() == [])
      #expect(try disk.info(file.replacing("jsonl", with: "torn")) != nil)
      try store.decide(.tagAdd(tag: "core", users: .named(["eve"])))
      let again = try reopened()
      #expect(try again.decisions().users(tagged: "core") == ["ann", "eve"])
      #expect(again.takeWarnings() == [])
    }
  }

  @Test func `a line torn while the store is open is set aside by the next decision`() throws {
    try store.decide(.tagAdd(tag: "core", users: .named(["ann"])))
    try disk.writeAtomically(file, try disk.read(file) + Array("{\"id\":".utf8))
    try store.decide(.tagAdd(tag: "core", users: .named(["bob"])))
    #expect(try lines().count == 3)
    #expect(
      try disk.read(file.replacing("jsonl", with: "torn")) == Array("{\"id\":\n".utf8))
    #expect(store.takeWarnings().count == 1)
  }

  @Test func `a line that lacks only its newline counts`() throws {
    try store.decide(.tagAdd(tag: "core", users: .named(["ann"])))
    try disk.writeAtomically(file, try disk.read(file).dropLast())
    let store = try reopened()
    #expect(try store.decisions().users(tagged: "core") == ["ann"])
    try store.decide(.tagAdd(tag: "core", users: .named(["bob"])))
    #expect(try reopened().decisions().users(tagged: "core") == ["ann", "bob"])
    #expect(try store.decisions().users(tagged: "core") == ["ann", "bob"])
  }

  @Test func `a damaged line in the middle is named, and the rest is read`() throws {
    for user in ["ann", "bob", "eve"] {
      try store.decide(.tagAdd(tag: "core", users: .named([user])))
    }
    var lines = try lines()
    lines[2] = lines[2].replacing("bob", with: "bab")
    try replace(lines.joined(separator: "\n") + "\n")
    let store = try reopened()
    #expect(try store.decisions().users(tagged: "core") == ["ann", "eve"])
    #expect(store.takeWarnings().map(\.subject) == ["\(file):3"])
    #expect(try store.decide(.note(user: "ann", text: "x")).id.hasSuffix("-4"))
  }

  /// A line with a good checksum, as a newer version could write it.
  private func sealed(_ body: String) -> String {
    body + ",\"crc\":\"\(hex(UInt64(CRC32C.of(Array(body.utf8))), width: 8))\"}"
  }

  @Test func `a decision that is not known makes the store read-only`() throws {
    try store.decide(.note(user: "ann", text: "x"))
    let line = sealed(
      "{\"id\":\"ffffffffffffffff-1\",\"hlc\":\"01a13b8600000000\","
        + "\"at\":\"2026-10-14T17:46:40.000Z\",\"by\":\"eve\",\"do\":\"bless\",\"user\":\"ann\"")
    try disk.writeAtomically("journal/ffffffffffffffff.jsonl", Array((line + "\n").utf8))
    let newer = try reopened()
    #expect(newer.readOnlyReason == .unknownDecision("bless"))
    #expect(try newer.decisions().notes(of: "ann").count == 1)
    for store in [newer, store] {
      #expect(throws: StoreError.readOnly(.unknownDecision("bless"))) {
        try store.decide(.note(user: "ann", text: "y"))
      }
    }
  }

  @Test func `members that are not known are passed over`() throws {
    let line = sealed(
      "{\"id\":\"ffffffffffffffff-1\",\"hlc\":\"01a13b8600000000\",\"mood\":[1],"
        + "\"at\":\"2026-10-14T17:46:40.000Z\",\"by\":\"eve\",\"do\":\"note\",\"user\":\"ann\","
        + "\"text\":\"x\",\"colour\":{\"a\":null}")
    try disk.writeAtomically("journal/ffffffffffffffff.jsonl", Array((line + "\n").utf8))
    #expect(try reopened().decisions().notes(of: "ann").map(\.text) == ["x"])
  }

  @Test func `a journal of a newer format stops, and nothing is touched`() throws {
    let line = sealed("{\"format\":2,\"writer\":\"ffffffffffffffff\"")
    let name = "journal/ffffffffffffffff.jsonl"
    try disk.writeAtomically(name, Array((line + "\n").utf8))
    let before = disk.changes
    #expect(throws: StoreError.newerFormat(file: name, format: 2)) { try reopened() }
    #expect(disk.changes == before)
  }

  @Test func `a full disk leaves the journal as it was`() throws {
    try store.decide(.note(user: "ann", text: "x"))
    let before = try disk.read(file)
    disk.arm(.tears, at: 1)
    #expect(throws: StoreError.self) { try store.decide(.note(user: "ann", text: "y")) }
    #expect(try disk.read(file) == before)
  }

  @Test func `two writers see each other`() throws {
    let wang = try other(2)
    try store.decide(.tagAdd(tag: "core", users: .named(["ann"])))
    try wang.decide(.tagRemove(tag: "core", users: .named(["ann"])))
    #expect(!(try store.decisions().has("core", user: "ann")))
    try store.decide(.tagAdd(tag: "core", users: .named(["ann"])))
    #expect(try wang.decisions().has("core", user: "ann"))
    #expect(try store.entries().map(\.entry.by) == ["lin", "wang", "lin"])
    #expect(try disk.list("journal").filter { $0.hasSuffix(".jsonl") }.count == 2)
  }
}
