// Files that overlap, with so little memory that an import of them is in parts and every table in shares.

import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct OverlapInPartsTests {
  private let outside = Outside.test()
  private let reading = EventReading(workers: 2, blockSize: 200)

  private func options(inParts: Bool) -> ImportOptions {
    var options = ImportOptions(again: true, overlap: true)
    if inParts { (options.memoryMax, options.rejectsMax, options.keysMax) = (0, 1, 3) }
    return options
  }

  private func store(on disk: SimulatedFileSystem = SimulatedFileSystem()) throws -> Store {
    try Store.create(in: disk, timeZone: "Asia/Shanghai", name: "tea", outside: outside)
  }

  /// A row that may be there already.
  private struct Row: Hashable {
    var user: String
    var day: Int
    var rest: String
    var id: String

    static let header = "user_id,time,event,value,source,plan,event_id\n"
    var line: String { "\(user),2026-01-0\(day)T00:00Z,\(rest),\(id)\n" }

    static func random(_ random: inout SeededGenerator, hasIDs: Bool) -> Row {
      func one(of texts: [String]) -> String { texts.randomElement(using: &random) ?? "" }
      return Row(
        user: one(of: ["a", "b", "ab", "c"]), day: Int.random(in: 1...2, using: &random),
        rest: "\(one(of: ["e", "f"])),\(one(of: ["", "1"])),\(one(of: ["", "s"])),"
          + one(of: ["", "x"]),
        id: hasIDs ? one(of: ["", "1", "2", "3", "4", "5", "6"]) : "")
    }
  }

  /// What a store is to have, row by row in no order.
  private struct Model {
    private(set) var rows: [Row] = []

    /// - Returns: how many rows of the files were there already.
    mutating func take(_ files: [[Row]]) -> Int {
      var kept: [Row] = []
      var lasts: [String: Row] = [:]
      for row in files.joined() where !row.id.isEmpty { lasts[row.id] = row }
      for (id, row) in lasts where rows.filter({ $0.id == id }) != [row] {
        rows.removeAll { $0.id == id }
        kept.append(row)
      }
      var present = Dictionary(rows.map { ($0, 1) }, uniquingKeysWith: +)
      for file in files {
        let counts = Dictionary(
          file.filter(\.id.isEmpty).map { ($0, 1) }, uniquingKeysWith: +)
        for (row, count) in counts {
          kept += Array(repeating: row, count: max(0, count - (present[row] ?? 0)))
          present[row] = max(count, present[row] ?? 0)
        }
      }
      rows += kept
      return files.joined().count - kept.count
    }
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func `what is found equal is the same in parts, in one, and row by row`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let disks = (whole: SimulatedFileSystem(), parts: SimulatedFileSystem())
    let (whole, parts) = (try store(on: disks.whole), try store(on: disks.parts))
    var model = Model()
    for _ in 0..<4 {
      let hasIDs = seed % 3 > 0 && Bool.random(using: &random)
      let files = (0..<Int.random(in: 1...3, using: &random)).map { _ in
        (0..<Int.random(in: 0...40, using: &random)).map { _ in
          Row.random(&random, hasIDs: hasIDs)
        }
      }
      let inputs = files.enumerated().map { number, rows in
        ImportInput.bytes(
          name: "\(number)", Array((Row.header + rows.map(\.line).joined()).utf8))
      }
      let duplicates = model.take(files)
      let one = try whole.importEvents(inputs, options(inParts: false), reading)
      let many = try parts.importEvents(inputs, options(inParts: true), reading)
      #expect(one.duplicates == duplicates && many.duplicates == duplicates)
      #expect(one.rows == many.rows && one.users == many.users)
      #expect(one.rows + duplicates == files.joined().count)
      let text = try exported(whole)
      #expect(try exported(parts) == text)
      #expect(try Dictionary(counting: rows(of: text)) == Dictionary(counting: model.rows))
      #expect(Checkup(parts.files).findings == [])
      let live = try parts.manifest().eventRuns.map { $0.name + ".arrow" }
      #expect(try parts.files.list("events") == live.sorted())
    }
    #expect(disks.parts.changes > disks.whole.changes, "memory was never full")
  }

  private func rows(of text: String) throws -> [Row] {
    let lines = text.split(separator: "\n")
    let header = lines[0].split(separator: ",")
    return try lines.dropFirst().map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      func cell(_ name: Substring) -> Substring {
        header.firstIndex(of: name).map { cells[$0] } ?? ""
      }
      let day = try #require(Int(cell("time").dropFirst(8).prefix(2)))
      return Row(
        user: String(cell("user_id")), day: day,
        rest: "\(cell("event")),\(cell("value")),\(cell("source")),\(cell("plan"))",
        id: String(cell("event_id")))
    }
  }

  @Test(arguments: CrashCase.all)
  func `rows that overlap are in or not at all, and nothing is left`(crash: CrashCase) throws {
    func file(_ name: String, _ rows: Range<Int>, day: Int) -> ImportInput {
      var text = "user_id,time,event,event_id\n"
      for row in rows {
        text += "u\(row % 5),2026-01-0\(row % 6 == 0 ? "x" : "1"),e\(row),\n"
        if row % 4 == 0 { text += "u\(row % 5),2026-01-0\(day),i,\(row)\n" }
      }
      return .bytes(name: name, Array(text.utf8))
    }
    let (first, second) = (file("1.csv", 0..<5, day: 1), file("2.csv", 4..<10, day: 2))
    let whole = try store()
    for input in [first, second] {
      _ = try whole.importEvents([input], options(inParts: false), reading)
    }
    let after = try exported(whole)
    try crash.everyStep(outside: outside) { store in
      _ = try store.importEvents([first], options(inParts: false), reading)
    } change: { store in
      _ = try store.importEvents([second], options(inParts: true), reading)
    } check: { store, succeeded in
      let isIn = try exported(store) == after
      #expect(isIn || !succeeded)
      let report = try store.importEvents([second], options(inParts: false), reading)
      #expect(isIn == (report.rows == 0))
      #expect(try exported(store) == after)
      let runs = try store.manifest().eventRuns.map { $0.name + ".arrow" }.sorted()
      #expect(try store.files.list("events") == runs)
      #expect(try store.files.list("rejected").allSatisfy { $0.hasSuffix(".csv") })
    }
  }
}

extension Dictionary where Value == Int {
  fileprivate init(counting keys: [Key]) {
    self.init(keys.map { ($0, 1) }, uniquingKeysWith: +)
  }
}
