import KithStore
import KithSystem
import Synchronization

/// The codes of a dictionary, most frequent first, counted over a sample of users.
final class Frequencies: Sendable {
  enum Names: Hashable {
    case events, sources
    case property(Int)
    case attribute(Int)
  }
  private let kept = Mutex<[Names: [UInt32]]>([:])
  /// Enough for an order that people find right, and quick in a store of any size.
  private static let sampledUsers = 2_000

  /// Cost: the events of the sample, once for each dictionary.
  func codes(_ names: Names, in snapshot: any Snapshot, asOf instant: Instant) -> [UInt32] {
    if let codes = kept.withLock({ $0[names] }) { return codes }
    var counts: [UInt32: Int] = [:]
    var events: UserEvents
    if case .property(let index) = names {
      events = UserEvents(columns: [index])
    } else {
      events = UserEvents()
    }
    let step = max(1, snapshot.userCount / Frequencies.sampledUsers)
    for user in stride(from: 0, to: snapshot.userCount, by: step) {
      if case .attribute(let index) = names {
        if let code = snapshot.attribute(index, of: user, asOf: instant) {
          counts[code, default: 0] += 1
        }
        continue
      }
      snapshot.read(user, into: &events)
      for (place, row) in events.rows.enumerated() where row.time <= instant.milliseconds {
        let code: UInt32 =
          switch names {
          case .events: row.event
          case .sources: row.source
          default: events.codes[0][place]
          }
        if code != absentCode { counts[code, default: 0] += 1 }
      }
    }
    let codes = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    kept.withLock { $0[names] = codes }
    return codes
  }
}
