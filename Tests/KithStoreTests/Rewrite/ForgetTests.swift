// A person who is erased is in no byte of any file, and everybody else is as before; cut short at any
// step, the same command goes on to the same end.

import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct ForgetTests {
  let disk = SimulatedFileSystem()
  let outside = Outside.test()
  let store: Store
  private static let gone = "mei-1984"

  init() throws {
    store = try Self.made(disk, outside)
  }

  private static func made(_ disk: SimulatedFileSystem, _ outside: Outside) throws -> Store {
    let store = try Store.create(in: disk, timeZone: "UTC", name: "tea", outside: outside)
    var rows = "user_id,time,event,value,phone\n"
    for user in ["ann", gone, "mei-19845", "zoe"] {
      for day in 1...4 { rows += "\(user),2026-01-0\(day),buy,\(day).5,tel-\(user)\n" }
    }
    rows += "\(gone),never,buy,1,x\n"
    _ = try store.importEvents([.bytes(name: "a.csv", Array(rows.utf8))])
    _ = try store.importUsers(
      [.bytes(name: "u.csv", Array("user_id,city\n\(gone),Ely\nann,York\n".utf8))])
    let many = (0..<100).map { "u\($0)" } + [gone]
    try store.decide(.tagAdd(tag: "vip", users: store.userList(many)))
    try store.decide(.tagAdd(tag: "core", users: .named([gone, "ann"])))
    try store.decide(.owner("lin", users: .named([gone])))
    try store.decide(.note(user: gone, text: "likes oolong"))
    try store.decide(.note(user: "ann", text: "a friend"))
    return store
  }

  /// Files in which the id stands, sets unpacked.
  private func traces(_ disk: SimulatedFileSystem) throws -> [String] {
    let erasure = Erasure(Self.gone)
    var found: [String] = []
    func look(_ folder: String) throws {
      for leaf in try disk.list(folder) {
        let name = folder.isEmpty ? leaf : folder + "/" + leaf
        if try disk.info(name)?.kind == .directory {
          try look(name)
          continue
        }
        var bytes = try disk.read(name)
        if name.hasSuffix(".zst") { bytes = UserSet.decompress(bytes, limit: 1 << 24) ?? [] }
        if erasure.isNamed(in: bytes) || erasure.isNamed(in: Array(leaf.utf8)) {
          found.append(name)
        }
      }
    }
    try look("")
    return found
  }

  private func sums(_ store: Store) throws -> [String] {
    let snapshot = try store.snapshot()
    var events = UserEvents()
    let decisions = try store.decisions()
    return (0..<snapshot.userCount).filter { snapshot.id(of: $0) != Self.gone }.map { user in
      snapshot.read(user, into: &events)
      let sum = events.rows.reduce(0) { $0 + ($1.value ?? 0) }
      let id = snapshot.id(of: user)
      return "\(id) \(events.rows.count) \(sum) \(decisions.tags(of: id))"
        + " \(decisions.notes(of: id).map(\.text))"
    }
  }

  @Test func `no byte of any file names them, and the others are as before`() throws {
    let before = try sums(store)
    #expect(try !traces(disk).isEmpty)
    let report = try store.forget(Self.gone) { () throws(StoreError) in 0 }
    #expect(try traces(disk) == [])
    #expect(try sums(store) == before)
    #expect(report.events == 4)
    #expect(report.attributes == 1)
    #expect(report.journal == 4)
    #expect(report.mentions == [])
    let again = try Store.open(files: disk, outside: outside)
    #expect(try sums(again) == before)
    #expect(try again.decisions().owner(of: Self.gone) == nil)
    #expect(try again.decisions().users(tagged: "vip").count == 100)
    #expect(Checkup(disk).findings == [])
    #expect(try again.entries().first { $0.isUndone || true }?.isUndoable == false)
  }

  @Test func `what people wrote is listed and left`() throws {
    let note = "knows \(Self.gone) well"
    try store.decide(.note(user: "ann", text: note))
    try disk.writeAtomically("segments/x.segment", Array("-- \(Self.gone)\ntrue\n".utf8))
    let report = try store.forget(Self.gone) { () throws(StoreError) in 0 }
    #expect(report.mentions.first == "segments/x.segment:1")
    #expect(report.mentions.count == 2)
    #expect(try store.decisions().notes(of: "ann").map(\.text).contains(note))
  }

  @Test func `an id that nobody has is an error`() throws {
    #expect(throws: StoreError.decision(.noUser("nobody"))) {
      try store.forget("nobody") { () throws(StoreError) in 0 }
    }
  }

  @Test func `a journal that comes back from a copy does not bring them back`() throws {
    let journal = StoreFile.journalFile(of: try store.writer())
    let copy = try disk.read(journal)
    _ = try store.forget(Self.gone) { () throws(StoreError) in 0 }
    let lines = wholeLines(copy).filter { Erasure(Self.gone).isNamed(in: $0) }
    try disk.writeAtomically("journal/0011223344556677.jsonl", Array(lines.joined()))
    let merged = try Store.open(files: disk, outside: outside)
    #expect(try merged.decisions().tags(of: Self.gone) == [])
    #expect(try merged.decisions().users(tagged: "core") == ["ann"])
    _ = try merged.forget(Self.gone) { () throws(StoreError) in 0 }
    #expect(try traces(disk) == [])
  }

  @Test func `a later import leaves them out`() throws {
    _ = try store.forget(Self.gone) { () throws(StoreError) in 0 }
    let rows = "user_id,time,event\n\(Self.gone),2026-02-01,buy\nbob,2026-02-01,buy\n"
    _ = try store.importEvents([.bytes(name: "b.csv", Array(rows.utf8))])
    let snapshot = try store.snapshot()
    #expect(snapshot.user(Self.gone) == nil)
    #expect(snapshot.user("bob") != nil)
    #expect(try traces(disk) == [])
  }

  @Test(arguments: CrashCase.all)
  func `cut short at any step, it goes on`(crash: CrashCase) throws {
    let before = try sums(store)
    for step in 1... {
      let disk = SimulatedFileSystem()
      let store = try Self.made(disk, outside)
      disk.arm(crash.fault, at: step)
      let changes = disk.changes
      let succeeded = (try? store.forget(Self.gone) { () throws(StoreError) in 0 }) != nil
      let struck = disk.changes - changes >= step
      let after = disk.afterCrash(crash.survival)
      let reopened = try Store.open(files: after, outside: outside)
      #expect(try sums(reopened) == before)
      // Who has no decisions any more and still has events is named.
      let isThere = try reopened.snapshot().user(Self.gone) != nil
      let isNoted = try reopened.decisions().owner(of: Self.gone) == nil
      #expect(!(isThere && isNoted) || Checkup(after).findings.contains { $0.isUnfinishedErasing })
      if !succeeded { _ = try reopened.forget(Self.gone) { () throws(StoreError) in 0 } }
      #expect(try traces(after) == [])
      #expect(try sums(reopened) == before)
      #expect(try reopened.snapshot().user(Self.gone) == nil)
      #expect(Checkup(after).findings == [])
      if !struck {
        #expect(succeeded)
        #expect(step > 20, "it wrote nothing")
        return
      }
    }
  }
}

extension Finding {
  fileprivate var isUnfinishedErasing: Bool { problem == "it still has a person who was erased" }
}
