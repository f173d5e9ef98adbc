import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct OverlapTests {
  private let header = "user_id,time,event,value,source,plan\n"

  private func store() throws -> Store {
    try Store.create(in: SimulatedFileSystem(), timeZone: "UTC", name: "t", outside: .test())
  }

  private func take(
    _ store: Store, _ files: [String], overlap: Bool = true
  ) throws(ImportError) -> ImportReport {
    try store.importEvents(
      files.enumerated().map { .bytes(name: "\($0.offset)", Array($0.element.utf8)) },
      ImportOptions(again: true, overlap: overlap))
  }

  private func lines(_ store: Store) throws -> [String] {
    var bytes: [UInt8] = []
    try store.exportEvents { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst().map(
      String.init)
  }

  @Test func `of equal rows the larger of the counts is kept, over all files and runs`() throws {
    var random = SeededGenerator(seed: 31)
    for _ in 0..<60 {
      let store = try store()
      var wanted: [String: Int] = [:]
      var taken = 0
      var given = 0
      for _ in 0..<3 {
        var files: [String] = []
        for _ in 0..<Int.random(in: 1...2, using: &random) {
          let rows = (0..<Int.random(in: 0...12, using: &random)).map { _ in
            let user = ["a", "b", "ab"].randomElement(using: &random) ?? ""
            let value = ["", "1"].randomElement(using: &random) ?? ""
            let plan = ["", "x"].randomElement(using: &random) ?? ""
            return "\(user),2026-01-01T00:00:00.000Z,e,\(value),,\(plan)"
          }
          for (row, count) in Dictionary(rows.map { ($0, 1) }, uniquingKeysWith: +) {
            wanted[row] = max(wanted[row] ?? 0, count)
          }
          files.append(header + rows.map { $0 + "\n" }.joined())
          given += rows.count
        }
        let report = try take(store, files)
        taken += report.rows
        given -= report.rows + report.duplicates
      }
      #expect(given == 0)
      #expect(taken == wanted.values.reduce(0, +))
      let found = Dictionary(try lines(store).map { ($0, 1) }, uniquingKeysWith: +)
      #expect(found == wanted)
    }
  }

  @Test func `an empty cell equals a column that is not there`() throws {
    let store = try store()
    _ = try take(store, ["user_id,time,event\na,2026-01-01,e\n"])
    let report = try take(store, [header + "a,2026-01-01,e,,,\na,2026-01-01,e,,,x\n"])
    #expect((report.rows, report.duplicates) == (1, 1))
    let plain = try take(store, ["user_id,time,event\na,2026-01-01,e\n"], overlap: false)
    #expect((plain.rows, plain.duplicates) == (1, 0))
  }

  @Test func `an id decides alone, and its last row counts`() throws {
    let store = try store()
    let columns = "user_id,time,event,event_id\n"
    _ = try take(store, [columns + "a,2026-01-01,e,1\na,2026-01-01,e,\n"])
    let more = "a,2026-01-01,e,1\na,2026-01-01,f,2\nb,2026-01-01,g,2\na,2026-01-01,e,3\n"
    let report = try take(store, [columns + more])
    #expect((report.rows, report.users, report.duplicates) == (2, 2, 2))
    #expect(
      try lines(store) == [
        "a,2026-01-01T00:00:00.000Z,e,,,1", "a,2026-01-01T00:00:00.000Z,e,,,",
        "a,2026-01-01T00:00:00.000Z,e,,,3", "b,2026-01-01T00:00:00.000Z,g,,,2",
      ])
    // Other content under an id that is there takes the older row's place.
    let other = try take(store, [columns + "b,2026-01-02,e,1\n"])
    #expect((other.rows, other.duplicates) == (1, 0))
    #expect(
      try lines(store) == [
        "a,2026-01-01T00:00:00.000Z,e,,,", "a,2026-01-01T00:00:00.000Z,e,,,3",
        "b,2026-01-01T00:00:00.000Z,g,,,2", "b,2026-01-02T00:00:00.000Z,e,,,1",
      ])
    #expect(try take(store, [columns + "b,2026-01-02,e,1\n\n"]).duplicates == 1)
    #expect(try store.snapshot().eventCount == 4)
  }

  @Test func `an id that came in twice before stands once after`() throws {
    let columns = "user_id,time,event,event_id\n"
    for other in ["a,2026-01-02,e,1\n", "a,2026-01-01,e,1\n"] {
      for isOneRun in [true, false] {
        let store = try store()
        let row = "a,2026-01-01,e,1\n"
        let files = isOneRun ? [columns + row + other] : [columns + row, columns + other]
        for file in files { _ = try take(store, [file], overlap: false) }
        let report = try take(store, [columns + row])
        #expect((report.rows, report.duplicates) == (1, 0))
        #expect(try lines(store) == ["a,2026-01-01T00:00:00.000Z,e,,,1"])
        #expect(try take(store, [columns + row]).duplicates == 1)
      }
    }
  }
}
