// The fast paths against the careful one: random files full of edge cases, read by one thread record by
// record and by several in chunks of every size, have to make the same store and the same rejects.

import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct FastImportTests {
  @Test(arguments: 0..<300)
  func `all ways of reading make the same runs`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let files = (0..<Int.random(in: 1...2, using: &random)).map { _ in randomFile(&random) }
    let zone = ["UTC", "Europe/Berlin", "America/St_Johns"].randomElement(using: &random) ?? "UTC"
    let source = Bool.random(using: &random) ? "ads" : nil
    let careful = try outcome(
      files, zone, source, EventReading(workers: 1, blockSize: 1 << 20, isCareful: true))
    for workers in 1...3 {
      let size = Int.random(in: 1...300, using: &random)
      let reading = EventReading(
        workers: workers, blockSize: size, bucketRows: workers == 2 ? 1 << 20 : 0)
      let fast = try outcome(files, zone, source, reading)
      #expect(
        difference(fast, careful) == nil, "\(workers) workers, blocks of \(size): \(name(files))")
    }
  }

  @Test(arguments: 0..<200)
  func `all ways of reading JSON lines make the same runs`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let files = (0..<Int.random(in: 1...2, using: &random)).map { _ in randomLines(&random) }
    let careful = try outcome(
      files, "Europe/Berlin", nil, EventReading(workers: 1, blockSize: 1 << 20, isCareful: true))
    for workers in 1...3 {
      let size = Int.random(in: 1...400, using: &random)
      let fast = try outcome(
        files, "Europe/Berlin", nil, EventReading(workers: workers, blockSize: size))
      #expect(
        difference(fast, careful) == nil, "\(workers) workers, blocks of \(size): \(name(files))")
    }
  }

  @Test(arguments: 0..<100 as Range<UInt64>)
  func `what memory does not hold is written in parts, and is the same import`(
    seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    let isJSON = seed % 3 == 0
    var files = (0..<Int.random(in: 1...3, using: &random)).map { _ in
      isJSON ? randomLines(&random) : randomFile(&random)
    }
    // Columns that no part has a row of are in no run; here each is followed by a row.
    files.append(Array("user_id,time,event\nz,2026-01-01,e\n".utf8))
    let reading = EventReading(workers: 2, blockSize: 1 << 20)
    let whole = try outcome(files, "UTC", nil, reading, withRuns: false)
    for workers in 1...3 {
      var options = ImportOptions()
      options.memoryMax = [0, 3 << 20, 0, 1 << 24].randomElement(using: &random) ?? 0
      options.rejectsMax = Int.random(in: 1...2000, using: &random)
      let size = Int.random(in: 1...2000, using: &random)
      let parts = try outcome(
        files, "UTC", nil, EventReading(workers: workers, blockSize: size), options,
        withRuns: false)
      #expect(
        difference(parts, whole) == nil, "\(workers) workers, blocks of \(size): \(name(files))")
    }
  }

  private func randomLines(_ random: inout SeededGenerator) -> [UInt8] {
    func pick(_ texts: [String]) -> String { texts.randomElement(using: &random) ?? "" }
    let names = ["user_id", "time", "event", "value", "source", "plan", "note", "event_id"]
    let sloppiness = Double.random(in: 0...0.2, using: &random)
    var text = ""
    for _ in 0..<Int.random(in: 1...60, using: &random) {
      var used = names.filter { _ in Double.random(in: 0..<1, using: &random) > 0.1 }
      if Double.random(in: 0..<1, using: &random) < sloppiness { used.shuffle(using: &random) }
      if Double.random(in: 0..<1, using: &random) < sloppiness / 2 { used.append(pick(names)) }
      if Double.random(in: 0..<1, using: &random) < sloppiness / 4 {
        used.append("late\(seed(&random))")
      }
      let members = used.map { name in
        let isBad = Double.random(in: 0..<1, using: &random) < sloppiness / 3
        let value =
          isBad
          ? pick([
            "null", "true", "-0.5", "007", "1e3", "1.", "[1, 2]", "{\"a\": 1}", "\" x \"", "\"\"",
            "\"a\\nb\"", "\"\\u8336\"", "\"\u{1}\"", "\"open", "12", "\"\u{7F}\"",
          ]) : value(name, &random)
        return "\"\(name)\":" + pick(["", "", " ", "  "]) + value
      }
      text += pick(["{", "{", "{", "{ "]) + members.joined(separator: pick([",", ",", ", "]))
      text += pick(["}\n", "}\n", "}\n", "}\r\n", "} \n"])
      if Double.random(in: 0..<1, using: &random) < sloppiness / 4 {
        text += pick(["\n", "x\n", "[]\n"])
      }
    }
    return Array(text.utf8)
  }

  private func seed(_ random: inout SeededGenerator) -> Int {
    Int.random(in: 0..<3, using: &random)
  }

  private func value(_ name: String, _ random: inout SeededGenerator) -> String {
    let text = cell(name, 8, &random).filter { $0 != "\"" }
    let isNumber = name == "value" && !text.isEmpty && !text.hasPrefix("+") && !text.hasPrefix("00")
    return isNumber ? text : "\"\(text)\""
  }

  private func difference(_ one: [String], _ other: [String]) -> String? {
    if one.count != other.count {
      return "\(one.last?.prefix(200) ?? "") \(other.last?.prefix(200) ?? "")"
    }
    return zip(one, other).first { $0 != $1 }.map { "\($0.prefix(300)) is not \($1.prefix(300))" }
  }

  private func name(_ files: [[UInt8]]) -> String {
    String("\(files.map { String(decoding: $0, as: UTF8.self) })".prefix(3000))
  }

  /// The report, the rows, what is known of columns, the rejected lines, and the run's bytes; or the error.
  private func outcome(
    _ files: [[UInt8]], _ zone: String, _ source: String?, _ reading: EventReading,
    _ options: ImportOptions = ImportOptions(), withRuns: Bool = true
  ) throws -> [String] {
    let store = try Store.create(
      in: SimulatedFileSystem(), timeZone: zone, name: "t", outside: .test())
    let inputs = files.enumerated().map { ImportInput.bytes(name: "\($0.offset)", $0.element) }
    let report: ImportReport
    var options = options
    (options.again, options.source) = (true, source)
    do {
      report = try store.importEvents(inputs, options, reading)
    } catch {
      return [error.diagnostic.text()]
    }
    var outcome = [
      "\(report.rows) \(report.users) \(report.rejected) \(report.warnings)"
    ]
    if report.run != nil {
      var exported: [UInt8] = []
      try store.exportEvents { exported += $0 }
      outcome += String(decoding: exported, as: UTF8.self).split(separator: "\n").map(String.init)
      let snapshot = try store.snapshot()
      outcome += snapshot.properties.map { "\($0.name) \($0.type) \($0.values.count)" }
      outcome.append("\(snapshot.eventNames.count) \(snapshot.sources.count)")
      #expect(try store.entries().count == 1)
      #expect(Checkup(store.files).findings == [])
      let manifest = withRuns ? try store.manifest().eventRuns : []
      for run in manifest { outcome.append(hex(try store.files.read(run.file(in: "events")))) }
      outcome += manifest.map {
        "\($0.rows) \($0.firstTime) \($0.lastTime) \($0.firstUser) \($0.lastUser) \($0.dictionaries)"
      }
    }
    if let file = report.rejectedFile {
      outcome.append(String(decoding: try store.files.read(file), as: UTF8.self))
    }
    return outcome
  }

  private func randomFile(_ random: inout SeededGenerator) -> [UInt8] {
    func pick(_ texts: [String]) -> String { texts.randomElement(using: &random) ?? "" }
    var columns = ["user_id", "time", "event"]
    for extra in ["value", "source", "plan", "note", "event_id"] where Bool.random(using: &random) {
      columns.append(extra)
    }
    columns.shuffle(using: &random)
    let delimiter = pick([",", ",", ";", "\t"])
    let end = pick(["\n", "\n", "\n", "\r\n", "\r"])
    var text = pick(["", "", "\u{FEFF}"]) + columns.joined(separator: delimiter) + end
    let users = Int.random(in: 1...12, using: &random)
    let sloppiness = Double.random(in: 0...0.3, using: &random)
    for _ in 0..<Int.random(in: 0...60, using: &random) {
      var cells = columns.map { column in
        Double.random(in: 0..<1, using: &random) < sloppiness
          ? badCell(delimiter, &random) : cell(column, users, &random)
      }
      if Double.random(in: 0..<1, using: &random) < sloppiness / 4 { cells.removeLast() }
      if Double.random(in: 0..<1, using: &random) < sloppiness / 4 { cells.append("more") }
      text += cells.joined(separator: delimiter)
      text +=
        Double.random(in: 0..<1, using: &random) < sloppiness / 4 ? pick(["\r", "\r\n"]) : end
      if Double.random(in: 0..<1, using: &random) < sloppiness / 8 { text += end }
    }
    var bytes = Array(text.utf8)
    if Bool.random(using: &random), text.hasSuffix("\n") { bytes.removeLast() }
    while Double.random(in: 0..<1, using: &random) < sloppiness {
      let place = Int.random(in: (bytes.count / 3)..<bytes.count, using: &random)
      bytes[place] = [0xFF, 0xC3, 0x00, 0x22, 0x0A, 0x0D].randomElement(using: &random) ?? 0
    }
    return bytes
  }

  private func cell(
    _ column: String, _ users: Int, _ random: inout SeededGenerator
  ) -> String {
    let number = Int.random(in: 0..<users, using: &random)
    let texts: [String] =
      switch column {
      case "user_id": ["u\(number)", "茶\(number)", "a-rather-long-user-id-\(number)", "\(number)"]
      case "time":
        [
          "2026-03-29T0\(number % 10):00:00Z", "2026-03-29 02:30:0\(number % 10)",
          "2026-10-25T02:30:00", "2026-01-0\(1 + number % 9)", "2026-01-02T03:04:05.\(number)Z",
          "2026-01-02T03:04:05.12\(number % 10)Z", "2026-01-02T03:04+05:30",
          "177000000\(number % 10)",
          "177000000\(number % 10)123", "1970-01-01T00:00:00Z", "2026-01-02T03:04:05Z",
        ]
      case "event": ["visit", "buy", "a longer name of an event", "茶", "v\(number)"]
      case "value": ["", "", "1", "-2.5", "19.99", "0.000001", "+7", "000123.4500"]
      case "source": ["", "ads", "search", "Ads", "a source with a long name"]
      case "event_id": ["", "e\(number)", "id-\(Int.random(in: 0...999, using: &random))"]
      default: ["", "a", "b", "p\(number)", "long property value \(number)"]
      }
    let text = texts.randomElement(using: &random) ?? ""
    return Int.random(in: 0..<8, using: &random) == 0 ? "\"\(text)\"" : text
  }

  private func badCell(_ delimiter: String, _ random: inout SeededGenerator) -> String {
    [
      "", " ", " x ", "\"a\"\"b\"", "\"a\nb\"", "\"a\(delimiter)b\"", "\"a\rb\"", "a\rb", "\"open",
      "a\"b", "\"x\" y", "\"\"", "2026-13-01", "2026-02-30T00:00:00Z", "2026-01-02T24:00:00Z",
      "1.0000001", "1,5", "nan", "9999999999999", "2200-01-01", "\u{7F}", "\u{85}", "é",
    ].randomElement(using: &random) ?? ""
  }

  @Test(arguments: 0..<40)
  func `rows are sorted as an obvious sort sorts them`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let rows = Int.random(in: 0...(seed % 4 == 0 ? 100_000 : 3_000), using: &random)
    let users = Int.random(in: 1...2_000, using: &random)
    var text = "user_id,time,event\n"
    var expected: [(user: String, time: Int, event: String)] = []
    for row in 0..<rows {
      let user = "user-\(Int.random(in: 0..<users, using: &random))"
      let time = 1_700_000_000 + (seed % 2 == 0 ? row / 3 : Int.random(in: 0..<50, using: &random))
      expected.append((user, time, "e\(row % 300)"))
      text += "\(user),\(time),e\(row % 300)\n"
    }
    let order = expected.indices.sorted {
      let (left, right) = (expected[$0], expected[$1])
      if left.user != right.user {
        return left.user.utf8.lexicographicallyPrecedes(right.user.utf8)
      }
      return (left.time, $0) < (right.time, $1)
    }
    let store = try Store.create(
      in: SimulatedFileSystem(), timeZone: "UTC", name: "t", outside: .test())
    let report = try store.importEvents(
      [.bytes(name: "x", Array(text.utf8))], ImportOptions(),
      EventReading(workers: 2, blockSize: 4096))
    guard let name = report.run else {
      #expect(rows == 0)
      return
    }
    let run = try EventRun(try store.files.map("events/\(name).arrow"), name: name)
    #expect(run.rows == rows)
    var row = 0
    for user in 0..<run.users.count {
      for place in run.rows(of: user) {
        let wanted = expected[order[row]]
        let isRight =
          run.users.text(user) == wanted.user
          && run.times.numbers[place] == Int64(wanted.time) * 1000
          && run.events.texts.text(Int(run.events.codes[place])) == wanted.event
        guard isRight else {
          Issue.record("row \(row) of \(rows) is another one")
          return
        }
        row += 1
      }
    }
  }
}
