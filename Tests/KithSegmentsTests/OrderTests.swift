import KithSystem
import KithTestSupport
import Testing

@testable import KithSegments
@testable import KithStore

/// Pages of more users than are put in order afresh each time.
struct OrderTests {
  /// What a test knows of each user.
  private struct Facts {
    var first: Int
    var last: Int
    var events: Int
    var value: Int
  }

  private static let users = RunHeads.usersWorthIt + 1000

  private static func made(
    _ disk: SimulatedFileSystem
  ) throws -> (store: Store, facts: [Facts]) {
    var random = SeededGenerator(seed: 3)
    let store = try Store.create(in: disk, timeZone: "UTC", name: "tea", outside: .test())
    var text = "user_id,time,event,value\n"
    var facts: [Facts] = []
    for user in 0..<users {
      // Few times and values, so that many are equal.
      let times = (0..<Int.random(in: 1...2, using: &random)).map { _ in
        Int.random(in: 0..<3000, using: &random)
      }
      let value = Int.random(in: -3...3, using: &random)
      for (place, time) in times.enumerated() {
        let cell = place == 0 ? "\(value)" : ""
        text += "\(100_000 + user),\(1_700_000_000 + time * 60),visit,\(cell)\n"
      }
      facts.append(
        Facts(first: times.min() ?? 0, last: times.max() ?? 0, events: times.count, value: value))
    }
    _ = try store.importEvents([.bytes(name: "a.csv", Array(text.utf8))])
    return (store, facts)
  }

  private static func engine(_ store: Store) throws -> EmbeddedEngine {
    let rows = try store.snapshot()
    return try EmbeddedEngine(
      snapshot: rows, decisions: store.decisions(), settings: store.settings,
      moment: store.moment(horizon: rows.horizon))
  }

  @Test func `a page is the same whether its order is kept or found`() throws {
    let disk = SimulatedFileSystem()
    let (store, facts) = try Self.made(disk)
    let keys: [(key: Sort.Key, of: (Facts) -> Int)] = [
      (.first, \.first), (.last, \.last), (.events, \.events), (.value, \.value),
    ]
    let engine = try Self.engine(store)
    for (key, fact) in keys {
      for isDescending in [false, true] {
        let sign = isDescending ? -1 : 1
        let order = facts.indices.sorted {
          (sign * fact(facts[$0]), $0) < (sign * fact(facts[$1]), $1)
        }
        for start in [0, 5_000, RunHeads.size - 20, RunHeads.size + 5, Self.users - 10] {
          let plan = PagePlan(
            sort: Sort(key, descending: isDescending), offset: start, limit: 40)
          let wanted = order[start..<min(start + 40, order.count)].map { "\(100_000 + $0)" }
          #expect(try engine.page(plan).rows.map(\.id) == wanted, "\(key) \(start)")
        }
      }
    }
    let index = try #require(try store.snapshot().columns[0].index(making: true))
    #expect(index.head(.value, isDescending: true)?.count == RunHeads.size)
  }

  @Test func `after an import or before the last event, what is kept does not count`() throws {
    let disk = SimulatedFileSystem()
    let (store, facts) = try Self.made(disk)
    let best = PagePlan(sort: Sort(.value, descending: true), limit: 1)
    let last = PagePlan(sort: Sort(.last, descending: true), limit: 1)
    let before = try Self.engine(store)
    let horizon = try #require(try store.snapshot().horizon)
    let latest = facts.map(\.last).max() ?? 0
    let earlier = before.moved(to: horizon.advanced(by: -60_000))
    let wanted = facts.indices.first { facts[$0].last == latest }.map { "\(100_000 + $0)" }
    #expect(try before.page(last).rows.first?.id == wanted)
    #expect(try earlier.page(last).rows.first?.last == horizon.advanced(by: -60_000))
    let more = "user_id,time,event,value\n100007,1700000000,visit,1000\n"
    _ = try store.importEvents([.bytes(name: "b.csv", Array(more.utf8))])
    #expect(try Self.engine(store).page(best).rows.first?.id == "100007")
  }

  @Test func `a row is the same whether a user's events are copied or read where they lie`() throws
  {
    var random = SeededGenerator(seed: 5)
    let store = try Store.create(
      in: SimulatedFileSystem(), timeZone: "UTC", name: "tea", outside: .test())
    // Two runs, so that some users have rows in both; some have many events, few a value or a source.
    for (file, users) in [("a.csv", 0..<60), ("b.csv", 50..<64)] {
      var text = "user_id,time,event,value,source\n"
      for user in users {
        let many =
          file == "a.csv" && user % 20 == 0 ? 5_000 : Int.random(in: 1...40, using: &random)
        for _ in 0..<many {
          let time = 1_700_000_000 + Int.random(in: 0..<9_000_000, using: &random)
          let value = Int.random(in: 0..<5, using: &random) == 0 ? "\(user).25" : ""
          let source = ["", "", "ads", "mail"].randomElement(using: &random) ?? ""
          text += "u\(user),\(time),visit,\(value),\(source)\n"
        }
      }
      _ = try store.importEvents([.bytes(name: file, Array(text.utf8))])
    }
    #expect(try store.manifest().eventRuns.count == 2)
    let engine = try Self.engine(store)
    let (lending, plain) = (
      Sheet(engine, engine.narrow, lends: true), Sheet(engine, engine.narrow)
    )
    for user in (0..<64).shuffled(using: &random) + [3, 3, 55, 3] {
      let standings = (try lending.standing(of: user), try plain.standing(of: user))
      #expect(engine.row(user, lending, standings.0) == engine.row(user, plain, standings.1))
    }
  }
}
