import KithFront
import KithScreen
import KithSegments
import KithStore
import KithSystem
import KithTerminal

/// Opens the interface on a store; without a terminal, prints its stages.
func openInterface(_ store: Store, _ reading: Reading, _ context: Context) throws {
  guard context.console.inputIsTerminal, context.console.outputIsTerminal else {
    return try printStages(reading.engine(store), json: false, context)
  }
  let folders = themeFolders(context)
  let asOf = try reading.instant(of: store)
  let theme = try theme(of: store, folders)
  let source = StoreSource(store: store, reading: reading, themeFolders: folders)
  let terminal = try openTerminal(context)
  let variables = context.outside.variables
  let settings = store.settings
  let front = try Front(
    FrontSetup(
      storeName: settings.name,
      language: Language(setting: settings.language, variables: variables), theme: theme,
      colorDepth: terminal.colorDepth, isUnicodeRich: terminal.isUnicodeRich, keys: settings.keys,
      readOnlyReason: source.readOnlyReason, asOf: asOf, size: terminal.size,
      now: context.outside.clock.now()))
  var loop = FrontLoop(terminal: terminal, front: front, source: source)
  loop.run()
}

private func openTerminal(_ context: Context) throws(Diagnostic) -> Terminal {
  do throws(TerminalError) {
    let variables = context.outside.variables
    return try Terminal(
      type: variables["TERM"] ?? "", isColorless: !(variables["NO_COLOR"] ?? "").isEmpty)
  } catch {
    let (what, subject, remedy) = error.words
    throw Diagnostic(what, subject: subject, remedy: remedy)
  }
}

/// The theme that kith.yaml names. Without a name it is `default`, or no colour where that is missing.
private func theme(of store: Store, _ folders: [String]) throws(ThemeError) -> Theme {
  guard let name = store.settings.theme else {
    return (try? Theme.load(name: "default", folders: folders)) ?? .plain
  }
  return try Theme.load(name: name, folders: folders)
}

/// The loop that owns the terminal: it waits for keys, signals, the clock and answers, hands them to
/// the front, its wishes to the runner, and shows the picture.
struct FrontLoop: ~Copyable {
  private var terminal: Terminal
  private var front: Front
  private let mailbox: Mailbox<FrontEvent>
  private let runner: EffectRunner
  private let clock: any Clock
  private var lastTick: Instant

  /// How often the clock is told: the age of the data goes by minutes, news are looked for as often.
  private static let tickMs: Int64 = 2000

  init(terminal: consuming Terminal, front: Front, source: StoreSource) {
    self.terminal = terminal
    self.front = front
    clock = source.clock
    lastTick = clock.now()
    let mailbox = Mailbox<FrontEvent>()
    self.mailbox = mailbox
    runner = EffectRunner(source: source) { mailbox.post($0) }
  }

  /// Runs until the front wants to end, and what is under way has come to rest.
  mutating func run() {
    runner.run(front.start())
    show()
    while !front.wantsQuit {
      let first = terminal.next(timeoutMs: Int(FrontLoop.tickMs))
      if let first { take(first) }
      // All that is there already goes into one picture.
      while !front.wantsQuit, first != nil, let event = terminal.next(timeoutMs: 0) { take(event) }
      tick()
      show()
    }
    runner.finish()
  }

  private mutating func take(_ event: InputEvent) {
    guard event == .wake else { return handle(.input(event)) }
    for message in mailbox.take() { handle(message) }
  }

  private mutating func tick() {
    let now = clock.now()
    guard abs(now.milliseconds - lastTick.milliseconds) >= FrontLoop.tickMs else { return }
    lastTick = now
    handle(.clock(now))
  }

  private mutating func handle(_ event: FrontEvent) {
    runner.run(front.handle(event))
  }

  private mutating func show() {
    let (surface, cursor) = front.frame()
    terminal.show(surface, cursor: cursor)
  }
}
