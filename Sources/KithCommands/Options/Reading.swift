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

  /// The store's settings with what stands in for them.
  func settings(of store: Store) throws -> Settings {
    var settings = store.settings
    if let timeZone { settings.zone = try Zone.named(timeZone) }
    if let weekStart { settings.weekStart = weekStart }
    return settings
  }

  /// The instant of `--as-of`, nil where it is not given.
  func instant(zone: Zone) throws(Diagnostic) -> Instant? {
    guard let asOf else { return nil }
    return try asOfInstant(asOf, zone: zone)
  }

  func engine(_ store: Store) throws -> any Engine {
    let settings = try settings(of: store)
    return try engineOf(store, settings: settings, asOf: instant(zone: settings.zone))
  }
}

/// The engine of a store as it is on disk now.
///
/// T is `asOf`, else the earlier of the horizon and now: a log that ends last Friday shows Friday's
/// users.
func engineOf(_ store: Store, settings: Settings, asOf: Instant?) throws -> any Engine {
  let snapshot = try store.snapshot()
  let now = store.outside.clock.now()
  let moment = Moment(
    instant: asOf ?? min(snapshot.horizon ?? now, now), decisionsUntil: asOf, zone: settings.zone,
    weekStart: settings.weekStart, horizon: snapshot.horizon)
  return try EmbeddedEngine(
    snapshot: snapshot, decisions: store.decisions(until: asOf), settings: settings, segments: [:],
    moment: moment, received: Campaigns(store: store).received())
}
