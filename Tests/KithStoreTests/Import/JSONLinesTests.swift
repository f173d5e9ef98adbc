import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct JSONLinesTests {
  private func store() throws -> Store {
    try Store.create(in: SimulatedFileSystem(), timeZone: "UTC", name: "t", outside: .test())
  }

  private func export(_ store: Store) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try store.exportEvents { bytes += $0 }
    return bytes
  }

  /// What a line holds by the reader of whole values: the twin of `JSONScan`; nil where it is refused.
  private func plainFields(_ line: [UInt8]) -> [String: String]? {
    guard isText(line), case .object(let members)? = try? JSON(utf8: line[...]) else { return nil }
    var fields: [String: String] = [:]
    for member in members {
      guard !member.name.contains("\0") else { return nil }
      fields[trimmed(member.name)] =
        switch member.value {
        case .null: ""
        case .bool(let value): value ? "true" : "false"
        case .number(let digits): digits
        case .string(let text): trimmed(text)
        case .array, .object: "nested"
        }
    }
    return fields.values.contains { $0.contains("\0") } ? nil : fields
  }

  private func isText(_ line: [UInt8]) -> Bool { line.withUnsafeBytes(KithStore.isText) }

  private func trimmed(_ text: String) -> String {
    withBytes(text) { String(decoding: KithStore.trimmed($0), as: UTF8.self) }
  }

  private func scannedFields(_ line: [UInt8]) -> [String: String]? {
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: line.count, alignment: 8)
    defer { scratch.deallocate() }
    return line.withUnsafeBytes { bytes in
      var keys = JSONKeys()
      var scan = JSONScan(bytes, unquoted: scratch)
      guard isText(line), (try? scan.run(&keys, adding: true)) != nil else { return nil }
      var fields: [String: String] = [:]
      for (name, field) in zip(keys.names, scan.fields) {
        let text = String(decoding: field, as: UTF8.self)
        fields[name] = text.hasPrefix("{") || text.hasPrefix("[") ? "nested" : text
      }
      return fields
    }
  }

  @Test func `a line is read as the reader of whole values reads it, or refused by both`() {
    var random = SeededGenerator(seed: 12)
    let parts = [
      "{", "}", "[", "]", ":", ",", "\"a\"", "\"b \"", "\"\\u00e9\"", "\"\\ud83e\\uded6\"", " ",
      "1",
      "-0.5", "2e+7", "true", "false", "null", "\"\\n x\\\"\"", "é", "\\", "\"", "0",
    ]
    var read = 0
    for _ in 0..<20_000 {
      var members: [String] = []
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        func pick() -> String { parts.randomElement(using: &random) ?? "" }
        let name = ["\"a\"", "\"b \"", "\"\\u0062\"", pick()].randomElement(using: &random) ?? ""
        let value = [pick(), "[\(pick()), \(pick())]", "{\"k\": \(pick())}"]
        members.append("\(name):\(value.randomElement(using: &random) ?? "") ")
      }
      let line = Array("{\(members.joined(separator: ","))}".utf8)
      let plain = plainFields(line)
      if plain != nil { read += 1 }
      #expect(scannedFields(line) == plain, "\(String(decoding: line, as: UTF8.self))")
    }
    #expect(read > 2_000)
  }

  @Test func `nesting has a bound`() {
    for (depth, isRead) in [(63, true), (64, false), (100_000, false)] {
      let list = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
      #expect((scannedFields(Array("{\"a\":\(list)}".utf8)) != nil) == isRead, "\(depth)")
    }
  }

  @Test func `rows as CSV and as JSON lines give the same export`() throws {
    var random = SeededGenerator(seed: 21)
    let cells = [
      "", "a", "é🫖", "=1", " x", "a,b", "\"q\"", "l\nm", "\\", "\t", "0007", "1.50", "true", "{}",
    ]
    let names = ["user_id", "time", "event", "value", "source", "event_id", "plan", "城市"]
    for _ in 0..<200 {
      var csv = Array((names.joined(separator: ",") + "\n").utf8)
      var json: [UInt8] = []
      for row in 0..<Int.random(in: 1...20, using: &random) {
        func pick() -> String { cells.randomElement(using: &random) ?? "" }
        let fields = [
          pick(), "\(Int64.random(in: 0...9_000_000_000, using: &random))", pick(),
          ["", "-1.5", "x", "7"].randomElement(using: &random) ?? "", pick(), pick(), pick(),
          pick(),
        ]
        var members: [JSON.Member] = []
        for (index, field) in fields.enumerated() {
          if index > 0 { csv.append(0x2C) }
          withBytes(field) { CSV.append($0, to: &csv) }
          if field.isEmpty, row > 0 {
            if Bool.random(using: &random) { members.append(JSON.Member(names[index], .null)) }
          } else if field == "true" {
            members.append(JSON.Member(names[index], .bool(true)))
          } else if field == "1.50" || index == 1 {
            members.append(JSON.Member(names[index], .number(field)))
          } else {
            members.append(JSON.Member(names[index], .string(field)))
          }
        }
        csv.append(0x0A)
        if row > 0 { members.shuffle(using: &random) }
        json += Array((JSON.object(members).compact + "\n").utf8)
      }
      let (first, second) = (try store(), try store())
      let plain = try first.importEvents([.bytes(name: "a.csv", csv)])
      let lines = try second.importEvents([.bytes(name: "a.jsonl", json)])
      #expect(plain.rows == lines.rows)
      #expect(plain.rejected.map(\.count) == lines.rejected.map(\.count))
      #expect(try export(first) == export(second))
    }
  }

  /// More than the first MiB, from which the columns are told.
  private func manyLines(and last: String) -> [UInt8] {
    let line = "{\"uid\":\"ann\",\"time\":\"2026-01-01\",\"event\":\"visit\"}\n"
    return Array((String(repeating: line, count: 25_000) + last + "\n").utf8)
  }

  @Test func `a column may come late`() throws {
    let store = try store()
    let last =
      "{\"uid\":\"bob\",\"time\":\"2026-01-01\",\"event\":\"pay\",\"amount\":5,\"plan\":\"x\"}"
    #expect(try store.importEvents([.bytes(name: "a", manyLines(and: last))]).rows == 25_001)
    let text = String(decoding: try export(store), as: UTF8.self)
    #expect(text.hasPrefix("user_id,time,event,value,source,plan\n"))
    #expect(text.hasSuffix("bob,2026-01-01T00:00:00.000Z,pay,5,,x\n"))
  }

  @Test func `a late column that changes what another one is stops the import`() throws {
    let store = try store()
    let last = "{\"user_id\":\"bob\",\"time\":\"2026-01-01\",\"event\":\"pay\"}"
    #expect(throws: ImportError.lateColumn(file: "a", line: 25_001, header: "user_id")) {
      try store.importEvents([.bytes(name: "a", manyLines(and: last))])
    }
    let mapped = ImportOptions(map: [("user", "uid")])
    let report = try store.importEvents([.bytes(name: "a", manyLines(and: last))], mapped)
    #expect(report.rejected.map(\.reason) == ["user_id"])
  }

  @Test func `names without end are refused`() throws {
    var text: [UInt8] = []
    for index in 0..<2_000 {
      text += Array(
        "{\"user_id\":\"a\",\"time\":\"2026-01-01\",\"event\":\"e\",\"k\(index)\":1}\n".utf8)
    }
    #expect(throws: ImportError.tooLarge(what: "the number of columns")) {
      try store().importEvents([.bytes(name: "a", text)])
    }
  }

  @Test func `a name tells JSON lines where the first line does not`() throws {
    let text = Array("oops\n{\"user_id\":\"a\",\"time\":\"2026-01-01\",\"event\":\"e\"}\n".utf8)
    let report = try store().importEvents([.bytes(name: "A.NDJSON", text)])
    #expect((report.rows, report.rejectedCount) == (1, 1))
  }
}
