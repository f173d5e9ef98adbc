import ArgumentParser
import KithSegments
import KithStore
import KithSystem

struct ImportCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Takes in events or users, from files or standard input.",
    discussion: """
      Examples:
        kith import events-2026-11.csv
        kith import --users members.csv --event signup=registered_at
        zcat old.csv.gz | kith import - --map user=member_no,time=happened_at
        kith import --preview orders.csv --encoding gb18030
        kith import orders.csv --recipe shop

      Files are CSV, tab-separated or JSON lines, plain or compressed with gzip or zstd. \
      Columns are found by their headers, in English or Chinese. Lines that cannot be read are \
      counted and written to rejected/ in the store, with their numbers and reasons. A recipe is a \
      set of these options that kith.yaml keeps under a name; what the call says comes before it.
      """)

  @Argument(
    help: "Files; - is standard input.", completion: .file(extensions: ["csv", "tsv", "jsonl"]))
  var files: [String]

  @Flag(help: "The files hold user attributes, not events.")
  var users = false

  @Option(
    help: ArgumentHelp(
      "Which column holds which field, as user=uid,time=ts.", valueName: "field=column,…"))
  var map: String?

  @Flag(help: "Show what would become of the first rows, and import nothing.")
  var preview = false

  @Option(
    help: ArgumentHelp("Options that kith.yaml keeps under this name.", valueName: "name"),
    completion: .recipe)
  var recipe: String?

  @Option(
    help: ArgumentHelp(
      "What the files are encoded in, where it is not UTF-8: gb18030, utf-16, …",
      valueName: "name"))
  var encoding: String?

  @Flag(help: "Take in files that were taken in before.")
  var again = false

  @Flag(help: "Of rows that the store has already, take only as many as there are more of.")
  var overlap = false

  @Flag(help: "Stop at the first line that cannot be read, with nothing imported.")
  var strict = false

  @Option(help: ArgumentHelp("The source of rows that name none.", valueName: "name"))
  var source: String?

  @Option(
    help: ArgumentHelp(
      "With --users: a time column whose times are events too, as signup=registered_at.",
      valueName: "name=column"))
  var event: [String] = []

  @Option(help: ArgumentHelp("json: a line of JSON on standard error a few times a second."))
  var progress: ProgressForm?

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  enum ProgressForm: String, ExpressibleByArgument, CaseIterable { case json }

  func validate() throws {
    if !users, recipe == nil, !event.isEmpty {
      throw ValidationError("--event makes events of attributes; it needs --users")
    }
  }

  func run(_ context: Context) throws {
    let called = ImportOptions(
      map: try map.map(fieldMap) ?? [], again: again, overlap: overlap, strict: strict,
      source: source, events: try event.map(derivedEvent), encoding: encoding)
    let store = try store.open(context)
    let (options, users) = try plan(called, store.settings)
    if preview { return try show(store.preview(inputs, options, users: users), context) }
    let start = context.outside.clock.now()
    let progress = ImportProgressLine(asJSON: progress == .json, context)
    let before = try store.generation()
    Interruption.endsProcess {
      store.abandonWrite()
      let isIn = (try? store.generation()).map { $0 != before } ?? false
      return isIn ? "the import is in" : "nothing was changed"
    }
    let report =
      try users
      ? store.importUsers(inputs, options, progress: progress.show)
      : store.importEvents(inputs, options, progress: progress.show)
    progress.clear()
    for warning in report.warnings { context.console.say("kith: warning: \(visible(warning))\n") }
    for change in report.typeChanges {
      context.console.warn(change.diagnostic(uses: store.uses(ofColumn: change.column)))
    }
    let milliseconds = context.outside.clock.now().milliseconds - start.milliseconds
    if output.json {
      try context.console.print(report.json(milliseconds: milliseconds))
    } else {
      try context.console.print(
        report.text(ofUsers: users, store: store.files.root, milliseconds: milliseconds))
    }
  }
}

extension ImportCommand {
  private var inputs: [ImportInput] {
    files.map { $0 == "-" ? ImportInput.standardInput : .path($0) }
  }

  /// What the call says, over what the recipe does.
  private func plan(
    _ called: ImportOptions, _ settings: Settings
  ) throws(Diagnostic) -> (ImportOptions, users: Bool) {
    guard let name = recipe else { return (called, users) }
    guard let recipe = settings.recipes.first(where: { $0.name == name })?.recipe else {
      let known = settings.recipes.map(\.name)
      throw Diagnostic(
        "no recipe of this name in kith.yaml", subject: name,
        remedy: nearest(name, in: known).map { "did you mean `\($0)`?" }
          ?? (known.isEmpty
            ? "write it there: recipes: { \(name): { map: { user: uid } } }"
            : "recipes: " + known.joined(separator: ", ")),
        status: .usage)
    }
    var options = recipe.options
    let fields = Set(called.map.map(\.field))
    options.map = options.map.filter { !fields.contains($0.field) } + called.map
    options.again = called.again
    options.overlap = options.overlap || called.overlap
    options.strict = options.strict || called.strict
    options.source = called.source ?? options.source
    options.encoding = called.encoding ?? options.encoding
    options.events += called.events
    return (options, users || recipe.users)
  }

  private func show(_ preview: ImportPreview, _ context: Context) throws {
    for warning in preview.report.warnings {
      context.console.say("kith: warning: \(visible(warning))\n")
    }
    if output.json {
      try context.console.print(preview.json)
    } else {
      try context.console.print(preview.text(terminal: context.console.outputIsTerminal))
    }
  }
}

/// Reads `user=uid,time=ts` into fields and columns.
func fieldMap(_ text: String) throws(Diagnostic) -> [(field: String, column: String)] {
  var pairs: [(String, String)] = []
  for part in text.split(separator: ",") {
    guard let pair = pair(part) else {
      throw Diagnostic(
        "--map needs field=column", subject: String(part), remedy: "as in --map user=uid,time=ts",
        status: .usage)
    }
    pairs.append(pair)
  }
  return pairs
}

/// Reads `signup=registered_at` into an event's name and a column.
private func derivedEvent(_ text: String) throws(Diagnostic) -> (name: String, column: String) {
  guard let pair = pair(text[...]) else {
    throw Diagnostic(
      "--event needs name=column", subject: text, remedy: "as in --event signup=registered_at",
      status: .usage)
  }
  return pair
}

/// The two sides of the first `=`, where neither is empty.
private func pair(_ text: Substring) -> (String, String)? {
  guard let equals = text.firstIndex(of: "="), equals > text.startIndex,
    text.index(after: equals) < text.endIndex
  else { return nil }
  return (String(text[..<equals]), String(text[text.index(after: equals)...]))
}
