import KithStore
import KithSystem
import KithTestSupport
import Testing

struct SnapshotTests {
  /// Times, events, sources and values of a user, as text.
  private func rows(_ snapshot: RunSnapshot, _ user: String, _ columns: [Int] = []) -> [String] {
    guard let number = snapshot.user(user) else { return [] }
    var events = UserEvents(columns: columns)
    snapshot.read(number, into: &events)
    return events.rows.indices.map { index in
      let row = events.rows[index]
      let source = row.source == absentCode ? "-" : snapshot.sources[row.source]
      let value = row.value.map { Exact(micros: $0).description } ?? "-"
      let properties = columns.indices.map { slot in
        let code = events.codes[slot][index]
        return code == absentCode ? "-" : snapshot.properties[columns[slot]].values[code]
      }
      return
        ([Instant(milliseconds: row.time).rfc3339, snapshot.eventNames[row.event], source, value]
        + properties).joined(separator: " ")
    }
  }

  @Test func `rows come back by user, time and arrival`() throws {
    var log = InMemoryLog()
    log.add("b", "2026-01-02", "late", source: "ads")
    log.add("b", "2026-01-01", "early", value: "-1.5")
    log.add("a", "2026-01-01", "visit")
    log.add("b", "2026-01-02", "later")
    let snapshot = try log.snapshot()
    #expect(snapshot.userCount == 2)
    #expect(snapshot.eventCount == 4)
    #expect((0..<2).map(snapshot.id) == ["a", "b"])
    #expect(snapshot.horizon == InMemoryLog.instant("2026-01-02"))
    #expect(
      rows(snapshot, "b") == [
        "2026-01-01T00:00:00.000Z early - -1.5", "2026-01-02T00:00:00.000Z late ads -",
        "2026-01-02T00:00:00.000Z later - -",
      ])
    #expect(snapshot.user("c") == nil)
  }

  @Test func `runs are merged by time, then by run`() throws {
    var log = InMemoryLog()
    log.add("b", "2026-01-02", "one", ["plan": "x"])
    log.add("z", "2026-01-02", "one")
    log.startRun()
    log.add("b", "2026-01-02", "two", source: "ads", ["plan": "a", "city": "Bern"])
    log.add("b", "2026-01-01", "zero")
    log.add("a", "2026-01-01", "zero")
    let snapshot = try log.snapshot()
    #expect((0..<snapshot.userCount).map(snapshot.id) == ["a", "b", "z"])
    #expect(snapshot.properties.map(\.name) == ["city", "plan"])
    #expect(
      rows(snapshot, "b", [0, 1]) == [
        "2026-01-01T00:00:00.000Z zero - - - -", "2026-01-02T00:00:00.000Z one - - - x",
        "2026-01-02T00:00:00.000Z two ads - Bern a",
      ])
    #expect(snapshot.user("z") == 2)
    #expect(snapshot.eventNames.texts == ["one", "two", "zero"])
    #expect(snapshot.eventNames.code("two") == 1)
  }

  @Test func `an attribute is its last write up to T, else its first`() throws {
    var log = InMemoryLog()
    log.add("a", "2026-01-01", "visit")
    log.add("b", "2026-01-01", "visit")
    log.write("a", "2026-02-01", ["city": "Bern", "age": "7"])
    log.write("a", "2026-03-01", ["city": "Rome"])
    log.startRun()
    log.write("a", "2026-02-15", ["city": "Oslo"])
    log.write("ghost", "2026-02-15", ["city": "Nowhere"])
    let snapshot = try log.snapshot()
    let city = try #require(snapshot.attributes.firstIndex { $0.name == "city" })
    func value(_ user: Int, _ time: String) -> String? {
      snapshot.attribute(city, of: user, asOf: InMemoryLog.instant(time))
        .map { snapshot.attributes[city].values[$0] }
    }
    #expect(value(0, "2026-01-01") == "Bern")
    #expect(value(0, "2026-02-01") == "Bern")
    #expect(value(0, "2026-02-20") == "Oslo")
    #expect(value(0, "2026-04-01") == "Rome")
    #expect(value(1, "2026-04-01") == nil)
    #expect(snapshot.attributes.map(\.type) == [.number, .text])
  }

  @Test(arguments: [
    (["1", "-2.50", "+3"], ValueType.number), (["2026-01-01"], .date),
    (["true", "false"], .boolean),
    (["1", "x"], .text), (["2026-02-30"], .text), (["1234567890123456789"], .text), (["1."], .text),
    ([".5"], .text), (["true", "1"], .text), (["123456789012345678"], .number), (["-"], .text),
  ])
  func `a column has the type that all its values share`(values: [String], type: ValueType) throws {
    var log = InMemoryLog()
    for value in values { log.add("a", "2026-01-01", "visit", ["p": value]) }
    let column = try log.snapshot().properties[0]
    #expect(column.type == type)
    #expect(column.numbers.count == (type == .number ? values.count : 0))
    #expect(column.days.count == (type == .date ? values.count : 0))
  }

  @Test func `an empty log is an empty snapshot`() throws {
    let snapshot = try InMemoryLog().snapshot()
    #expect(snapshot.userCount == 0)
    #expect(snapshot.horizon == nil)
    #expect(snapshot.user("a") == nil)
  }
}
