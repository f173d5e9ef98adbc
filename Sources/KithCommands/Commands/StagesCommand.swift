import ArgumentParser
import KithAnalysis
import KithSegments
import KithStore
import KithSystem

struct StagesCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "stages",
    abstract: "Counts users by stage and band.",
    discussion: """
      Examples:
        kith stages
        kith stages --as-of 2026-10-01 --json
        kith stages --rules kith.yaml.new
        kith stages --diff kith.yaml.new

      Stages and bands are the rules in kith.yaml; every user is in exactly one stage.
      """)

  @Option(
    help: ArgumentHelp("Under the rules of this file instead of kith.yaml.", valueName: "file"),
    completion: .file())
  var rules: String?

  @Option(
    help: ArgumentHelp("Who would move under the rules of this file.", valueName: "file"),
    completion: .file())
  var diff: String?

  @OptionGroup var store: StoreOptions
  @OptionGroup var reading: ReadingOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if rules != nil && diff != nil {
      throw ValidationError("--rules and --diff exclude each other")
    }
  }

  func run(_ context: Context) throws {
    let store = try store.open(context)
    if let rules {
      let engine = try reading.engine(store, context, settings: settings(rules))
      return try printStages(engine, json: output.json, context)
    }
    let engine = try reading.engine(store, context)
    guard let diff else { return try printStages(engine, json: output.json, context) }
    let other = try reading.reading.engine(store, settings: settings(diff))
    warn(rulesOf: engine, context)
    warn(rulesOf: other, context)
    let moves = try StageDiff(from: engine, to: other)
    if output.json { return try context.console.print(moves.json(asOf: engine.moment.instant)) }
    try context.console.print(moves.text(terminal: context.console.outputIsTerminal))
    sayHorizon(engine.moment, context)
  }

  private func settings(_ file: String) throws -> Settings {
    guard let text = String(validating: try readFile(file), as: UTF8.self) else {
      throw Diagnostic("it is not UTF-8", subject: file, remedy: "save it as UTF-8")
    }
    return try Settings(yaml: text, file: file)
  }
}

/// The stages of an engine's moment, as `stages`, `demo` and a front without a terminal print them.
func printStages(_ engine: EmbeddedEngine, json: Bool, _ context: Context) throws {
  warn(rulesOf: engine, context)
  if json { return try context.console.print(stagesJSON(of: engine)) }
  var table = Table([.init("stage"), .init("band"), .init("users", number: true)])
  let isTerminal = context.console.outputIsTerminal
  for stage in try engine.stages() {
    table.rows.append([stage.stage, "", number(stage.users, isTerminal)])
    for band in stage.bands {
      table.rows.append([
        isTerminal ? "" : stage.stage, band.name ?? "-", number(band.users, isTerminal),
      ])
    }
  }
  try context.console.print(table.text(terminal: isTerminal))
  sayHorizon(engine.moment, context)
}

/// Puts the warnings of a kith.yaml's rules on standard error: only where the rules are what is asked about,
/// since whoever asks about one user cannot do anything about them.
private func warn(rulesOf engine: EmbeddedEngine, _ context: Context) {
  for warning in engine.ruleWarnings { context.console.warn(warning) }
}

/// Digits in groups for people, plain for programs.
func number(_ number: Int, _ isTerminal: Bool) -> String {
  isTerminal ? grouped(number) : String(number)
}

/// Says on a terminal how old the data is that a table was made from.
func sayHorizon(_ moment: Moment, _ context: Context) {
  guard context.console.errorIsTerminal else { return }
  context.console.say(horizonText(moment, now: context.outside.clock.now()) + "\n")
}
