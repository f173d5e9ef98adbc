import Crypto
import Glibc
import KithSegments
import KithStore
import KithSystem
import KithTestSupport
import Testing

/// Real logs with the users of many expressions, worked out elsewhere: run where `KITH_SHARED_DATA`
/// names their folder.
@Suite(.enabled(if: getenv("KITH_SHARED_DATA") != nil))
struct SharedDataTests {
  let folder = getenv("KITH_SHARED_DATA").map { String(cString: $0) } ?? ""

  @Test func `every expression finds the expected users of the real logs`() throws {
    let expected = try JSON(utf8: try readFile(folder + "/expected/expressions.json")[...])
    var checked = 0
    for member in expected.members ?? [] {
      let engine = try engine(member.value)
      for wanted in member.value["expressions"]?.array ?? [] {
        let expression = wanted["expression"]?.string ?? ""
        let ids = try engine.ids(try engine.segment(SourceText(expression)))
        #expect(ids.count == wanted["users"]?.int, "\(member.name): \(expression)")
        let digest = Insecure.MD5.hash(data: Array(ids.map { $0 + "\n" }.joined().utf8))
        #expect(hex(Array(digest)) == wanted["ids_md5"]?.string, "\(member.name): \(expression)")
        checked += 1
      }
    }
    #expect(checked > 100)
  }

  private func engine(_ run: JSON) throws -> EmbeddedEngine {
    let zone = try Zone.named(run["tz"]?.string ?? "UTC")
    var log = InMemoryLog()
    try addEvents(of: run["log"]?.string ?? "", in: zone, to: &log)
    if let users = run["users_file"]?.string, !users.isEmpty {
      let rows = csv(try readFile(folder + "/" + users))
      for row in rows.dropFirst() {
        let cells = zip(rows[0], row).dropFirst().filter { !$0.1.isEmpty }
        log.write(
          row[0], "1970-01-01", Dictionary(cells.map { ($0.0, $0.1) }) { first, _ in first })
      }
    }
    let snapshot = try log.snapshot()
    let last = zone.end(of: zone.day(of: snapshot.horizon ?? .earliest))
    let asOf = try run["as_of"]?.string.map { text throws(Diagnostic) in try AsOf(text) }
    let instant =
      switch asOf {
      case .day(let day): zone.end(of: day)
      case .instant(let instant): instant
      default: last
      }
    return try EmbeddedEngine(
      snapshot: snapshot, decisions: Decisions(), settings: try Settings(yaml: "format: 1\n"),
      moment: Moment(
        instant: instant, decisionsUntil: nil, zone: zone, weekStart: .monday,
        horizon: snapshot.horizon))
  }

  /// A row counts where every required cell can be read.
  private func addEvents(of file: String, in zone: Zone, to log: inout InMemoryLog) throws {
    let rows = csv(try readFile(folder + "/" + file))
    let properties = rows[0].dropFirst(5)
    for row in rows.dropFirst() {
      guard !row[0].isEmpty, !row[2].isEmpty, let time = time(row[1], zone),
        row[3].isEmpty || Exact(row[3]) != nil
      else { continue }
      let cells = zip(properties, row.dropFirst(5)).filter { !$0.1.isEmpty }
      log.add(
        row[0], time, row[2], value: Exact(row[3]).map { Micros($0.units / 1_000_000_000_000) },
        source: row[4], Dictionary(cells.map { ($0.0, $0.1) }) { first, _ in first })
    }
  }

  private func time(_ text: String, _ zone: Zone) -> Instant? {
    switch try? AsOf(text) {
    case .day(let day): zone.start(of: day)
    case .instant(let instant): instant
    case .local(let milliseconds): zone.instant(ofLocal: milliseconds)
    case nil: nil
    }
  }

  private func csv(_ bytes: [UInt8]) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var cell: [UInt8] = []
    var quoted = false
    var previous: UInt8 = 0
    for byte in bytes where byte != 0x0D {
      defer { previous = byte }
      switch byte {
      case 0x22:
        // A quote that follows the one which closed the cell was doubled: it is part of the cell.
        if !quoted, previous == 0x22 { cell.append(byte) }
        quoted.toggle()
      case 0x2C where !quoted, 0x0A where !quoted:
        row.append(String(decoding: cell, as: UTF8.self))
        cell = []
        if byte == 0x0A {
          rows.append(row)
          row = []
        }
      default: cell.append(byte)
      }
    }
    return rows
  }
}
