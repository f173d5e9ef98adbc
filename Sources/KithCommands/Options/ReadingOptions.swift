import ArgumentParser
import KithCampaigns
import KithSegments
import KithStore
import KithSystem

/// As of when, and in which calendar, for every command that reads.
struct ReadingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A date (its end) or an instant; else the time of the latest event.", valueName: "time"))
  var asOf: String?

  @Option(
    help: ArgumentHelp(
      "Stands in for the store's time zone: moves day borders, not instants.", valueName: "zone"))
  var timeZone: String?

  @Option(help: "Stands in for the first day of the store's weeks.")
  var weekStart: WeekStart?

  /// The store's settings with what stands in for them.
  func settings(of store: Store) throws -> Settings {
    var settings = store.settings
    if let timeZone { settings.zone = try Zone.named(timeZone) }
    if let weekStart { settings.weekStart = weekStart }
    return settings
  }

  /// T and its calendar: `--as-of`, else the earlier of the horizon and now.
  func moment(settings: Settings, horizon: Instant?, now: Instant) throws -> Moment {
    let asked = try asOf.map { try asOfInstant($0, zone: settings.zone) }
    return Moment(
      instant: asked ?? min(horizon ?? now, now), decisionsUntil: asked, zone: settings.zone,
      weekStart: settings.weekStart, horizon: horizon)
  }

  func engine(_ store: Store, _ context: Context) throws -> any Engine {
    let settings = try settings(of: store)
    let snapshot = try store.snapshot()
    let moment = try moment(
      settings: settings, horizon: snapshot.horizon, now: context.outside.clock.now())
    return try EmbeddedEngine(
      snapshot: snapshot, decisions: store.decisions(until: moment.decisionsUntil),
      settings: settings, segments: [:], moment: moment,
      received: Campaigns(store: store).received())
  }
}

extension WeekStart: ExpressibleByArgument {}
