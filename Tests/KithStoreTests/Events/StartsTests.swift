// Where the rows of each user begin stands in the run beside its columns: every writer says it, and no
// answer depends on it.

import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct StartsTests {
  /// Some rows of a few users, as the text of a file.
  private func log(_ rows: Int, seed: UInt64) -> [UInt8] {
    var chance = SeededGenerator(seed: seed)
    var text = "user_id,time,event\n"
    for _ in 0..<rows {
      let user = Int.random(in: 0..<40, using: &chance)
      text += "u\(user),\(1_767_225_600 + Int.random(in: 0..<900_000, using: &chance)),visit\n"
    }
    return Array(text.utf8)
  }

  private func store() throws -> Store {
    try Store.create(in: SimulatedFileSystem(), timeZone: "UTC", name: "tea", outside: .test())
  }

  /// The first row of each user as the codes show it, then the number of rows.
  private func found(_ run: EventRun) -> [UInt32] {
    var starts: [UInt32] = []
    for row in 0..<run.rows where row == 0 || run.userCodes[row] != run.userCodes[row - 1] {
      starts.append(UInt32(row))
    }
    return starts + [UInt32(run.rows)]
  }

  /// The bytes of a run with many users, and where its appendix lies.
  private func sample() throws -> (bytes: [UInt8], appendix: Range<Int>, starts: [UInt32]) {
    var rows = EventColumns(seed: 7)
    for row in 0..<2_000 {
      rows.append(
        user: "u\(1000 + row % 300)", time: Instant(milliseconds: Int64(row)), event: "visit",
        value: nil,
        source: "", properties: [])
    }
    let mapped = inMemory { RunWriter.events(rows, to: $0) }
    let file = try ArrowFile(mapped, name: "x", kind: EventRun.kind)
    let appendix = try #require(file.appendix("starts")).bytes
    let start = try #require(appendix.baseAddress) - #require(mapped.bytes.baseAddress)
    return withExtendedLifetime(mapped) {
      (
        Array(mapped.bytes), start..<(start + appendix.count),
        (0...300).map { user in UInt32((0..<user).reduce(0) { $0 + ($1 % 300 < 200 ? 7 : 6) }) }
      )
    }
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `an import, a fold, attributes and a run without a forgotten user say it`(
    seed: UInt64
  ) throws {
    let store = try store()
    for (file, rows) in [400, 20, 300].enumerated() {
      _ = try store.importEvents([
        .bytes(name: "\(file).csv", log(rows, seed: seed * 8 + UInt64(file)))
      ])
    }
    _ = try store.importUsers([.bytes(name: "u.csv", Array("user_id,city\nu1,Ely\nu2,Ely\n".utf8))])
    _ = try store.forget("u3") { 0 }
    #expect(try store.manifest().eventRuns.contains { !$0.imports.isEmpty })
    for run in try store.runSnapshot().runs {
      let mapped = try store.files.map(run.name)
      #expect(try ArrowFile(mapped, name: run.name, kind: EventRun.kind).appendix("starts") != nil)
      #expect(Array(run.starts.numbers) == found(run))
    }
    for run in try store.manifest().userRuns {
      let name = run.file(in: "users")
      let file = try ArrowFile(try store.files.map(name), name: name, kind: UserRun.kind)
      #expect(file.appendix("starts") != nil)
    }
  }

  @Test func `a run that does not say it is read as well`() throws {
    let (bytes, _, starts) = try sample()
    let note = Array("starts".utf8)
    let place = try #require(
      (0..<(bytes.count - note.count)).last { bytes[$0..<($0 + note.count)].elementsEqual(note) })
    var older = bytes
    older[place] = UInt8(ascii: "x")
    let mapped = MappedBytes(copying: older)
    #expect(try ArrowFile(mapped, name: "x", kind: EventRun.kind).appendix("starts") == nil)
    let run = try EventRun(mapped, name: "x")
    #expect(Array(run.starts.numbers) == starts)
    try run.check()
  }

  @Test func `where a byte of it is damaged the codes tell`() throws {
    let (bytes, appendix, starts) = try sample()
    for place in stride(from: appendix.lowerBound, to: appendix.upperBound, by: 7) {
      var damaged = bytes
      damaged[place] ^= 0x10
      let one = try EventRun(MappedBytes(copying: damaged), name: "x")
      #expect(one.rows(of: 250) == Int(starts[250])..<Int(starts[251]))
      let all = try EventRun(MappedBytes(copying: damaged), name: "x")
      #expect(Array(all.starts.numbers) == starts)
    }
  }

  @Test func `what is sealed and does not ascend is not believed`() throws {
    let (bytes, appendix, starts) = try sample()
    for (place, number) in [(0, 1), (7, 1_000), (299, 0), (300, 2_001), (300, 1_999)] {
      var wrong = starts
      wrong[place] = UInt32(number)
      let run = try EventRun(MappedBytes(copying: sealed(wrong, in: bytes, appendix)), name: "x")
      #expect(Array(run.starts.numbers) == starts)
    }
  }

  /// A run that says other starts than it has, with the right checksums.
  private func sealed(
    _ starts: [UInt32], in bytes: [UInt8], _ appendix: Range<Int>
  ) -> [UInt8] {
    var sealed: [UInt8] = []
    starts.withUnsafeBytes { part in
      Sections.put([(1, part)], from: 2_000) { (bytes) throws(Never) in sealed += Array(bytes) }
    }
    #expect(sealed.count == appendix.count)
    return bytes[..<appendix.lowerBound] + sealed + bytes[appendix.upperBound...]
  }

  @Test func `a checkup finds where it is wrong and sealed`() throws {
    let (bytes, appendix, starts) = try sample()
    var wrong = starts
    wrong[7] += 1
    let run = try EventRun(MappedBytes(copying: sealed(wrong, in: bytes, appendix)), name: "x")
    #expect(throws: DamagedFile("x", .starts)) { try run.check() }
  }
}
