import ArgumentParser
import KithAnalysis

/// The arguments of a call in its plainest form: `--name value`, `--flag`, and words that begin with no
/// dash. What a command asks for is taken out; where anything else is left, or an option stands twice, the
/// call is not plain, and ArgumentParser judges it.
struct PlainWords {
  /// The call has another form.
  struct NotPlain: Error {}

  private var rest: [String]

  init(_ arguments: some Sequence<String>) {
    rest = Array(arguments)
  }

  mutating func flag(_ name: String) -> Bool {
    guard let place = rest.firstIndex(of: name) else { return false }
    rest.remove(at: place)
    return true
  }

  /// - Parameter takesDashes: whether the value may begin with a dash. Such options are asked for first,
  ///   since what follows them is theirs.
  mutating func text(_ name: String, takesDashes: Bool = false) throws(NotPlain) -> String? {
    guard let place = rest.firstIndex(of: name) else { return nil }
    guard place + 1 < rest.count else { throw NotPlain() }
    let value = rest[place + 1]
    guard takesDashes || !value.hasPrefix("-") else { throw NotPlain() }
    rest.removeSubrange(place...(place + 1))
    return value
  }

  mutating func number(_ name: String) throws(NotPlain) -> Int? {
    guard let text = try text(name) else { return nil }
    guard let number = Int(text) else { throw NotPlain() }
    return number
  }

  mutating func choice<Value: RawRepresentable<String>>(
    _ name: String, _ type: Value.Type = Value.self
  ) throws(NotPlain) -> Value? {
    guard let text = try text(name) else { return nil }
    guard let value = Value(rawValue: text) else { throw NotPlain() }
    return value
  }

  /// The words that are no option, after all options were taken.
  mutating func words(_ count: ClosedRange<Int>) throws(NotPlain) -> [String] {
    guard count.contains(rest.count), !rest.contains(where: { $0.hasPrefix("-") }) else {
      throw NotPlain()
    }
    defer { rest = [] }
    return rest
  }
}

/// What a call asks for. ArgumentParser finds a command's options by reflection, which takes as long as
/// most answers do, so that plain calls of what is asked again and again are read without it.
protocol PlainCall: SendableMetatype {
  /// Takes all words.
  init(_ words: inout PlainWords) throws(PlainWords.NotPlain)
  mutating func validate() throws
  func run(_ context: Context) throws
}

/// A call's values alone, without what describes its options.
protocol Query: PlainCall {}

/// A command that is run by its query.
protocol QueryCommand: Command {
  associatedtype Asked: Query
  var query: Asked { get }
}

extension QueryCommand {
  mutating func validate() throws {
    var query = query
    try query.validate()
  }

  func run(_ context: Context) throws { try query.run(context) }
}

/// What is asked again and again.
private func plainCall(_ name: String) -> (any PlainCall.Type)? {
  switch name {
  case "users": UsersQuery.self
  case "user": UserQuery.self
  case "stages": StagesCommand.self
  case "lifecycle": LifecycleCommand.self
  case "retention": RetentionCommand.self
  case "funnel": FunnelCommand.self
  default: nil
  }
}

/// Reads a plain call; nil where it is another, or something is wrong with it.
func readPlainCall(_ arguments: [String]) -> (any PlainCall)? {
  guard let type = arguments.first.flatMap(plainCall) else { return nil }
  var words = PlainWords(arguments.dropFirst())
  guard var call = try? type.init(&words), (try? call.validate()) != nil else { return nil }
  return call
}

// Options of several commands, in the order of the command's own.

extension StoreChoice {
  init(_ words: inout PlainWords) throws(PlainWords.NotPlain) {
    path = try words.text("--store")
    isReadOnly = words.flag("--readonly")
  }
}

extension Reading {
  init(_ words: inout PlainWords) throws(PlainWords.NotPlain) {
    asOf = try words.text("--as-of")
    timeZone = try words.text("--time-zone")
    weekStart = try words.choice("--week-start")
  }
}

extension StoreOptions {
  init(_ words: inout PlainWords) throws(PlainWords.NotPlain) {
    self.init()
    let choice = try StoreChoice(&words)
    (store, readonly) = (choice.path, choice.isReadOnly)
  }
}

extension ReadingOptions {
  init(_ words: inout PlainWords) throws(PlainWords.NotPlain) {
    self.init()
    let reading = try Reading(&words)
    (asOf, timeZone, weekStart) = (reading.asOf, reading.timeZone, reading.weekStart)
  }
}

extension OutputOptions {
  init(_ words: inout PlainWords) {
    self.init()
    json = words.flag("--json")
  }
}

extension AnalysisOptions {
  init(_ words: inout PlainWords) throws(PlainWords.NotPlain) {
    self.init()
    segment = try words.text("--where")
    trait = try words.text("--by")
    activity = try words.text("--activity")
    plot = words.flag("--plot")
    users = words.flag("--users")
    cell = try words.text("--cell")
    store = try StoreOptions(&words)
    reading = try ReadingOptions(&words)
    output = OutputOptions(&words)
    do { try validate() } catch { throw PlainWords.NotPlain() }
  }
}

// The calls.

extension UsersQuery {
  init(_ words: inout PlainWords) throws(PlainWords.NotPlain) {
    sort = try words.text("--sort", takesDashes: true)
    limit = try words.number("--limit")
    offset = try words.number("--offset")
    columns = try words.text("--columns")
    count = words.flag("--count")
    ids = words.flag("--ids")
    store = try StoreChoice(&words)
    reading = try Reading(&words)
    json = words.flag("--json")
    expression = try words.words(1...1)[0]
  }
}

extension UserQuery {
  init(_ words: inout PlainWords) throws(PlainWords.NotPlain) {
    limit = try words.number("--limit")
    store = try StoreChoice(&words)
    reading = try Reading(&words)
    json = words.flag("--json")
    user = try words.words(1...1)[0]
  }
}

extension StagesCommand: PlainCall {
  init(_ words: inout PlainWords) throws(PlainWords.NotPlain) {
    self.init()
    rules = try words.text("--rules")
    diff = try words.text("--diff")
    store = try StoreOptions(&words)
    reading = try ReadingOptions(&words)
    output = OutputOptions(&words)
    _ = try words.words(0...0)
  }
}

extension LifecycleCommand: PlainCall {
  init(_ words: inout PlainWords) throws(PlainWords.NotPlain) {
    self.init()
    period = try words.choice("--period") ?? .day
    model = try words.choice("--model") ?? .growth
    last = try words.text("--last")
    new = try words.choice("--new") ?? .active
    moves = try words.text("--moves")
    pulse = words.flag("--pulse")
    analysis = try AnalysisOptions(&words)
    _ = try words.words(0...0)
  }
}

extension RetentionCommand: PlainCall {
  init(_ words: inout PlainWords) throws(PlainWords.NotPlain) {
    self.init()
    period = try words.choice("--period") ?? .week
    mode = try words.choice("--mode") ?? .exact
    from = try words.text("--from")
    to = try words.text("--to")
    max = try words.number("--max")
    analysis = try AnalysisOptions(&words)
    _ = try words.words(0...0)
  }
}

extension FunnelCommand: PlainCall {
  init(_ words: inout PlainWords) throws(PlainWords.NotPlain) {
    self.init()
    guard let within = try words.text("--within") else { throw PlainWords.NotPlain() }
    self.within = within
    analysis = try AnalysisOptions(&words)
    events = try words.words(1...Int.max)
  }
}
