// Runs that become one hold what they held apart: compared with rows that are sorted in plain sight.

import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct FoldTests {
  @Test(arguments: 0..<12 as Range<UInt64>)
  func `runs that became one give back the rows of all, in order`(seed: UInt64) throws {
    var chance = SeededGenerator(seed: seed)
    let store = try Store.create(
      in: SimulatedFileSystem(), timeZone: "UTC", name: "tea", outside: .test())
    var rows: [Row] = []
    for file in 0..<Int.random(in: 2...5, using: &chance) {
      let added = (0..<Int.random(in: 20...80, using: &chance)).map { _ in Row(&chance) }
      let columns = file % 2 == 0 ? Row.columns : Row.columns.dropLast(2)
      rows += added.map { $0.keeping(columns) }
      let text = Row.csv(added, columns)
      _ = try store.importEvents([.bytes(name: "\(file).csv", Array(text.utf8))])
      #expect(try store.manifest().eventRuns.count <= 3)
      #expect(try exported(store) == Row.csv(Row.sorted(rows), exportColumns(rows)))
    }
    let runs = try store.manifest().eventRuns
    #expect(runs.flatMap(\.allImports).map(\.id) == (try imports(store)))
    #expect(try store.files.list("events") == runs.map { $0.name + ".arrow" }.sorted())
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `attributes that became one answer as before, whatever the instant`(seed: UInt64) throws {
    var chance = SeededGenerator(seed: seed)
    let disk = SimulatedFileSystem()
    let store = try Store.create(in: disk, timeZone: "UTC", name: "tea", outside: .test())
    let events = "user_id,time,event\n" + Row.users.map { "\($0),2026-01-01,visit\n" }.joined()
    _ = try store.importEvents([.bytes(name: "e.csv", Array(events.utf8))])
    var runs: [UserRun] = []
    for file in 0..<4 {
      var columns = UserColumns(seed: 1)
      var text = "user_id,updated_at,city,level\n"
      for _ in 0..<10 {
        let user = Row.users.randomElement(using: &chance) ?? ""
        let day = Int.random(in: 1...5, using: &chance)
        let city = ["", "Ely", "York"].randomElement(using: &chance) ?? ""
        let level = ["", "1", "2"].randomElement(using: &chance) ?? ""
        text += "\(user),2026-01-0\(day),\(city),\(level)\n"
        columns.append(
          user: user, time: Instant(milliseconds: 1_767_139_200_000 + Int64(day) * Instant.dayMs),
          attributes: [("city", city), ("level", level)])
      }
      _ = try store.importUsers([.bytes(name: "u\(file).csv", Array(text.utf8))])
      runs.append(
        try UserRun(inMemory { RunWriter.users(columns, to: $0) }, name: "memory"))
    }
    #expect(try store.manifest().userRuns.count == 1)
    let folded = try store.snapshot()
    let apart = RunSnapshot(
      generation: 1, horizon: nil, eventRuns: try store.runSnapshot().runs, userRuns: runs)
    for user in 0..<folded.userCount {
      for day in 0...6 {
        let instant = Instant(milliseconds: 1_767_139_200_000 + Int64(day) * Instant.dayMs)
        for column in folded.attributes.indices {
          let one = folded.attribute(column, of: user, asOf: instant)
            .map { folded.attributes[column].values[$0] }
          let other = apart.attribute(column, of: user, asOf: instant)
            .map { apart.attributes[column].values[$0] }
          #expect(one == other)
        }
      }
    }
  }

  @Test func `what was imported stays refused after it was folded, and zones are kept`() throws {
    let disk = SimulatedFileSystem()
    let store = try Store.create(in: disk, timeZone: "UTC", name: "tea", outside: .test())
    let files = (0..<3).map { file in
      ImportInput.bytes(
        name: "\(file).csv", Array("user_id,time,event\nann,2026-01-0\(file + 1),visit\n".utf8))
    }
    for file in files { _ = try store.importEvents([file]) }
    for file in files {
      #expect(throws: ImportError.self) { try store.importEvents([file]) }
    }
    let run = try #require(try store.manifest().eventRuns.first)
    #expect(run.imports.count == 3)
    #expect(run.imports.allSatisfy { $0.zone == "UTC" })
    #expect(try Manifest(bytes: disk.read("manifest.json")).eventRuns == [run])
    #expect(Checkup(disk).findings == [])
  }

  @Test func `each row of a folded run names its import`() throws {
    let disk = SimulatedFileSystem()
    let store = try Store.create(in: disk, timeZone: "UTC", name: "tea", outside: .test())
    for (file, text) in ["bob,2026-01-01,a\nann,2026-01-02,a\n", "ann,2026-01-01,b\n"].enumerated()
    {
      _ = try store.importEvents(
        [.bytes(name: "\(file).csv", Array(("user_id,time,event\n" + text).utf8))])
    }
    let run = try #require(try store.manifest().eventRuns.first)
    let file = try ArrowFile(
      disk.map(run.file(in: "events")), name: "run", kind: EventRun.kind)
    let (codes, texts) = try file.codes(file.own("import"))
    let entries = try imports(store)
    #expect((0..<3).map { texts.text(Int(codes[$0])) } == [entries[1], entries[0], entries[0]])
  }

  @Test func `runs stay few, and no row is written often`() {
    var runs: [Int] = []
    var written: [Int] = []
    var imported = 0
    var total = 0
    var chance = SeededGenerator(seed: 7)
    for _ in 0..<2000 {
      let rows = Int.random(in: 1...100_000, using: &chance)
      runs.append(rows)
      imported += rows
      let count = FoldRule.count(runs)
      if count > 0 {
        let sum = runs.suffix(count).reduce(0, +)
        runs.removeLast(count)
        runs.append(sum)
        total += sum
      }
      written.append(runs.count)
    }
    #expect((written.max() ?? 0) <= 9)
    #expect(total / imported <= 24)
  }

  private func imports(_ store: Store) throws -> [String] {
    try store.entries().reversed().map(\.entry.id)
  }

  private func exportColumns(_ rows: [Row]) -> [String] {
    Row.columns.filter { column in
      !["size", "colour"].contains(column) || rows.contains { $0.has(column) }
    }
  }
}

/// A row of a log in plain sight: its cells by column.
private struct Row {
  var cells: [String: String]
  private var known: Set<String>

  static let users = ["ann", "bob", "eve", "a\u{301}nn", "zoe", "an"]
  static let columns = [
    "user_id", "time", "event", "value", "source", "event_id", "colour", "size",
  ]

  init(_ chance: inout SeededGenerator) {
    func pick(_ texts: [String]) -> String { texts.randomElement(using: &chance) ?? "" }
    cells = [
      "user_id": pick(Row.users), "time": "2026-01-0\(pick(["1", "2", "3"]))T00:00:00.000Z",
      "event": pick(["view", "buy", "a, \"b\""]), "value": pick(["", "1.5", "-3", "0"]),
      "source": pick(["", "ads", "mail"]), "event_id": pick(["", "7", "long id \u{1F375}"]),
      "colour": pick(["", "red", "blue"]), "size": pick(["", "1", "22"]),
    ]
    known = Set(Row.columns)
  }

  func keeping(_ columns: some Sequence<String>) -> Row {
    var row = self
    row.known = Set(columns)
    for column in Row.columns where !row.known.contains(column) { row.cells[column] = "" }
    return row
  }

  func has(_ column: String) -> Bool { known.contains(column) }

  static func sorted(_ rows: [Row]) -> [Row] {
    rows.enumerated().sorted { left, right in
      let (one, other) = (left.element.cells, right.element.cells)
      let (a, b) = (Array((one["user_id"] ?? "").utf8), Array((other["user_id"] ?? "").utf8))
      if a != b { return a.lexicographicallyPrecedes(b) }
      let (from, to) = (one["time"] ?? "", other["time"] ?? "")
      return from != to ? from < to : left.offset < right.offset
    }.map(\.element)
  }

  static func csv(_ rows: [Row], _ columns: some Collection<String>) -> String {
    let lines =
      [columns.joined(separator: ",")]
      + rows.map { row in
        columns.map { column in
          let cell = row.cells[column] ?? ""
          return cell.contains(",") ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
        }.joined(separator: ",")
      }
    return lines.map { $0 + "\n" }.joined()
  }
}
