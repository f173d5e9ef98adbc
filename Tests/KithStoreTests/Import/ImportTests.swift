import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct ImportTests {
  private let log = Array("user_id,time,event\nann,2026-01-01,visit\nbob,x,visit\n".utf8)

  private func store() throws -> Store {
    try Store.create(in: SimulatedFileSystem(), timeZone: "UTC", name: "t", outside: .test())
  }

  private func take(
    _ store: Store, _ inputs: [ImportInput], again: Bool = false
  ) throws(ImportError) -> ImportReport {
    try store.importEvents(inputs, ImportOptions(again: again))
  }

  @Test func `the same content is refused, unless asked for again`() throws {
    let store = try store()
    let first = try take(store, [.bytes(name: "a.csv", log)])
    #expect(throws: ImportError.self) { try take(store, [.bytes(name: "b.csv", log)]) }
    #expect(try store.snapshot().eventCount == 1)
    #expect(try store.manifest().generation == 1)
    let second = try take(store, [.bytes(name: "b.csv", log)], again: true)
    #expect(first.run != second.run)
    #expect(try store.snapshot().eventCount == 2)
    let users = try store.importUsers([.bytes(name: "a.csv", log)])
    #expect(users.rows == 2)
  }

  @Test func `a repeated import says when and as what it came before`() throws {
    let store = try store()
    let run = try #require(try take(store, [.bytes(name: "a.csv", log)]).run)
    do {
      _ = try take(store, [.bytes(name: "b.csv", log)])
      Issue.record("not refused")
    } catch {
      let at = store.outside.clock.now()
      #expect(error == .importedBefore(file: "b.csv", run: run, at: at))
    }
  }

  @Test func `one input twice in a call is refused`() throws {
    let inputs: [ImportInput] = [.bytes(name: "a.csv", log), .bytes(name: "b.csv", log)]
    let store = try store()
    #expect(throws: ImportError.sameContent(file: "b.csv", other: "a.csv")) {
      try take(store, inputs)
    }
    #expect(try take(store, inputs, again: true).rows == 2)
  }

  @Test func `files with other columns make one run`() throws {
    let store = try store()
    let other = Array("time,user,event,plan,value\n2026-01-01,ann,pay,pro,5\n".utf8)
    let third = Array("user_id,time,event,event_id\nann,2026-01-01,end,e1\n".utf8)
    let report = try take(
      store,
      [.bytes(name: "a", log), .bytes(name: "b", other), .bytes(name: "c", third)])
    #expect(report.rows == 3)
    #expect(report.users == 1)
    #expect(try store.manifest().eventRuns.count == 1)
    var text: [UInt8] = []
    try store.exportEvents { text += $0 }
    #expect(
      String(decoding: text, as: UTF8.self) == """
        user_id,time,event,value,source,event_id,plan
        ann,2026-01-01T00:00:00.000Z,visit,,,,
        ann,2026-01-01T00:00:00.000Z,pay,5,,,pro
        ann,2026-01-01T00:00:00.000Z,end,,,e1,

        """)
  }

  @Test func `gzip and Zstandard are read, in one part and in many`() throws {
    // printf 'user_id,time,event\nann,2026-01-01,visit\n' | gzip -9n
    let member = try #require(
      bytes(
        hex: "1f8b08000000000002032b2d4e2d8acf4cd129c9cc4dd5492d4bcd2be14acccbd331323032d335300422"
          + "9db2cce2cc122e002365648728000000"))
    let text = Array("user_id,time,event\nann,2026-01-01,visit\n".utf8)
    let frame = try #require(UserSet.compress(text))
    let more = try #require(UserSet.compress(Array("bob,2026-01-01,visit\n".utf8)))
    let store = try store()
    let report = try take(store, [.bytes(name: "a.zst", frame + more)])
    #expect(report.rows == 2)
    let zipped = try take(store, [.bytes(name: "a.gz", member + member)])
    #expect(zipped.rows == 2)
    #expect(zipped.rejected.map(\.count) == [1])  // the second part's header
    #expect(throws: ImportError.compressed(file: "a.gz", problem: .damaged)) {
      try take(store, [.bytes(name: "a.gz", member + [1, 2, 3, 4])])
    }
    #expect(throws: ImportError.compressed(file: "a.zst", problem: .cutShort)) {
      try take(store, [.bytes(name: "a.zst", Array(frame.dropLast(3)))])
    }
    #expect(throws: ImportError.compressed(file: "a.zst", problem: .damaged)) {
      try take(store, [.bytes(name: "a.zst", frame + [1, 2, 3, 4, 5])])
    }
  }

  @Test func `only lines that cannot be read leave the store as it is`() throws {
    let store = try store()
    let bad = Array("user_id,time,event\nann,yesterday,visit\n".utf8)
    let report = try take(store, [.bytes(name: "a.csv", bad)])
    #expect(report.run == nil)
    #expect(report.rejectedCount == 1)
    #expect(try store.manifest().generation == 0)
    let file = try #require(report.rejectedFile)
    #expect(
      String(decoding: try store.files.read(file), as: UTF8.self)
        == "file,line,reason,row\na.csv,2,time: not a time,\"ann,yesterday,visit\"\n")
  }

  @Test func `a run has the size, checksums and bounds that the manifest says`() throws {
    let store = try store()
    _ = try take(store, [.bytes(name: "a.csv", log)])
    let run = try store.manifest().eventRuns[0]
    let file = try store.files.read("events/\(run.name).arrow")
    #expect(run.bytes == file.count)
    #expect(run.checksums == [CRC32C.of(file)])
    #expect((run.rows, run.firstUser, run.lastUser) == (1, "ann", "ann"))
    #expect(run.firstTime == InMemoryLog.instant("2026-01-01").milliseconds)
    #expect(run.zone == "UTC")
    let home = try store.writer()
    #expect(try store.manifest().home == home)
  }

  @Test func `a run that was cut or changed is named`() throws {
    let store = try store()
    let run = try #require(try take(store, [.bytes(name: "a.csv", log)]).run)
    let name = "events/\(run).arrow"
    let whole = try store.files.read(name)
    for bytes in [Array(whole.dropLast()), [], Array(repeating: 0, count: whole.count)] {
      try store.files.writeAtomically(name, bytes)
      do {
        _ = try store.runSnapshot()
        Issue.record("not noticed")
      } catch {
        guard case .damaged(let file, _, _) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(file == name)
      }
    }
  }

  @Test func `an export notices a byte that rotted where no check of the form would`() throws {
    let store = try store()
    let run = try #require(try take(store, [.bytes(name: "a.csv", log)]).run)
    let name = "events/\(run).arrow"
    var bytes = try store.files.read(name)
    let place = try #require(
      (0..<(bytes.count - 5)).first { bytes[$0..<($0 + 5)].elementsEqual("visit".utf8) })
    bytes[place] ^= 1
    try store.files.writeAtomically(name, bytes)
    #expect(try store.snapshot().eventCount == 1)
    #expect(throws: ExportError<Never>.self) { try store.exportEvents { _ in } }
  }

  @Test func `progress says how much of all inputs was read`() throws {
    let store = try store()
    var seen: [ImportProgress] = []
    let other = log + Array("eve,2026-01-01,visit\n".utf8)
    let inputs: [ImportInput] = [.bytes(name: "a", log), .bytes(name: "b", other)]
    _ = try store.importEvents(inputs) { seen.append($0) }
    let total = log.count + other.count
    #expect(
      seen == [
        ImportProgress(bytes: log.count, bytesTotal: total, rows: 1, rejected: 1),
        ImportProgress(bytes: total, bytesTotal: total, rows: 3, rejected: 2),
      ])
  }

  @Test func `what is exported and imported again exports the same`() throws {
    var random = SeededGenerator(seed: 9)
    let cells = [
      "", "a", "é", "=1", " x", "a,b", "\"q\"", "l\nm", "\"", ";", "\t", "0007", "x\r\ny",
    ]
    for _ in 0..<200 {
      var text = Array("user_id,time,event,value,source,uid,plan\n".utf8)
      for _ in 0..<Int.random(in: 1...20, using: &random) {
        func pick() -> String { cells.randomElement(using: &random) ?? "" }
        let row = [
          pick() + "u", "\(Int64.random(in: 100_000_000...4_000_000_000, using: &random))",
          pick() + "e", "\(Int.random(in: -99...99, using: &random)).50", pick(), pick(), pick(),
        ]
        for (index, field) in row.enumerated() {
          if index > 0 { text.append(0x2C) }
          withBytes(field) { CSV.append($0, to: &text) }
        }
        text.append(0x0A)
      }
      let first = try store()
      _ = try take(first, [.bytes(name: "a.csv", text)])
      var out: [UInt8] = []
      try first.exportEvents { out += $0 }
      let second = try store()
      let report = try take(second, [.bytes(name: "b.csv", out)])
      var back: [UInt8] = []
      try second.exportEvents { back += $0 }
      #expect(back == out)
      #expect(report.rejectedCount == 0)
    }
  }

  @Test func `times among attributes are events, each of them once`() throws {
    let store = try store()
    _ = try take(store, [.bytes(name: "log", log)])
    let members = Array(
      """
      user_id,updated_at,since,left
      ann,2026-01-02,2025-01-01,
      bob,2026-01-02,yesterday,
      ann,2026-01-03,2025-01-01,2026-01-03
      eve,2026-01-03,,

      """.utf8)
    let options = ImportOptions(
      again: true, source: "crm", events: [("signup", "since"), ("left", "left")])
    let report = try store.importUsers([.bytes(name: "m.csv", members)], options)
    #expect((report.rows, report.events, report.duplicates) == (3, 2, 0))
    #expect(report.rejected.map(\.reason) == ["time"])
    let again = try store.importUsers([.bytes(name: "m.csv", members)], options)
    #expect((again.rows, again.events, again.duplicates) == (3, 0, 2))
    var text: [UInt8] = []
    try store.exportEvents { text += $0 }
    #expect(
      String(decoding: text, as: UTF8.self) == """
        user_id,time,event,value,source
        ann,2025-01-01T00:00:00.000Z,signup,,crm
        ann,2026-01-01T00:00:00.000Z,visit,,
        ann,2026-01-03T00:00:00.000Z,left,,crm

        """)
    #expect(throws: ImportError.self) {
      try store.importUsers(
        [.bytes(name: "m.csv", members)], ImportOptions(events: [("a", "nowhere")]))
    }
  }
}
