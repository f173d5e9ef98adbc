public import ArgumentParser
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

  var reading: Reading {
    Reading(asOf: asOf, timeZone: timeZone, weekStart: weekStart)
  }
}

extension ReadingOptions {
  /// The engine that answers the command.
  func engine(_ store: Store, _ context: Context, settings: Settings? = nil) throws
    -> EmbeddedEngine
  {
    try reading.engine(store, context, settings: settings)
  }
}

extension Reading {
  /// The engine that answers a command, of a store that it just opened.
  func engine(_ store: Store, _ context: Context, settings: Settings? = nil) throws
    -> EmbeddedEngine
  {
    let engine = try engine(
      store, asOf: asOf.map(AsOf.init), settings: settings, asOpened: true)
    context.opened.add(engine)
    return engine
  }
}

extension WeekStart: ExpressibleByArgument {}
