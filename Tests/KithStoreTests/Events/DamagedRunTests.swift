import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct DamagedRunTests {
  let disk = SimulatedFileSystem()
  let store: Store

  init() throws {
    store = try Store.create(in: disk, timeZone: "UTC", name: "tea", outside: .test())
    // Nine rows beside one stay apart.
    for (name, user, count) in [("a.csv", "ann", 9), ("b.csv", "bob", 1)] {
      let rows = String(repeating: "\(user),2026-01-01,visit\n", count: count)
      _ = try store.importEvents([.bytes(name: name, Array(("user_id,time,event\n" + rows).utf8))])
    }
    let users = "user_id,city\nann,Bern\n"
    _ = try store.importUsers([.bytes(name: "users.csv", Array(users.utf8))])
  }

  @Test(arguments: [true, false])
  func `a run that is damaged or gone is named once, and the rest is read`(gone: Bool) throws {
    let file = "events/\(try store.manifest().eventRuns[0].name).arrow"
    let whole = try disk.read(file)
    if gone { try disk.remove(file) } else { try disk.writeAtomically(file, [1]) }
    let snapshot = try store.snapshot()
    #expect(snapshot.eventCount == 1)
    #expect(snapshot.user("bob") == 0)
    _ = try store.snapshot()
    let warnings = store.takeWarnings()
    #expect(warnings.count == 1)
    #expect(warnings[0].subject?.hasSuffix(file) == true)
    #expect(throws: StoreError.self) { try store.checkComplete() }
    #expect(throws: StoreError.self) { _ = try store.runSnapshot() }
    try disk.writeAtomically(file, whole)
    #expect(try store.snapshot().eventCount == 10)
    try store.checkComplete()
    #expect(store.takeWarnings() == [])
  }

  @Test func `without its runs a store is empty, and still opens`() throws {
    for folder in ["events", "users"] {
      for leaf in try disk.list(folder) { try disk.remove("\(folder)/\(leaf)") }
    }
    let snapshot = try store.snapshot()
    #expect(snapshot.userCount == 0)
    #expect(snapshot.horizon == nil)
    #expect(store.takeWarnings().count == 3)
  }
}
