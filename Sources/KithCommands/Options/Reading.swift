import KithCampaigns
import KithSegments
import KithStore
import KithSystem

/// How a store is read: as of when and in which calendar, as the caller wrote it. Without any of it:
/// the newest data in the store's own calendar.
struct Reading: Sendable {
  var asOf: String?
  var timeZone: String?
  var weekStart: WeekStart?

  /// The zone in force.
  func zone(of store: Store) throws -> Zone {
    try store.moment(timeZone: timeZone, horizon: nil).zone
  }

  /// The instant of `--as-of`, nil where it is not given.
  func instant(of store: Store) throws -> Instant? {
    try store.moment(asOf: asOf.map(AsOf.init), timeZone: timeZone, horizon: nil).decisionsUntil
  }

  func engine(_ store: Store) throws -> any Engine {
    try engine(store, asOf: asOf.map(AsOf.init))
  }

  /// The engine of a store as it is on disk now.
  func engine(_ store: Store, asOf: AsOf?) throws -> any Engine {
    let snapshot = try store.snapshot()
    let moment = try store.moment(
      asOf: asOf, timeZone: timeZone, weekStart: weekStart, horizon: snapshot.horizon)
    let decisions = try store.decisions(until: moment.decisionsUntil)
    return try EmbeddedEngine(
      snapshot: snapshot, decisions: decisions,
      decisionsAt: { instant in (try? store.decisions(until: instant)) ?? decisions },
      settings: store.settings, segments: store.savedSegments(), moment: moment,
      received: Campaigns(store: store).received())
  }
}
