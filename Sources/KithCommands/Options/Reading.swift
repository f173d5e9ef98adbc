import KithAnalysis
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

  func engine(_ store: Store) throws -> EmbeddedEngine {
    try engine(store, asOf: asOf.map(AsOf.init))
  }

  /// The engine under the rules of another kith.yaml.
  func engine(_ store: Store, settings: Settings) throws -> EmbeddedEngine {
    try engine(store, asOf: asOf.map(AsOf.init), settings: settings)
  }

  func moment(of store: Store, asOf: AsOf?, horizon: Instant?) throws -> Moment {
    try store.moment(asOf: asOf, timeZone: timeZone, weekStart: weekStart, horizon: horizon)
  }

  /// The journal as of an earlier instant, about the persons of now; where it can no longer be read, what
  /// it was just now.
  func decisionsAt(
    _ store: Store, orElse decisions: Decisions
  ) -> @Sendable (Instant) -> Decisions {
    { instant in
      (try? store.decisions(until: instant, personsOf: decisions)) ?? decisions
    }
  }

  /// The engine of a store as it is on disk now; with `asOpened`, as it was when it was opened, which for a
  /// command was just now: then nothing is read twice.
  func engine(
    _ store: Store, asOf: AsOf?, settings: Settings? = nil, asOpened: Bool = false
  ) throws -> EmbeddedEngine {
    let rows = try store.snapshot(asOpened: asOpened)
    let moment = try moment(of: store, asOf: asOf, horizon: rows.horizon)
    let decisions = try store.decisions(until: moment.decisionsUntil, asOpened: asOpened)
    let snapshot = rows.joining(decisions.persons)
    return try EmbeddedEngine(
      snapshot: snapshot, decisions: decisions,
      decisionsAt: decisionsAt(store, orElse: decisions), settings: settings ?? store.settings,
      segments: store.savedSegments(), moment: moment,
      received: Campaigns(store: store).deliveries().joined(snapshot), scores: .of(store.settings))
  }
}
