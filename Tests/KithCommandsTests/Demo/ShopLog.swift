import KithSystem

/// The demo's log read back the slow, obvious way, and its users put into stages and bands by the
/// words of the default rules.
struct ShopLog {
  struct Event {
    var time: Int64
    var name: String
    var value: String
  }

  let header: [String]
  /// Cells in each line after the header, each number once.
  let widths: Set<Int>
  private(set) var events: [String: [Event]] = [:]
  let lineCount: Int

  init(_ bytes: [UInt8]) {
    let lines = bytes.split(separator: UInt8(ascii: "\n")).map {
      $0.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    }
    header = lines[0].map { String(decoding: $0, as: UTF8.self) }
    widths = Set(lines.map(\.count))
    lineCount = lines.count - 1
    for cells in lines.dropFirst() {
      let id = String(decoding: cells[0], as: UTF8.self)
      events[id, default: []].append(
        Event(
          time: ShopLog.time(cells[1]), name: String(decoding: cells[2], as: UTF8.self),
          value: String(decoding: cells[3], as: UTF8.self)))
    }
  }

  /// Milliseconds of `2026-11-21T18:02:03Z`; below 0 where it is no such text.
  static func time(_ cell: ArraySlice<UInt8>) -> Int64 {
    let text = Array(cell)
    guard text.count == 20, text[10] == UInt8(ascii: "T"), text[19] == UInt8(ascii: "Z"),
      let day = Day(String(decoding: text[..<10], as: UTF8.self))
    else { return -1 }
    let clock = String(decoding: text[11..<19], as: UTF8.self).split(separator: ":").compactMap {
      Int64($0)
    }
    guard clock.count == 3 else { return -1 }
    return Int64(day.number) * Instant.dayMs + ((clock[0] * 60 + clock[1]) * 60 + clock[2]) * 1000
  }

  /// The stage and band of each user at `now`, as `core/steady`.
  func standings(
    now: Instant, zone: Zone, system: Set<String>, core: Set<String>, junk: Set<String>
  ) -> [String: Int] {
    let today = zone.day(of: now)
    var counts: [String: Int] = [:]
    for (id, events) in events {
      let ages = events.filter { !system.contains($0.name) }.map {
        today.number - zone.day(of: Instant(milliseconds: $0.time)).number
      }
      let age =
        events.map {
          today.number - zone.day(of: Instant(milliseconds: $0.time)).number
        }.max() ?? 0
      let standing =
        junk.contains(id)
        ? "junk" : ShopLog.standing(ages: ages, age: age, isCore: core.contains(id))
      counts[standing, default: 0] += 1
    }
    return counts
  }

  private static func standing(ages: [Int32], age: Int32, isCore: Bool) -> String {
    let days = Set(ages)
    let since = days.min() ?? .max
    if isCore { return since > 7 ? "core/at-risk" : "core/steady" }
    let week = days.filter { $0 < 7 }
    if week.count >= 1, days.filter({ $0 < 28 }).count >= 2 {
      let returned = week.contains { day in
        days.filter { $0 > day }.min().map { $0 - day >= 30 } ?? false
      }
      return returned ? "active/resurrected" : week.count >= 5 ? "active/daily" : "active/weekly"
    }
    if age < 7 { return "effective/new" }
    if days.count <= 1 { return "effective/tried" }
    return since < 28 ? "effective/cooling" : since < 84 ? "effective/dormant" : "effective/lost"
  }
}
