// Attributes that memory does not hold: as in one part, and in whole or not at all.

import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct UsersInPartsTests {
  private let outside = Outside.test()
  private let log = ImportInput.bytes(
    name: "log.csv",
    Array("user_id,time,event\nu1,2025-01-01,joined\nu2,2026-01-01,visit\n".utf8))

  private func options(inParts: Bool) -> ImportOptions {
    var options = ImportOptions(source: "crm", events: [("joined", "since"), ("left", "until")])
    if inParts { (options.memoryMax, options.rejectsMax, options.keysMax) = (0, 1, 2) }
    return options
  }

  private func members(_ seed: UInt64, rows: Int = 40) -> [ImportInput] {
    var random = SeededGenerator(seed: seed)
    return ["city", "level"].enumerated().map { number, column in
      var text = "user_id,updated_at,since,until,\(column),\n"
      for row in 0..<rows {
        func day() -> String { ["", "01", "02", "xx"].randomElement(using: &random) ?? "" }
        let (since, until) = (day(), day())
        text += "u\(Int.random(in: 0..<9, using: &random)),2026-01-0\(row % 5 + 1),"
        text += since.isEmpty ? "," : "2025-01-\(since),"
        text += until.isEmpty ? "," : "2025-02-\(until),"
        text += "\(Int.random(in: 0..<3, using: &random)),\n"
      }
      return .bytes(name: "\(number).csv", Array(text.utf8))
    }
  }

  private func store(on disk: SimulatedFileSystem = SimulatedFileSystem()) throws -> Store {
    let store = try Store.create(in: disk, timeZone: "Asia/Shanghai", name: "tea", outside: outside)
    _ = try store.importEvents([log])
    return store
  }

  @Test(arguments: 0..<6 as Range<UInt64>)
  func `reports, attributes and events are those of an import in one part`(seed: UInt64) throws {
    let disks = (whole: SimulatedFileSystem(), parts: SimulatedFileSystem())
    let (whole, parts) = (try store(on: disks.whole), try store(on: disks.parts))
    for round in 0..<2 {
      let inputs = members(seed * 2 + UInt64(round))
      let one = try whole.importUsers(inputs, options(inParts: false))
      let many = try parts.importUsers(inputs, options(inParts: true), blockSize: 200)
      #expect((one.rows, one.events, one.users) == (many.rows, many.events, many.users))
      #expect(one.duplicates == many.duplicates && one.duplicates >= round)
      #expect(one.rejectedCount == many.rejectedCount && one.rejectedCount > 0)
      let files = try [(whole, one), (parts, many)].map { store, report in
        try store.files.read(#require(report.rejectedFile))
      }
      #expect(files[0] == files[1])
      #expect(try exported(parts, users: true) == exported(whole, users: true))
      #expect(throws: ImportError.self) {
        try parts.importUsers(inputs, options(inParts: true), blockSize: 200)
      }
    }
    #expect(try parts.entries().count == whole.entries().count)
    #expect(Checkup(parts.files).findings == [])
    #expect(disks.parts.changes > disks.whole.changes, "memory was never full")
  }

  @Test(arguments: CrashCase.all)
  func `attributes in parts are in with their events, or not at all`(crash: CrashCase) throws {
    let inputs = members(2, rows: 6)
    let (before, whole) = (try store(), try store())
    _ = try whole.importUsers(inputs, options(inParts: false))
    let states = (
      before: try exported(before, users: true), after: try exported(whole, users: true)
    )
    try crash.everyStep(outside: outside) { store in
      _ = try store.importEvents([log])
    } change: { store in
      _ = try store.importUsers(inputs, options(inParts: true), blockSize: 200)
    } check: { store, succeeded in
      let found = try exported(store, users: true)
      #expect(found == states.after || found == states.before && !succeeded)
      if found != states.after {
        _ = try store.importUsers(inputs, options(inParts: false))
      }
      // A further import tidies what the crash left.
      let third = Array("user_id,time,event\nzoe,2026-01-01,visit\n".utf8)
      _ = try store.importEvents([.bytes(name: "third.csv", third)])
      let manifest = try store.manifest()
      for (folder, runs) in [("events", manifest.eventRuns), ("users", manifest.userRuns)] {
        #expect(try store.files.list(folder) == runs.map { $0.name + ".arrow" }.sorted())
      }
      #expect(try store.files.list("rejected").count == 1)
    }
  }
}
