import ArgumentParser
import KithSegments
import KithStore
import KithSystem

extension SegmentCommand {
  struct Format: Command {
    static let configuration = CommandConfiguration(
      abstract: "Writes segments as everyone would write them.",
      discussion: """
        Examples:
          kith segment format
          kith segment format late
          kith segment format 'count( any,30d )>=3'

        Saved segments, by name or all of them, are changed in place; their comments move to the top. \
        An expression, or - for standard input, is printed.
        """)

    @Argument(
      help: ArgumentHelp("Names, or one expression; none: all saved ones.", valueName: "segment"),
      completion: .segment)
    var segments: [String] = []

    @OptionGroup var store: StoreOptions

    func run(_ context: Context) throws {
      if segments.count == 1, let text = segments.first, text == "-" || !isSegmentName(text) {
        let source = SourceText(try argumentOrInput(text))
        return try context.console.print(try formattedSegment(source) + "\n")
      }
      let saved = try SavedSegments(store: store.open(context))
      for name in try segments.isEmpty ? saved.list().map(\.name) : segments {
        let segment = try saved.find(name)
        let text = try formattedSegment(
          SourceText(segment.text, file: "segments/\(name).segment"))
        if text + "\n" == segment.text { continue }
        try saved.save(name, text)
        try context.console.print("\(name)\n")
      }
    }
  }

  struct Diff: Command {
    static let configuration = CommandConfiguration(
      abstract: "Shows who would enter and leave if one segment took another's place.",
      discussion: """
        Examples:
          kith segment diff late 'since(activity) > 21d'
          kith segment diff late later --json

        Each is the name of a saved segment, or an expression.
        """)

    @Argument(
      help: ArgumentHelp("A name or an expression.", valueName: "old"),
      completion: .segmentOrExpression)
    var old: String

    @Argument(
      help: ArgumentHelp("A name or an expression.", valueName: "new"),
      completion: .segmentOrExpression)
    var new: String

    @Option(help: ArgumentHelp("Name at most so many of them.", valueName: "n"))
    var sample = 10

    @OptionGroup var store: StoreOptions
    @OptionGroup var reading: ReadingOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
      if sample < 0 { throw ValidationError("--sample must not be negative") }
    }

    func run(_ context: Context) throws {
      let store = try store.open(context)
      let engine = try reading.reading.engine(store)
      let saved = try SavedSegments(store: store).list()
      let diff = try engine.difference(
        from: segment(old, saved, engine, context), to: segment(new, saved, engine, context),
        sample: sample)
      if output.json { return try context.console.print(diff.json) }
      let isTerminal = context.console.outputIsTerminal
      var table = Table([.init("change"), .init("users", number: true), .init("sample")])
      table.widestCell = 200
      table.rows = [
        ["old", number(diff.old, isTerminal), ""], ["new", number(diff.new, isTerminal), ""],
        ["stay", number(diff.stay, isTerminal), ""],
        ["enter", number(diff.enter.users, isTerminal), diff.enter.text],
        ["leave", number(diff.leave.users, isTerminal), diff.leave.text],
      ]
      try context.console.print(table.text(terminal: isTerminal))
      sayHorizon(engine.moment, context)
    }
  }

  struct Overlap: Command {
    static let configuration = CommandConfiguration(
      abstract: "Counts the users that segments have in common.",
      discussion: """
        Examples:
          kith segment overlap late vip 'source = "friend"'

        Each is the name of a saved segment, or an expression. Up to five give every intersection, \
        more give pairs.
        """)

    @Argument(
      help: ArgumentHelp("Names or expressions, two or more.", valueName: "segment"),
      completion: .segmentOrExpression)
    var segments: [String]

    @OptionGroup var store: StoreOptions
    @OptionGroup var reading: ReadingOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
      if segments.count < 2 { throw ValidationError("an overlap is of two segments or more") }
    }

    func run(_ context: Context) throws {
      let store = try store.open(context)
      let engine = try reading.reading.engine(store)
      let saved = try SavedSegments(store: store).list()
      let bound = try segments.map { try segment($0, saved, engine, context) }
      let sizes = try bound.map { try engine.count($0) }
      let overlaps = try engine.overlaps(of: bound)
      if output.json { return try context.console.print(json(sizes, overlaps)) }
      let isTerminal = context.console.outputIsTerminal
      var table = Table([
        .init("segments"), .init("users", number: true), .init("of the smallest", number: true),
      ])
      table.rows = zip(segments, sizes).map { [$0, number($1, isTerminal), ""] }
      table.rows += overlaps.map { overlap in
        let smallest = overlap.segments.map { sizes[$0] }.min() ?? 0
        return [
          overlap.segments.map { segments[$0] }.joined(separator: " & "),
          number(overlap.users, isTerminal),
          smallest == 0 ? "-" : "\(overlap.users * 100 / smallest)%",
        ]
      }
      try context.console.print(table.text(terminal: isTerminal))
      sayHorizon(engine.moment, context)
    }

    private func json(_ sizes: [Int], _ overlaps: [SegmentOverlap]) -> JSON {
      [
        "segments": .array(
          zip(segments, sizes).map { ["segment": .string($0), "users": .int($1)] }),
        "overlaps": .array(
          overlaps.map { overlap in
            [
              "segments": .array(overlap.segments.map { .string(segments[$0]) }),
              "users": .int(overlap.users),
            ]
          }),
      ]
    }
  }
}

/// The saved segment of that name; where there is none, the text as an expression.
private func segment(
  _ text: String, _ saved: [SavedSegment], _ engine: any Engine, _ context: Context
) throws -> Segment {
  let isSaved = saved.contains { $0.name == text }
  let segment = try engine.segment(SourceText(isSaved ? "in(\"\(text)\")" : text))
  // A lone name that nothing bears is a slip in a segment's.
  if !isSaved, isSegmentName(text), !segment.warnings.isEmpty {
    throw SavedSegmentError.missing(text, nearest: nearest(text, in: saved.map(\.name)))
  }
  warn(segment, context)
  return segment
}

extension SegmentDiff {
  fileprivate var json: JSON {
    [
      "old": .int(old), "new": .int(new), "stay": .int(stay), "enter": enter.json,
      "leave": leave.json,
    ]
  }
}

extension UserSample {
  var json: JSON { ["users": .int(users), "sample": .array(sample.map(JSON.string))] }

  /// The sample, and how many more there are.
  var text: String {
    sample.joined(separator: " ") + (users > sample.count && !sample.isEmpty ? " …" : "")
  }
}
