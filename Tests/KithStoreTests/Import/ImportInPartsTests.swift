// An import that memory does not hold: in whole or not at all, although it is written part by part.

import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct ImportInPartsTests {
  private let outside = Outside.test()
  private let small = ImportInput.bytes(
    name: "small.csv", Array("user_id,time,event,plan\nann,2026-01-01,visit,1\n".utf8))
  /// A column that is a number at first, a user with rows in all parts, and lines that cannot be read.
  private let large: ImportInput = {
    var text = "user_id,time,event,plan\n"
    for row in 0..<40 {
      text += "u\(row % 7),2026-01-\(row % 5 == 0 ? "xx" : "02"),e\(row % 3),"
      text += row < 30 ? "\(row)\n" : "gold\n"
    }
    return .bytes(name: "large.csv", Array(text.utf8))
  }()
  private let inParts: ImportOptions = {
    var options = ImportOptions()
    (options.memoryMax, options.rejectsMax) = (0, 1)
    return options
  }()
  private let reading = EventReading(workers: 2, blockSize: 300)

  private func store(on disk: SimulatedFileSystem) throws -> Store {
    let store = try Store.create(in: disk, timeZone: "UTC", name: "tea", outside: outside)
    _ = try store.importEvents([small])
    return store
  }

  @Test func `reports, types and what is refused are those of an import in one part`() throws {
    let (whole, parts) = (
      try store(on: SimulatedFileSystem()), try store(on: SimulatedFileSystem())
    )
    let one = try whole.importEvents([large], ImportOptions(), reading)
    let many = try parts.importEvents([large], inParts, reading)
    #expect(many.rows == one.rows && many.events == one.events && many.users == one.users)
    #expect(many.rejectedCount == one.rejectedCount && many.rejectedCount == 8)
    #expect(many.typeChanges == one.typeChanges && !many.typeChanges.isEmpty)
    #expect(try exported(parts) == exported(whole))
    let files = try [(whole, one), (parts, many)].map { store, report in
      try store.files.read(#require(report.rejectedFile))
    }
    #expect(files[0] == files[1])
    #expect(throws: ImportError.self) { try parts.importEvents([large], inParts, reading) }
    var again = inParts
    again.again = true
    _ = try parts.importEvents([large], again, reading)
    again.memoryMax = .max
    _ = try whole.importEvents([large], again, reading)
    #expect(try exported(parts) == exported(whole))
    #expect(try parts.entries().count == 3)
    #expect(try parts.manifest().eventRuns.flatMap(\.allImports).count == 3)
    #expect(Checkup(parts.files).findings == [])
  }

  @Test func `who was erased is no user of an import, though every part has their rows`() throws {
    for options in [ImportOptions(), inParts] {
      let store = try store(on: SimulatedFileSystem())
      try store.decide(.note(user: "u2", text: "to be erased"))
      _ = try store.forget("u2") { () throws(StoreError) in 0 }
      let report = try store.importEvents([large], options, reading)
      #expect(report.users == 6)
      #expect(try report.rows == store.snapshot().eventCount - 1)
    }
  }

  @Test func `parts that lie beside each other answer as one run does`() throws {
    let (store, whole) = (
      try store(on: SimulatedFileSystem()), try store(on: SimulatedFileSystem())
    )
    try write((0..<3).map(rows(ofPart:)), to: store)
    try write([(0..<3).flatMap(rows(ofPart:))], to: whole)
    #expect(try store.manifest().eventRuns.count == 4)
    #expect(try whole.manifest().eventRuns.count == 2)
    let apart = try exported(store)
    #expect(try exported(whole) == apart)
    #expect(try store.snapshot().properties.map(\.type) == whole.snapshot().properties.map(\.type))
    let lock = try store.lock()
    #expect(try store.fold(under: lock) == 4)
    lock.release()
    #expect(try exported(store) == apart)
    #expect(try store.manifest().eventRuns.flatMap(\.allImports).count == 2)
  }

  private typealias Row = (user: String, time: Instant, event: String, plan: String)

  private func rows(ofPart part: Int) -> [Row] {
    (0..<6).map { row in
      let time = Instant(milliseconds: 1_767_139_200_000 + Int64(row % 2))
      return ("u\(row % 4)", time, "e\(part)", part < 2 ? "\(row)" : "gold")
    }
  }

  /// Without the fold that follows an import.
  private func write(_ parts: [[Row]], to store: Store) throws {
    let writer = ImportWriter(store, isUsers: false)
    defer { writer.end() }
    for part in parts {
      var columns = EventColumns(seed: 1)
      for row in part {
        columns.append(
          user: row.user, time: row.time, event: row.event, value: nil, source: "",
          properties: [("plan", row.plan)])
      }
      try writer.write(Part(columns))
    }
    try writer.commit([], rejected: 0, replacing: [:])
    #expect(try writer.userCount == 4)
  }

  @Test(arguments: CrashCase.all)
  func `an import in parts is in whole or not at all, and leaves nothing`(crash: CrashCase) throws {
    for step in 1... {
      let disk = SimulatedFileSystem()
      let store = try store(on: disk)
      disk.arm(crash.fault, at: step)
      let before = disk.changes
      let report = try? store.importEvents([large], inParts, reading)
      let struck = disk.changes - before >= step
      let reopened = try Store.open(files: disk.afterCrash(crash.survival), outside: outside)
      let events = try reopened.snapshot().eventCount
      #expect(events == 33 || (events == 1 && report == nil))
      if events == 1 {
        #expect(try reopened.importEvents([large], inParts, reading).rows == 32)
      } else {
        #expect(throws: ImportError.self) {
          try reopened.importEvents([large], inParts, reading)
        }
      }
      let third = Array("user_id,time,event\nzoe,2026-01-01,visit\n".utf8)
      _ = try reopened.importEvents([.bytes(name: "third.csv", third)])
      let runs = try reopened.manifest().eventRuns.map { $0.name + ".arrow" }.sorted()
      #expect(try reopened.files.list("events") == runs)
      #expect(try reopened.files.list("rejected").count == 1)
      if !struck {
        #expect(report != nil)
        #expect(step > 20, "the import was written in one part")
        return
      }
    }
  }

  @Test func `what an import leaves that failed is removed at once`() throws {
    let disk = SimulatedFileSystem()
    let store = try store(on: disk)
    var strict = inParts
    (strict.strict, strict.rejectsMax) = (true, 1)
    let rows = (0..<30).map { "u\($0),2026-01-02,e\n" }.joined()
    let broken = Array(("user_id,time,event\n" + rows + "u,never,e\n").utf8)
    #expect(throws: ImportError.self) {
      try store.importEvents([.bytes(name: "broken.csv", broken)], strict, reading)
    }
    #expect(throws: ImportError.self) { try store.importEvents([small], inParts, reading) }
    #expect(try store.files.list("events").count == 1)
    #expect(try store.files.list("rejected") == [])
    #expect(try store.snapshot().eventCount == 1)
  }
}
