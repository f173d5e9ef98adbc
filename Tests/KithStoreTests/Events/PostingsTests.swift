import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

/// Postings of rare events beside the rows themselves.
struct PostingsTests {
  @Test(arguments: 1...20)
  func `postings of late times are those of all times, cut`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var text = "user_id,time,event\n"
    let first = try #require(Day("2025-01-01"))
    for _ in 0..<400 {
      let day = Day(number: first.number + Int32.random(in: 0..<200, using: &random))
      let user = Int.random(in: 0..<20, using: &random)
      text += "u\(user),\(day),\(["visit", "buy"].randomElement(using: &random) ?? "")\n"
    }
    let store = try Store.create(
      in: SimulatedFileSystem(), timeZone: "UTC", name: "tea", outside: .test())
    _ = try store.importEvents([.bytes(name: "a.csv", Array(text.utf8))])
    let run = try #require(try store.snapshot().columns.first)
    let index = try #require(run.index(making: true))
    let latest = try #require(index.lasts?.max())
    let border = latest - RunIndex.lateDays * Instant.dayMs
    for code in 0..<2 {
      let all = try #require(index.postings(code))
      #expect(all.rows.map(Int.init) == (0..<run.rows).filter { run.events[$0] == UInt32(code) })
      #expect(all.rows.map { run.times[Int($0)] } == Array(all.times))
      // Before the border all are given, from it on the late ones.
      for (earliest, isCut) in [(border - 1, false), (border, true), (latest, true)] {
        let late = try #require(index.postings(code, from: earliest))
        let wanted = all.times.indices.filter { !isCut || all.times[$0] >= border }
        #expect(Array(late.times) == wanted.map { all.times[$0] })
        #expect(Array(late.rows) == wanted.map { all.rows[$0] })
        #expect(Array(late.users) == wanted.map { all.users[$0] })
      }
    }
  }
}

struct ExactDoubleTests {
  @Test func `a number is the nearest double, as the library rounds it`() {
    var random = SeededGenerator(seed: 7)
    for round in 0..<20_000 {
      let bits = Int128.random(in: .min ... .max, using: &random)
      let units = bits >> Int128(round % 128)
      #expect(Exact(units: units).double == Double(units) / 1e18)
    }
    for units in [Int128.min, .max, 0, -1, 1 << 64, (1 << 64) + 1, (1 << 117) + 1] {
      #expect(Exact(units: units).double == Double(units) / 1e18)
    }
  }
}
