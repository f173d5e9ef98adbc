import KithSegments
import KithStore
import KithSystem

/// What users and addresses have received so far over all campaigns, and what it cost: the ground for
/// caps and budgets. Counts what was accepted, what is unknown, and what may have left.
struct Received: Sendable {
  struct Item: Sendable {
    var channel: String
    var at: Instant
  }
  /// Of marketing campaigns alone. Users are told apart byte for byte.
  private var byUser: [ByteText: [Item]] = [:]
  private var byAddress: [String: [Item]] = [:]
  /// Spent by each campaign in all, and by all campaigns on each day of the store.
  private(set) var spentByCampaign: [String: Micros] = [:]
  private var spentByDay: [Day: Micros] = [:]

  mutating func add(
    user: String, addressHash: String?, channel: String, at: Instant, campaign: String,
    isMarketing: Bool, cost: Micros, zone: Zone
  ) {
    spentByCampaign[campaign, default: 0] += cost
    spentByDay[zone.day(of: at), default: 0] += cost
    guard isMarketing else { return }
    byUser[ByteText(user), default: []].append(Item(channel: channel, at: at))
    if let addressHash {
      byAddress[addressHash, default: []].append(Item(channel: channel, at: at))
    }
  }

  /// Makes what one id of a person got count for all of them.
  mutating func join(_ persons: [[String]]) {
    for ids in persons.map({ $0.map(ByteText.init) }) {
      let all = ids.flatMap { byUser[$0] ?? [] }
      if !all.isEmpty { for id in ids { byUser[id] = all } }
    }
  }

  /// Spent in the calendar month of a day.
  func spent(inMonthOf day: Day) -> Micros {
    let month = (day.civil.year, day.civil.month)
    return spentByDay.reduce(0) { total, entry in
      (entry.key.civil.year, entry.key.civil.month) == month ? total + entry.value : total
    }
  }

  /// Until when the caps hold a message back; nil where they let it through.
  func blocked(
    user: String, addressHash: String, channel: String, caps: [Cap], at now: Instant
  ) -> Instant? {
    var until: Instant?
    for cap in caps where cap.channel == nil || cap.channel == channel {
      for items in [byUser[ByteText(user)], byAddress[addressHash]] {
        guard let free = Received.freed(items ?? [], cap, at: now) else { continue }
        until = max(until ?? free, free)
      }
    }
    return until
  }

  /// When a full window has room again; nil where it has room now.
  private static func freed(_ items: [Item], _ cap: Cap, at now: Instant) -> Instant? {
    let start = now.advanced(by: -cap.windowMs)
    let inside = items.filter { item in
      item.at > start && (cap.channel == nil || cap.channel == item.channel)
    }
    guard inside.count >= cap.messages else { return nil }
    guard cap.messages > 0 else { return .latest }
    let times = inside.map(\.at).sorted(by: >)
    return times[cap.messages - 1].advanced(by: cap.windowMs)
  }
}
