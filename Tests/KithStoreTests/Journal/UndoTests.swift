import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct UndoTests {
  let disk = SimulatedFileSystem()
  let store: Store

  init() throws {
    store = try Store.create(in: disk, timeZone: "UTC", name: "tea", outside: .test())
  }

  private func tag(_ user: String) throws {
    try store.decide(.tagAdd(tag: "core", users: .named([user])))
  }

  private func core() throws -> Set<String> {
    try Store.open(files: disk, outside: store.outside).decisions().users(tagged: "core")
  }

  @Test func `undo goes back one by one, redo forward again`() throws {
    for user in ["ann", "bob", "eve"] { try tag(user) }
    try store.undo()
    #expect(try core() == ["ann", "bob"])
    try store.undo()
    #expect(try core() == ["ann"])
    try store.redo()
    #expect(try core() == ["ann", "bob"])
    try store.redo()
    #expect(try core() == ["ann", "bob", "eve"])
    #expect(throws: StoreError.decision(.nothingToRedo)) { try store.redo() }
    for _ in 0..<3 { try store.undo() }
    #expect(try core() == [])
    #expect(throws: StoreError.decision(.nothingToUndo)) { try store.undo() }
  }

  @Test func `a new decision ends what could be redone`() throws {
    try tag("ann")
    try store.undo()
    try tag("bob")
    #expect(throws: StoreError.decision(.nothingToRedo)) { try store.redo() }
    try store.undo()
    #expect(throws: StoreError.decision(.nothingToUndo)) { try store.undo() }
    try store.redo()
    #expect(try core() == ["bob"])
  }

  @Test func `undo takes the entry out, not what others did since`() throws {
    try tag("ann")
    let second = try store.decide(.tagRemove(tag: "core", users: .named(["ann"])))
    try tag("ann")
    try store.undo(second.id)
    #expect(try core() == ["ann"])
    try store.undo()
    #expect(try core() == ["ann"])
  }

  @Test func `to undo an undo is to redo`() throws {
    try tag("ann")
    let undo = try store.undo()
    let redo = try store.undo(undo.id)
    #expect(try core() == ["ann"])
    try store.undo(redo.id)
    #expect(try core() == [])
  }

  @Test func `imports and campaigns are listed, not undoable`() throws {
    try tag("ann")
    let entry = try store.decide(
      .imported(run: "000001-ab", files: [], rows: 1, rejected: 0, users: false))
    #expect(
      throws: StoreError.decision(.notUndoable(entry: entry.id, what: "an import"))
    ) { try store.undo(entry.id) }
    #expect(try store.entries().map(\.isUndoable) == [false, true])
    try store.undo()
    #expect(try core() == [])
    #expect(try store.entries().map(\.isUndone) == [false, false, true])
    try store.decide(.campaign(name: "autumn", wave: 1, step: "sent"))
    try store.redo()
    #expect(try core() == ["ann"])
  }

  @Test func `what cannot be undone is said`() throws {
    try tag("ann")
    let id = try store.entries()[0].entry.id
    try store.undo(id)
    #expect(throws: StoreError.decision(.alreadyUndone(entry: id))) { try store.undo(id) }
    let near = String(id.dropLast()) + "7"
    #expect(throws: StoreError.decision(.noEntry(near, nearest: id))) { try store.undo(near) }
    #expect(throws: StoreError.decision(.noEntry("x", nearest: nil))) { try store.undo("x") }
  }

  @Test func `a person undoes their own decisions`() throws {
    let wang = try Store.open(files: disk, outside: .test(seed: 2, user: "wang"))
    try tag("ann")
    try wang.decide(.tagAdd(tag: "core", users: .named(["bob"])))
    try store.undo()
    #expect(try core() == ["bob"])
    #expect(throws: StoreError.decision(.nothingToUndo)) { try store.undo() }
    #expect(throws: StoreError.decision(.nothingToRedo)) { try wang.redo() }
    let other = try #require(try wang.entries().first { $0.entry.by == "wang" })
    try store.undo(other.entry.id)
    #expect(try core() == [])
  }
}
