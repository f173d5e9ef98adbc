import KithStore
import KithSystem
import Testing

@testable import KithCommands

@Suite struct `The demo's shop` {
  static let now = Instant(milliseconds: 1_763_719_323_456)  // 2025-11-21T10:02:03Z
  let zone: Zone

  init() throws {
    zone = try Zone.named(DemoShop.timeZone)
  }

  @Test func `one seed gives the same bytes everywhere`() {
    let events = DemoShop.events(seed: 7, now: Self.now, zone: zone, users: 300)
    let users = DemoShop.users(seed: 7, now: Self.now, zone: zone, users: 300)
    #expect(CRC32C.of(events) == 1_164_550_739)
    #expect(CRC32C.of(users) == 1_016_719_021)
    #expect(events != DemoShop.events(seed: 8, now: Self.now, zone: zone, users: 300))
  }

  @Test(
    arguments: [
      "2025-11-21T10:02:03Z", "2026-02-17T01:00:00Z", "2026-07-20T15:59:59Z",
      "2031-04-05T16:00:00Z",
    ]
  )
  func `stages and bands come out as in a real shop`(moment: String) throws {
    let now = Instant(milliseconds: ShopLog.time(Array(moment.utf8)[...]))
    let log = ShopLog(DemoShop.events(seed: 3, now: now, zone: zone, users: 3_000))
    #expect(log.events.count == 3_000)
    let tags = tags(DemoShop.decisions(seed: 3, now: now, zone: zone, users: 3_000))
    let standings = log.standings(
      now: now, zone: zone, system: Set(ShopEvent.allCases.filter(\.isSystem).map(\.name)),
      core: tags["core"] ?? [],
      junk: (tags["junk"] ?? []).union(tags["staff"] ?? []))
    func share(_ stage: String) -> Double {
      Double(standings.filter { $0.key.hasPrefix(stage) }.values.reduce(0, +)) / 3_000
    }
    #expect((0.68...0.86).contains(share("effective")), "\(standings)")
    #expect((0.12...0.28).contains(share("active")), "\(standings)")
    #expect((0.008...0.013).contains(share("core")), "\(standings)")
    #expect((0.002...0.006).contains(share("junk")), "\(standings)")
    let bands = [
      "core/at-risk", "core/steady", "active/resurrected", "active/daily", "active/weekly",
      "effective/new", "effective/tried", "effective/cooling", "effective/dormant",
      "effective/lost",
    ]
    for band in bands { #expect(standings[band, default: 0] > 0, "nobody is \(band)") }
  }

  @Test func `the log is in order, ends at the moment and holds what it should`() throws {
    let log = ShopLog(DemoShop.events(seed: 1, now: Self.now, zone: zone, users: 2_000))
    #expect(log.header == ["user_id", "time", "event", "value", "source", "category", "item"])
    #expect(log.widths == [7])
    #expect((40_000...100_000).contains(log.lineCount))
    let names = Set(ShopEvent.allCases.map(\.name))
    var latest: Int64 = 0
    for (id, events) in log.events {
      let times = events.map(\.time)
      #expect(times == times.sorted(), "\(id) is out of order")
      #expect(
        events.first?.name == "signup", "\(id) begins with \(events.first?.name ?? "nothing")")
      #expect(events.allSatisfy { names.contains($0.name) })
      #expect(events.allSatisfy { $0.name != "purchase" || (Exact($0.value) ?? .zero) > .zero })
      #expect(events.allSatisfy { $0.name != "refund" || (Exact($0.value) ?? .zero) < .zero })
      latest = max(latest, times.last ?? 0)
      #expect((times.first ?? -1) >= Self.now.milliseconds - 732 * Instant.dayMs)
    }
    #expect(latest <= Self.now.milliseconds)
    #expect(latest > Self.now.milliseconds - 3 * 3_600_000, "the shop has fallen silent")
  }

  @Test func `bots do hundreds of things in one day, and nothing else`() {
    let log = ShopLog(DemoShop.events(seed: 1, now: Self.now, zone: zone, users: 2_000))
    let bots = log.events.filter { $0.key.hasPrefix("scan-") }
    #expect(bots.count == 7)
    for events in bots.values {
      let times = events.map(\.time)
      #expect(events.count > 300)
      #expect((times.max() ?? 0) - (times.min() ?? 0) < Instant.dayMs)
    }
  }

  @Test func `profiles name every user once, with addresses that are nobody's`() {
    let text = String(
      decoding: DemoShop.users(seed: 1, now: Self.now, zone: zone, users: 2_000), as: UTF8.self)
    let rows = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(Set(rows.map(\.count)) == [11])
    #expect(Set(rows.map { $0[0] }).count == 2_001)
    for row in rows.dropFirst() {
      let domain = row[2].split(separator: "@").last ?? "example.org"
      #expect(["example.org", "example.com", "example.net"].contains(domain))
      #expect(
        row[3].isEmpty || row[3].hasPrefix("+86120") || row[3].hasPrefix("+447700900")
          || row[3].contains("55501"))
    }
    let languages = Set(rows.dropFirst().map { $0[6] })
    #expect(languages == ["zh-Hans", "en", ""])
  }

  @Test func `what the keeper decided is about people of the shop`() {
    let log = ShopLog(DemoShop.events(seed: 1, now: Self.now, zone: zone, users: 2_000))
    let decisions = DemoShop.decisions(seed: 1, now: Self.now, zone: zone, users: 2_000)
    let tags = tags(decisions)
    #expect(Set(tags.keys) == ["core", "staff", "junk"])
    for (tag, ids) in tags {
      #expect(ids.isSubset(of: log.events.keys), "\(tag) holds a stranger")
    }
    #expect(decisions.contains { if case .note = $0 { true } else { false } })
    #expect(decisions.contains { if case .owner = $0 { true } else { false } })
  }

  private func tags(_ decisions: [Decision]) -> [String: Set<String>] {
    var tags: [String: Set<String>] = [:]
    for case .tagAdd(let tag, .named(let ids)) in decisions { tags[tag] = Set(ids) }
    return tags
  }
}
