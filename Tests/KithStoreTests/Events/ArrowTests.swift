import Foundation
import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct ArrowTests {
  private func sample() -> EventColumns {
    var rows = EventColumns(seed: 7)
    rows.append(
      user: "b", time: InMemoryLog.instant("2026-01-01T10:00:00.123Z"), event: "pay",
      value: 999_999_999_999_999_999, source: "", properties: [("plan", "é\n,"), ("empty", "")])
    rows.append(
      user: "a", time: InMemoryLog.instant("1970-01-01"), event: "visit", value: -1, source: "ads",
      properties: [])
    rows.append(
      user: "b", time: InMemoryLog.instant("2026-01-01T09:00:00Z"), event: "visit", value: nil,
      source: "web", properties: [("plan", "basic")])
    return rows
  }

  @Test func `buffers lie at multiples of 64 and the file can be read back`() throws {
    let mapped = inMemory { RunWriter.events(sample(), to: $0) }
    let run = try EventRun(mapped, name: "x")
    #expect(run.rows == 3)
    #expect(run.users.text(0) == "a")
    #expect(Array(run.starts.numbers) == [0, 1, 3])
    #expect((0..<3).map { run.values[$0] } == [-1, nil, 999_999_999_999_999_999])
    #expect(run.properties.map(\.name) == ["plan", "empty"])
    #expect(Int(bitPattern: run.times.numbers.baseAddress) % 64 == 0)
  }

  @Test(arguments: [1, 256, 257, 65_536, 65_537])
  func `codes are as narrow as the dictionary allows`(count: Int) throws {
    var rows = EventColumns(seed: 7)
    for index in 0..<count {
      rows.append(
        user: "u\(index % 10)", time: Instant(milliseconds: Int64(index)), event: "e\(index)",
        value: nil, source: "", properties: [])
    }
    let run = try EventRun(inMemory { RunWriter.events(rows, to: $0) }, name: "x")
    #expect(run.events.codes.bits == (count <= 256 ? 8 : count <= 65_536 ? 16 : 32))
    for user in 0..<run.users.count {
      for row in run.rows(of: user) {
        let event = run.events.texts.text(Int(run.events.codes[row]))
        #expect(event == "e\(run.times.numbers[row])")
      }
    }
  }

  @Test func `no damaged byte and no cut makes a trap`() throws {
    let mapped = inMemory { RunWriter.events(sample(), to: $0) }
    let whole = withExtendedLifetime(mapped) { Array(mapped.bytes) }
    var random = SeededGenerator(seed: 11)
    for size in stride(from: 0, to: whole.count, by: 13) {
      #expect(throws: DamagedFile.self) {
        try EventRun(MappedBytes(copying: Array(whole[..<size])), name: "x")
      }
    }
    for _ in 0..<20_000 {
      var bytes = whole
      for _ in 0...Int(random.next() % 3) {
        bytes[Int(random.next() % UInt64(whole.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      guard let run = try? EventRun(MappedBytes(copying: bytes), name: "x") else { continue }
      let snapshot = RunSnapshot(generation: 1, horizon: nil, eventRuns: [run], userRuns: [])
      var events = UserEvents(columns: Array(snapshot.properties.indices))
      for user in 0..<snapshot.userCount {
        snapshot.read(user, into: &events)
        for row in events.rows { _ = snapshot.eventNames[row.event] }
        _ = snapshot.id(of: user)
      }
    }
  }

  @Test func `pyarrow reads the same`() throws {
    guard let python = ProcessInfo.processInfo.environment["KITH_PYTHON"] else {
      print("not run: KITH_PYTHON names no python that has pyarrow")
      return
    }
    let file =
      FileManager.default.temporaryDirectory.path + "/kith-\(UInt64.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: file) }
    let mapped = inMemory { RunWriter.events(sample(), to: $0) }
    try withExtendedLifetime(mapped) {
      try Data(mapped.bytes).write(to: URL(fileURLWithPath: file))
    }
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: python)
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
    process.arguments = [script + "/check_arrow.py", file]
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(
      text == """
        user | dictionary<values=large_string, indices=uint32, ordered=0> | not null | {}
        time | timestamp[ms, tz=UTC] | not null | {}
        event | dictionary<values=string, indices=uint8, ordered=0> | not null | {}
        source | dictionary<values=string, indices=uint8, ordered=0> | null | {}
        value | decimal64(18, 6) | null | {}
        plan | dictionary<values=string, indices=uint8, ordered=0> | null | {'role': 'property'}
        empty | dictionary<values=string, indices=uint8, ordered=0> | null | {'role': 'property'}
        {'format': '1', 'kind': 'kith:events'}
        a | 1970-01-01 00:00:00+00:00 | visit | ads | -0.000001 | - | -
        b | 2026-01-01 09:00:00+00:00 | visit | web | - | basic | -
        b | 2026-01-01 10:00:00.123000+00:00 | pay | - | 999999999999.999999 | é
        , | -
        sum 999999999999.999998

        """)
  }
}
