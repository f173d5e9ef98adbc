import ArgumentParser
import KithAnalysis
import KithSegments
import KithStore
import KithSystem

/// What every analysis can be asked: of whom, split by what, in which form.
struct AnalysisOptions: ParsableArguments {
  @Option(
    name: .customLong("where"),
    help: ArgumentHelp("Only the users in a segment.", valueName: "expr"),
    completion: .expression)
  var segment: String?

  @Option(
    name: .customLong("by"),
    help: ArgumentHelp(
      "Splits by an attribute, source, first_event, stage, a property, did:EVENT:DAYS or n:EVENT.",
      valueName: "attribute"))
  var trait: String?

  @Option(
    help: ArgumentHelp(
      "The events that make a day active; else all that are the user's own doing.",
      valueName: "events"))
  var activity: String?

  @Flag(help: "Draws a picture instead of the numbers.")
  var plot = false

  @Flag(help: "Lists the users behind the numbers.")
  var users = false

  @Option(
    help: ArgumentHelp(
      "The ids behind one number, by its name in --users, one a line.", valueName: "name"))
  var cell: String?

  @OptionGroup var store: StoreOptions
  @OptionGroup var reading: ReadingOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if plot && (output.json || users || cell != nil) {
      throw ValidationError("--plot excludes --json, --users and --cell")
    }
  }

  /// Opens the store and reads who is asked about.
  func prepare(_ context: Context) throws -> Question {
    let store = try store.open(context)
    let engine = try reading.engine(store, context)
    var question = Question(store: store, engine: engine, options: self, context: context)
    question.segment = try segment.map { text in
      let segment = try engine.segment(SourceText(argumentOrInput(text)))
      warn(segment, context)
      return segment
    }
    if let trait {
      let trait = try Trait(trait, engine)
      if let event = trait.event { question.warnIfUnseen(event) }
      question.scope.groups = try Groups.of(engine, question.segment, by: trait)
    } else if let segment = question.segment {
      question.scope.groups = try Groups.of(segment, engine)
    }
    if let activity {
      let names = list(activity)
      for name in names { question.warnIfUnseen(name) }
      question.scope.activity = Set(names.compactMap { engine.snapshot.eventNames.code($0) })
    }
    return question
  }
}

/// What an analysis is asked about, ready to be answered.
struct Question {
  let store: Store
  let engine: EmbeddedEngine
  let options: AnalysisOptions
  let context: Context
  var segment: Segment?
  var scope = Scope()

  /// An event that the store has never seen may come tomorrow: a warning.
  func warnIfUnseen(_ event: String) {
    let names = engine.snapshot.eventNames
    guard names.code(event) == nil else { return }
    context.console.warn(
      Diagnostic(
        "no event of that name yet", subject: event,
        remedy: nearest(event, in: names.texts).map { "did you mean \($0)?" }))
  }

  func id(_ user: Int) -> String { engine.snapshot.id(of: user) }
}

/// The parts of `a,b,c`.
func list(_ text: String) -> [String] {
  text.split(separator: ",").map(String.init)
}

/// Reads `7d`, `36h`, `30m`, `2w`: a length in milliseconds, 0 included.
func parseLength(_ text: String) throws(Diagnostic) -> Int64 {
  let units: [Character: Int64] = [
    "s": 1000, "m": 60_000, "h": 3_600_000, "d": Instant.dayMs, "w": 7 * Instant.dayMs,
  ]
  guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()), count >= 0,
    count <= 36_525 * Instant.dayMs / unit
  else {
    throw Diagnostic(
      "not a length of time", subject: text, remedy: "write it as 7d, 12h, 30m or 2w",
      status: .usage)
  }
  return count * unit
}

/// Reads `30d` or `4w`: whole days, at least one.
func parseWholeDays(_ text: String) throws(Diagnostic) -> Int {
  let length = try parseLength(text)
  guard length > 0, length % Instant.dayMs == 0 else {
    throw Diagnostic(
      "not a number of days", subject: text, remedy: "write it as 30d or 4w", status: .usage)
  }
  return Int(length / Instant.dayMs)
}
