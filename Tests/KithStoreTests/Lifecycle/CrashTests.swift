// Every step that changes the disk goes wrong once, in every way; after each, the store is as before
// or as after, and goes on.

import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct CrashTests {
  let outside = Outside.test()

  @Test(arguments: CrashCase.all)
  func `a decision is there in whole or not at all, and the next one goes through`(
    crash: CrashCase
  ) throws {
    try crash.everyStep(
      outside: outside,
      prepare: { try $0.decide(.tagAdd(tag: "core", users: .named(["ann"]))) },
      change: { try $0.decide(.tagAdd(tag: "core", users: .named(["bob"]))) },
      check: { store, succeeded in
        let before = try store.decisions().users(tagged: "core")
        #expect(before == ["ann", "bob"] || (before == ["ann"] && !succeeded))
        try store.decide(.tagAdd(tag: "core", users: .named(["eve"])))
        let after = try store.decisions().users(tagged: "core")
        #expect(after == before.union(["eve"]))
        let again = try Store.open(files: store.files, outside: outside)
        #expect(try again.decisions().users(tagged: "core") == after)
        #expect(again.takeWarnings() == [])
      })
  }

  @Test(arguments: CrashCase.all)
  func `the first decision of a writer is there in whole or not at all`(crash: CrashCase) throws {
    try crash.everyStep(
      outside: outside,
      change: { try $0.decide(.note(user: "ann", text: "likes oolong")) },
      check: { store, succeeded in
        let notes = try store.decisions().notes(of: "ann").map(\.text)
        #expect(notes == ["likes oolong"] || (notes.isEmpty && !succeeded))
        try store.decide(.note(user: "ann", text: "called"))
        #expect(try store.decisions().notes(of: "ann").map(\.text) == notes + ["called"])
      })
  }

  @Test(arguments: CrashCase.all)
  func `a bulk tag has its set whenever it has its line`(crash: CrashCase) throws {
    let ids = (0..<500).map { "user-\($0)" }
    try crash.everyStep(
      outside: outside,
      change: { store in
        try store.decide(.tagAdd(tag: "core", users: try store.userList(ids)))
      },
      check: { store, succeeded in
        let count = try store.decisions().users(tagged: "core").count
        #expect(count == 500 || (count == 0 && !succeeded))
        try store.decide(.tagAdd(tag: "core", users: try store.userList(ids)))
        #expect(try store.decisions().users(tagged: "core").count == 500)
        let leftovers = try store.files.list("journal/sets").filter { $0.hasSuffix(".new") }
        #expect(leftovers == [])
      })
  }

  @Test(arguments: CrashCase.all)
  func `a manifest is the old or the new`(crash: CrashCase) throws {
    try crash.everyStep(
      outside: outside,
      change: { store in
        var manifest = try store.manifest()
        manifest.home = "0123456789abcdef"
        try store.locked { lock throws(StoreError) in
          try store.replaceManifest(manifest, under: lock)
        }
      },
      check: { store, succeeded in
        let manifest = try store.manifest()
        if succeeded { #expect(manifest.home != nil) }
        #expect(manifest.generation == (manifest.home == nil ? 0 : 1))
      })
  }

  @Test(arguments: CrashCase.all)
  func `a store in an empty directory is made, or can be made again`(crash: CrashCase) throws {
    for step in 1... {
      let disk = SimulatedFileSystem()
      disk.arm(crash.fault, at: step)
      var made = true
      do {
        _ = try Store.create(in: disk, timeZone: "UTC", name: "tea", outside: outside)
      } catch {
        made = false
      }
      let struck = disk.changes >= step
      let after = disk.afterCrash(crash.survival)
      do {
        let store = try Store.open(files: after, outside: outside)
        try store.decide(.note(user: "ann", text: "hello"))
        #expect(try store.files.read("key").count == 32)
      } catch {
        #expect(!made)
        let store = try Store.create(in: after, timeZone: "UTC", name: "tea", outside: outside)
        try store.decide(.note(user: "ann", text: "hello"))
      }
      if !struck { return }
    }
  }

  @Test(arguments: CrashCase.all)
  func `a store in a new directory is there in whole or not at all`(crash: CrashCase) throws {
    for step in 1... {
      let disk = SimulatedFileSystem()
      disk.arm(crash.fault, at: step)
      var made = true
      do {
        try Store.build(
          "tea.kith", beneath: disk, timeZone: "UTC", name: "tea", outside: outside)
      } catch {
        made = false
      }
      let struck = disk.changes >= step
      let after = disk.afterCrash(crash.survival)
      if let files = after.beneath("tea.kith") {
        let store = try Store.open(files: files, outside: outside)
        try store.decide(.note(user: "ann", text: "hello"))
        #expect(try store.files.read("key").count == 32)
      } else {
        #expect(!made)
        try Store.build(
          "tea.kith", beneath: after, timeZone: "UTC", name: "tea", outside: outside)
      }
      if !struck { return }
    }
  }
}
