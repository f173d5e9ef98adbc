import KithScreen
import KithStore
import KithSystem
import Testing

@testable import KithFront

struct KeyTests {
  @Test func `docs keys md is the table of actions`() throws {
    let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    if Outside.real().variables["RECORD_SNAPSHOTS"] != nil {
      let file = try DiskFileSystem(root: root).open("docs/keys.md", .replace)
      try file.write(Array(keysPage().utf8))
      try file.close()
    }
    let page = String(decoding: try readFile(root + "/docs/keys.md"), as: UTF8.self)
    #expect(page == keysPage(), "make it again with RECORD_SNAPSHOTS=1")
  }

  @Test func `every action has keys that exist, a help in both languages, and a place`() throws {
    #expect(Set(Action.all.map(\.id)) == Set(Action.ID.allCases))
    for action in Action.all {
      #expect(!action.keys.isEmpty && action.keys.allSatisfy { KeyChord($0) != nil })
      #expect(!action.help.english.isEmpty && !action.help.chinese.isEmpty)
      #expect(!action.contexts.isEmpty)
    }
    _ = try KeyTable()
  }

  @Test func `a key can be given to an action`() throws {
    let table = try KeyTable(changes: [("remind", SourceText("R ctrl-r"))])
    for name in ["R", "ctrl-r"] {
      #expect(table.action(try #require(KeyChord(name)), in: .users) == .remind)
    }
    #expect(table.action(try #require(KeyChord("r")), in: .users) == nil)
    #expect(table.key(of: .remind, in: .users)?.description == "R")
  }

  @Test(arguments: [
    ("remnd", "R", "unknown action 'remnd'"), ("remind", "ctrl-", "'ctrl-' is no key"),
    ("remind", "t", "the key 't' would mean both"), ("remind", "", "'' is no key"),
  ])
  func `a mistake in keys is told with its place`(_ action: String, _ key: String, _ what: String)
    throws
  {
    let source = SourceText(key, file: "kith.yaml", line: 7, column: 18)
    let error = #expect(throws: KeyError.self) { try KeyTable(changes: [(action, source)]) }
    let diagnostic = try #require(error).diagnostic
    #expect(diagnostic.what.hasPrefix(what))
    #expect(diagnostic.excerpt?.line == 7 && diagnostic.excerpt?.column == 18)
  }

  @Test(arguments: [
    ("：", ":"), ("／", "/"), ("？", "?"), ("【", "["), ("】", "]"), ("ｔ", "t"), ("　", "space"),
  ])
  func `an input method left on counts as its ASCII twin`(_ typed: String, _ key: String) {
    #expect(KeyChord(.text(typed)) == KeyChord(key) || KeyChord(.text(typed))?.description == key)
  }

  @Test(arguments: ["a", "space", "ctrl-d", "alt-x", "f12", "pgdn", "shift-tab", "/", "中"])
  func `a key's name reads back`(_ name: String) {
    #expect(KeyChord(name)?.description == name)
  }

  @Test(arguments: ["", " ", "ctrl", "f0", "f99", "ab", "ctrl-ab", "meta-x"])
  func `what is no key is none`(_ name: String) {
    #expect(KeyChord(name) == nil)
  }
}
