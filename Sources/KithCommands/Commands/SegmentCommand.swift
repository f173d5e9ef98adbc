import ArgumentParser
import KithCampaigns
import KithSegments
import KithStore
import KithSystem

struct SegmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "segment",
    abstract: "Saves segments, and compares them.",
    discussion: """
      Examples:
        kith segment save late 'stage = core and since(activity) > 7d' --note call
        kith segment list
        kith users 'in("late") and has phone'
        kith segment diff late 'stage = core and since(activity) > 3d'

      A saved segment is a text file in the store, segments/NAME.segment: edit it with any editor.
      """,
    subcommands: [
      Save.self, List.self, Show.self, Edit.self, Delete.self, Format.self, Diff.self, Overlap.self,
    ])

  struct Save: Command {
    static let configuration = CommandConfiguration(
      abstract: "Saves an expression under a name.",
      discussion: """
        Examples:
          kith segment save late 'since(activity) > 14d'
          kith segment save late - < late.txt

        One that is there already is replaced, and shown. What cannot be read, or would be in itself, \
        is not saved.
        """)

    @Argument(help: "1 to 64 letters, digits, _ or -.")
    var name: String

    @Argument(
      help: ArgumentHelp("The segment; - reads it from standard input.", valueName: "expr"),
      completion: .expression)
    var expression: String

    @Option(help: ArgumentHelp("What it is for, as a comment at the top.", valueName: "text"))
    var note: String?

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run(_ context: Context) throws {
      let store = try store.open(context)
      let segments = try SavedSegments(store: store)
      let old = try segments.save(name, argumentOrInput(expression), note: note)
      try report(try segments.find(name), replacing: old, in: store, output, context)
    }
  }

  struct List: Command {
    static let configuration = CommandConfiguration(
      abstract: "Lists the saved segments with their users.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var reading: ReadingOptions
    @OptionGroup var output: OutputOptions

    func run(_ context: Context) throws {
      let store = try store.open(context)
      let engine = try reading.reading.engine(store)
      let segments = try SavedSegments(store: store).list()
      let counts = try segments.map { saved -> Int? in
        guard let segment = try? engine.segment(SourceText("in(\"\(saved.name)\")")) else {
          return nil
        }
        return try engine.count(segment)
      }
      if output.json {
        try context.console.print(
          .array(zip(segments, counts).map { $0.json(users: $1) }))
        return
      }
      let isTerminal = context.console.outputIsTerminal
      var table = Table([
        .init("segment"), .init("users", number: true), .init("expression"), .init("note"),
      ])
      table.rows = zip(segments, counts).map { saved, users in
        [saved.name, users.map { number($0, isTerminal) } ?? "-", saved.expression, saved.note]
      }
      try context.console.print(table.text(terminal: isTerminal))
      if counts.contains(where: { $0 == nil }) {
        context.console.say("kith: - stands where a segment cannot be read; kith doctor says why\n")
      }
      sayHorizon(engine.moment, context)
    }
  }

  struct Show: Command {
    static let configuration = CommandConfiguration(abstract: "Prints a saved segment's text.")

    @Argument(help: "The segment's name.", completion: .segment)
    var name: String

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run(_ context: Context) throws {
      let store = try store.open(context)
      let saved = try SavedSegments(store: store).find(name)
      if output.json { return try context.console.print(json(of: saved, store)) }
      let text = saved.text
      try context.console.print(
        context.console.outputIsTerminal
          ? text.split(separator: "\n", omittingEmptySubsequences: false).map {
            visible(String($0))
          }
          .joined(separator: "\n") : text)
    }
  }

  struct Delete: Command {
    static let configuration = CommandConfiguration(
      abstract: "Deletes a saved segment that nothing asks for.")

    @Argument(help: "The segment's name.", completion: .segment)
    var name: String

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run(_ context: Context) throws {
      let store = try store.open(context)
      let segments = try SavedSegments(store: store)
      let saved = try segments.find(name)
      try segments.delete(name, askedBy: Campaigns(store: store).expressions())
      if output.json {
        return try context.console.print(["segment": .string(name), "deleted": .bool(true)])
      }
      try context.console.print("deleted \(name)\t\(escapedCell(saved.expression))\n")
    }
  }
}

/// Says what was saved, and what was in its place before.
func report(
  _ saved: SavedSegment, replacing old: SavedSegment?, in store: Store, _ output: OutputOptions,
  _ context: Context
) throws {
  if let old, old.expression != saved.expression {
    context.console.say("it was: \(visible(escapedCell(old.expression)))\n")
  }
  warn(try Reading().engine(store).segment(SourceText(saved.expression)), context)
  if output.json { return try context.console.print(json(of: saved, store)) }
  try context.console.print(
    "\(saved.name)\t\(escapedCell(store.files.root))/segments/\(saved.name).segment\n")
}

/// A segment with its users now.
private func json(of saved: SavedSegment, _ store: Store) throws -> JSON {
  let engine = try Reading().engine(store)
  return saved.json(users: try engine.count(engine.segment(SourceText(saved.expression))))
}

extension SavedSegment {
  /// `users` is null where it cannot be read.
  fileprivate func json(users: Int?) -> JSON {
    [
      "segment": .string(name), "expression": .string(expression), "note": .string(note),
      "users": users.map(JSON.int) ?? .null,
    ]
  }
}
