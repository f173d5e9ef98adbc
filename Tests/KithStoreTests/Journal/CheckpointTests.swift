// Nothing but time depends on the checkpoint: with it, without it, and with any byte of it changed, the
// journals fold to the same state.

import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct CheckpointTests {
  let disk = SimulatedFileSystem()
  let outside = Outside.test()
  let store: Store
  private static let name = "cache/journal"

  init() throws {
    store = try Store.create(in: disk, timeZone: "UTC", name: "tea", outside: outside)
    // More than the checkpoint waits for, as lines of the caller's own journal.
    let writer = try store.writer()
    var text = JournalLine.header(writer: writer)
    var chance = SeededGenerator(seed: 5)
    for number in 1...6000 {
      let user = "u\(Int.random(in: 0..<900, using: &chance))"
      let decision: Decision =
        switch Int.random(in: 0..<6, using: &chance) {
        case 0: .tagAdd(tag: "core", users: .named([user]))
        case 1: .tagRemove(tag: "core", users: .named([user, "u1"]))
        case 2: .owner(["lin", "梅", ""][number % 3], users: .named([user]))
        case 3: .note(user: user, text: "line \(number)\n\"tea\"")
        case 4: .suppressAdd(hashes: ["ab\(number % 50)"], reason: "bounced")
        default: .suppressRemove(hashes: ["ab\(number % 50)"])
        }
      text += JournalLine.text(
        JournalEntry(
          id: "\(writer)-\(number)",
          clock: HybridTime(milliseconds: 1_700_000_000_000 + Int64(number), counter: 0),
          at: Instant(milliseconds: 1_700_000_000_000 + Int64(number)), by: "lin",
          decision: decision))
    }
    try disk.writeAtomically(StoreFile.journalFile(of: writer), text)
    try store.decide(.tagAdd(tag: "all", users: store.userList((0..<2000).map { "u\($0)" })))
  }

  @Test(arguments: [SimulatedFileSystem.Fault.fails, .tears])
  func `where the disk is full nothing is left of what was to be kept`(
    fault: SimulatedFileSystem.Fault
  ) throws {
    let rows = "user_id,time,event\nann,2026-01-01,visit\n"
    _ = try store.importEvents([.bytes(name: "a.csv", Array(rows.utf8))])
    for step in 1... {
      for leaf in try disk.list("cache") { try disk.remove("cache/" + leaf) }
      disk.arm(fault, at: step)
      let before = disk.changes
      _ = try reopened().decisions()
      store.prepareDerivedState()
      #expect(try disk.list("cache").filter { $0.hasSuffix(".new") } == [], "step \(step)")
      if disk.changes - before < step {
        #expect(try disk.list("cache").count == 3)
        return
      }
    }
  }

  private func reopened() throws -> Store { try Store.open(files: disk, outside: outside) }

  private func digest(_ store: Store, until: Instant? = nil) throws -> String {
    let state = try store.decisions(until: until)
    var text = "\(state.tagCounts) \(state.ownerCounts) \(state.suppressions)"
    for user in ["u0", "u1", "u2", "u500", "u1999", "nobody"] {
      text += "\(state.tags(of: user)) \(state.owner(of: user) ?? "-") \(state.notes(of: user))"
    }
    for tag in ["core", "all"] {
      var ids: [String] = []
      state.eachUser(tagged: tag) { ids.append($0) }
      #expect(ids == ids.sortedUnique())
      text += ids.joined(separator: ",")
    }
    return text
  }

  @Test func `with and without it the answers are the same`() throws {
    let without = try digest(reopened())
    #expect(try disk.info(Self.name) != nil)
    #expect(Checkpoint.read(disk) != nil)
    #expect(try digest(reopened()) == without)
    let half = Instant(milliseconds: 1_700_000_003_000)
    let early = try digest(reopened(), until: half)
    try disk.remove(Self.name)
    #expect(try digest(reopened(), until: half) == early)
    #expect(try digest(reopened()) == without)
    #expect(Checkup(disk).findings == [])
  }

  @Test func `what was decided after it counts, and so does undo`() throws {
    _ = try digest(reopened())
    let store = try reopened()
    #expect(try store.decisions().has("all", user: "u7"))
    try store.undo()
    #expect(try !store.decisions().has("all", user: "u7"))
    try store.decide(.tagAdd(tag: "late", users: .named(["a-new-one", "u3"])))
    try store.undo(try store.undo().id)
    let with = try digest(reopened())
    try disk.remove(Self.name)
    #expect(try digest(reopened()) == with)
  }

  @Test func `a byte that changed is noticed, and costs nothing but time`() throws {
    let whole = try digest(reopened())
    let bytes = try disk.read(Self.name)
    for place in stride(from: 0, to: bytes.count, by: bytes.count / 60) {
      var changed = bytes
      changed[place] ^= 0x10
      try disk.writeAtomically(Self.name, changed)
      #expect(try digest(reopened()) == whole)
    }
    try disk.writeAtomically(Self.name, Array(bytes.prefix(bytes.count / 2)))
    #expect(Checkup(disk).findings.map(\.file) == [Self.name])
  }

  @Test func `journals that were replaced are read anew`() throws {
    _ = try digest(reopened())
    let journal = StoreFile.journalFile(of: try store.writer())
    let lines = wholeLines(try disk.read(journal))
    try disk.writeAtomically(journal, Array(lines.prefix(3000).joined()))
    let with = try digest(reopened())
    try disk.remove(Self.name)
    #expect(try digest(reopened()) == with)
  }

  @Test func `a set that is damaged leaves the other decisions readable`() throws {
    let set = try #require(try disk.list("journal/sets").first)
    try disk.writeAtomically("journal/sets/" + set, [1, 2, 3])
    let store = try reopened()
    #expect(try store.decisions().tagCounts.contains { $0.tag == "core" })
    #expect(store.takeWarnings().count == 1)
    #expect(throws: StoreError.self) { try store.checkComplete() }
  }
}
