// Every step by which an import changes the disk goes wrong once, in every way. After each, the store
// is as before or as after, and the same file goes in, or is refused because it is in.

import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct ImportCrashTests {
  let outside = Outside.test()
  let first = ImportInput.bytes(
    name: "first.csv", Array("user_id,time,event\nann,2026-01-01,visit\n".utf8))
  let second = ImportInput.bytes(
    name: "second.csv", Array("user_id,time,event\nbob,2026-01-01,visit\neve,x,visit\n".utf8))

  @Test(arguments: CrashCase.all)
  func `an import is in whole or not at all, and can be repeated`(crash: CrashCase) throws {
    for step in 1... {
      let disk = SimulatedFileSystem()
      let store = try Store.create(in: disk, timeZone: "UTC", name: "tea", outside: outside)
      _ = try store.importEvents([first])
      disk.arm(crash.fault, at: step)
      let before = disk.changes
      let succeeded = (try? store.importEvents([second])) != nil
      let struck = disk.changes - before >= step
      let reopened = try Store.open(files: disk.afterCrash(crash.survival), outside: outside)
      let events = try reopened.snapshot().eventCount
      #expect(events == 2 || (events == 1 && !succeeded))
      try checkRepeat(reopened, isIn: events == 2)
      if !struck {
        #expect(succeeded)
        #expect(step > 5, "the import wrote nothing")
        return
      }
    }
  }

  private func checkRepeat(_ store: Store, isIn: Bool) throws {
    do {
      let report = try store.importEvents([second])
      #expect(!isIn)
      #expect(report.rows == 1)
    } catch {
      guard case ImportError.importedBefore = error else { throw error }
      #expect(isIn)
    }
    // A further import tidies what the crash left.
    let third = Array("user_id,time,event\nzoe,2026-01-01,visit\n".utf8)
    _ = try store.importEvents([.bytes(name: "third.csv", third)])
    let runs = try store.manifest().eventRuns.map(\.name)
    #expect(try store.snapshot().eventCount == 3)
    #expect(try store.files.list("events") == runs.map { $0 + ".arrow" }.sorted())
    let rejected = try store.files.list("rejected")
    #expect(rejected.count == 1)
    #expect(rejected.allSatisfy { $0.hasSuffix(".csv") })
  }

  @Test(arguments: CrashCase.all)
  func `a row whose id comes again is there once, old or new`(crash: CrashCase) throws {
    func file(_ day: Int) -> ImportInput {
      let rows =
        "user_id,time,event,event_id\nann,2026-01-0\(day),visit,7\nbob,2026-01-01,visit,8\n"
      return .bytes(name: "\(day).csv", Array(rows.utf8))
    }
    for step in 1... {
      let disk = SimulatedFileSystem()
      let store = try Store.create(in: disk, timeZone: "UTC", name: "tea", outside: outside)
      _ = try store.importEvents([file(1)])
      disk.arm(crash.fault, at: step)
      let before = disk.changes
      let succeeded = (try? store.importEvents([file(2)], ImportOptions(overlap: true))) != nil
      let struck = disk.changes - before >= step
      let reopened = try Store.open(files: disk.afterCrash(crash.survival), outside: outside)
      let snapshot = try reopened.snapshot()
      #expect(snapshot.eventCount == 2)
      var events = UserEvents()
      snapshot.read(try #require(snapshot.user("ann")), into: &events)
      let day = Day.split(events.rows[0].time).0.civil.day
      #expect(day == 2 || day == 1 && !succeeded)
      if !struck {
        #expect(succeeded)
        return
      }
    }
  }

  @Test func `a run that lost its manifest is not live, and its content may come again`() throws {
    let disk = SimulatedFileSystem()
    let store = try Store.create(in: disk, timeZone: "UTC", name: "tea", outside: outside)
    let manifest = try store.files.read("manifest.json")
    _ = try store.importEvents([first])
    try store.files.writeAtomically("manifest.json", manifest)
    #expect(try store.snapshot().eventCount == 0)
    #expect(try store.importEvents([first]).rows == 1)
  }

  @Test(arguments: CrashCase.all)
  func `attributes and the events of their times go in together`(crash: CrashCase) throws {
    let members = ImportInput.bytes(
      name: "members.csv", Array("user_id,since,city\nann,2025-01-01,Ely\nbob,,York\n".utf8))
    let options = ImportOptions(events: [("signup", "since")])
    for step in 1... {
      let disk = SimulatedFileSystem()
      let store = try Store.create(in: disk, timeZone: "UTC", name: "tea", outside: outside)
      _ = try store.importEvents([first])
      disk.arm(crash.fault, at: step)
      let before = disk.changes
      let succeeded = (try? store.importUsers([members], options)) != nil
      let struck = disk.changes - before >= step
      let reopened = try Store.open(files: disk.afterCrash(crash.survival), outside: outside)
      let manifest = try reopened.manifest()
      let imports = manifest.eventRuns.flatMap(\.allImports).count
      #expect(manifest.userRuns.count == imports - 1)
      #expect(try reopened.snapshot().eventCount == imports)
      #expect(!succeeded || manifest.userRuns.count == 1)
      if !struck {
        #expect(succeeded)
        #expect(step > 8, "the import wrote nothing")
        return
      }
    }
  }
}
