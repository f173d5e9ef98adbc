import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

/// The store's key is 32 random bytes: that they are others is seen by what the manifest says of them.
struct KeyTests {
  let disk = SimulatedFileSystem()
  let outside = Outside.test()
  let store: Store
  private let damage = StoreError.damaged(
    file: "key", line: nil, problem: "it is not the key that manifest.json tells of")

  init() throws {
    store = try Store.create(in: disk, timeZone: "UTC", name: "tea", outside: outside)
    try add(day: 1)
  }

  private func add(day: Int) throws {
    let text = "user_id,time,event\nann,2026-01-0\(day),visit\nbob,2026-01-0\(day),visit\n"
    _ = try store.importEvents([.bytes(name: "\(day).csv", Array(text.utf8))])
  }

  private func flipBit() throws {
    var key = try disk.read("key")
    key[7] ^= 4
    try disk.writeAtomically("key", key)
  }

  @Test func `a changed key is found by doctor and refused by who hides or erases with it`() throws
  {
    _ = try store.forget("bob") { () throws(StoreError) in 0 }
    try flipBit()
    let changes = disk.changes
    #expect(
      Checkup(disk).findings.map { "\($0.file): \($0.problem)" } == [
        "key: it is not the key that manifest.json tells of"
      ])
    #expect(throws: damage) { try store.addressHash("a@example.org") }
    #expect(throws: damage) { try store.forget("ann") { () throws(StoreError) in 0 } }
    #expect(throws: ImportError.self) { try add(day: 2) }
    #expect(disk.changes == changes)
    let reopened = try Store.open(files: disk, outside: outside)
    _ = try reopened.decisions()
    #expect(
      reopened.takeWarnings().map(\.what) == [
        "who was erased is not known, damaged: it is not the key that manifest.json tells of"
      ])
    #expect(throws: damage) { try reopened.checkComplete() }
  }

  @Test func `where nobody was erased an import needs no key`() throws {
    try flipBit()
    try add(day: 2)
    #expect(try store.snapshot().eventCount == 4)
  }

  @Test func `a store whose manifest says nothing of its key is used, and says it from then on`()
    throws
  {
    let text = String(decoding: try disk.read("manifest.json"), as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let older = lines.filter { !$0.contains("key_check") }.joined(separator: "\n")
    #expect(older != text)
    try disk.writeAtomically("manifest.json", Array(older.utf8))
    let hash = try store.addressHash("a@example.org")
    #expect(Checkup(disk).findings == [])
    try add(day: 2)
    #expect(try store.addressHash("a@example.org") == hash)
    try flipBit()
    #expect(throws: damage) { try store.addressHash("a@example.org") }
  }
}
