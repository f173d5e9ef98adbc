import ArgumentParser
import KithSegments
import KithStore
import KithSystem

struct JournalCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "journal",
    abstract: "Lists every decision, newest first.",
    discussion: """
      Examples:
        kith journal --since 2026-11-01 --by lin
      """)

  @Option(help: ArgumentHelp("From this day or instant on.", valueName: "time"))
  var since: String?

  @Option(help: ArgumentHelp("Only this person's.", valueName: "who"))
  var by: String?

  @OptionGroup var store: StoreOptions
  @OptionGroup var reading: ReadingOptions
  @OptionGroup var output: OutputOptions

  func run(_ context: Context) throws {
    let store = try store.open(context)
    let zone = try reading.reading.zone(of: store)
    let start = try since.map { try sinceInstant($0, zone: zone) }
    let end = try reading.reading.instant(of: store)
    let listed = try store.entries().filter { listed in
      (start.map { listed.entry.at >= $0 } ?? true) && (end.map { listed.entry.at <= $0 } ?? true)
        && (by.map { listed.entry.by == $0 } ?? true)
    }
    if output.json {
      try context.console.print(.array(listed.map(\.json)))
      return
    }
    let isTerminal = context.console.outputIsTerminal
    var table = Table([.init("id"), .init("at"), .init("by"), .init("decision")])
    table.rows = listed.map { listed in
      let entry = listed.entry
      return [
        entry.id, isTerminal ? zone.text(entry.at) : entry.at.rfc3339, entry.by,
        entry.decision.summary + (listed.isUndone ? " (undone)" : "")
          + (listed.isAbsent ? " (not in the store)" : ""),
      ]
    }
    try context.console.print(table.text(terminal: isTerminal))
  }
}

/// The start of a day, or an instant.
private func sinceInstant(_ text: String, zone: Zone) throws(Diagnostic) -> Instant {
  switch try AsOf(text) {
  case .day(let day): zone.start(of: day)
  case .instant(let instant): instant
  case .local(let milliseconds): zone.instant(ofLocal: milliseconds)
  }
}

struct UndoCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "undo",
    abstract: "Takes back a decision.",
    discussion: """
      Examples:
        kith undo
        kith undo 81f04c55a1b2c3d4-17

      Without an entry it takes back your own last one. Imports, sends and erasures are listed in \
      the journal and cannot be undone.
      """)

  @Argument(help: "A journal entry's id.")
  var entry: String?

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run(_ context: Context) throws {
    let store = try store.open(context)
    let undone = try store.undo(entry)
    try printEntry(undone.id, json: output.json, context)
  }
}

struct RedoCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "redo",
    abstract: "Brings back the decision that was undone last.",
    discussion: """
      Examples:
        kith redo
      """)

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run(_ context: Context) throws {
    let store = try store.open(context)
    let redone = try store.redo()
    try printEntry(redone.id, json: output.json, context)
  }
}
