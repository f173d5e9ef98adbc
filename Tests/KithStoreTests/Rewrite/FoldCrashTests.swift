// Every step by which an import with its fold changes the disk goes wrong once, in every way. After
// each the store holds the rows of before or of after, once each, and the next import goes through.

import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct FoldCrashTests {
  let outside = Outside.test()

  private func file(_ number: Int) -> ImportInput {
    .bytes(
      name: "\(number).csv",
      Array("user_id,time,event,size\nann,2026-01-0\(number),visit,\(number)\n".utf8))
  }

  @Test(arguments: CrashCase.all)
  func `a fold that is cut short leaves every row there once`(crash: CrashCase) throws {
    for step in 1... {
      let disk = SimulatedFileSystem()
      let store = try Store.create(in: disk, timeZone: "UTC", name: "tea", outside: outside)
      _ = try store.importEvents([file(1)])
      _ = try store.importEvents([file(2)])
      disk.arm(crash.fault, at: step)
      let before = disk.changes
      let succeeded = (try? store.importEvents([file(3)])) != nil
      let struck = disk.changes - before >= step
      let reopened = try Store.open(files: disk.afterCrash(crash.survival), outside: outside)
      let count = try reopened.snapshot().eventCount
      #expect(count == 3 || count == 2 && !succeeded)
      try reopened.checkComplete()
      if count == 2 { _ = try reopened.importEvents([file(3)]) }
      _ = try reopened.importEvents([file(4)])
      let manifest = try reopened.manifest()
      #expect(manifest.eventRuns.count == 1)
      #expect(manifest.eventRuns.flatMap(\.allImports).count == 4)
      #expect(try reopened.snapshot().eventCount == 4)
      #expect(
        try reopened.files.list("events") == manifest.eventRuns.map { $0.name + ".arrow" }.sorted())
      if !struck {
        #expect(succeeded)
        #expect(step > 10, "the fold wrote nothing")
        return
      }
    }
  }

  @Test func `who reads with the manifest of before reads on`() throws {
    let disk = SimulatedFileSystem()
    let store = try Store.create(in: disk, timeZone: "UTC", name: "tea", outside: outside)
    _ = try store.importEvents([file(1)])
    let before = try store.snapshot()
    _ = try store.importEvents([file(2)])
    #expect(before.eventCount == 1)
    #expect(try store.snapshot().eventCount == 2)
  }

  @Test func `who answers as of the opening sees what was there, and looks again where it is gone`()
    throws
  {
    let disk = SimulatedFileSystem()
    let writer = try Store.create(in: disk, timeZone: "UTC", name: "tea", outside: outside)
    let many = (0..<400).map { "u\($0),2026-01-01,visit,1\n" }.joined()
    _ = try writer.importEvents([
      .bytes(name: "many.csv", Array(("user_id,time,event,size\n" + many).utf8))
    ])
    let reader = try Store.open(files: disk, outside: outside)
    _ = try writer.importEvents([file(1)])
    try writer.decide(.note(user: "ann", text: "later"))
    #expect(try reader.snapshot(asOpened: true).eventCount == 400)
    #expect(try reader.decisions(asOpened: true).notes(of: "ann").isEmpty)
    #expect(try reader.snapshot().eventCount == 401)
    #expect(try reader.decisions().notes(of: "ann").count == 1)
    #expect(try reader.snapshot(asOpened: true).eventCount == 401)
    #expect(try reader.decisions(asOpened: true).notes(of: "ann").count == 1)

    let late = try Store.open(files: disk, outside: outside)
    _ = try writer.importEvents([
      .bytes(name: "more.csv", Array(("user_id,time,event,size\n" + many + many).utf8))
    ])
    #expect(try writer.manifest().eventRuns.count == 1, "the runs were to be folded")
    #expect(try late.snapshot(asOpened: true).eventCount == 1201)
    try late.checkComplete()
  }
}
