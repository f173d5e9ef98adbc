import ArgumentParser
import KithSegments
import KithStore
import KithSystem

struct TagCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag",
    abstract: "Puts tags on users, takes them away, lists them.",
    discussion: """
      Examples:
        kith tag add core u-20931 mei
        kith tag add late --where 'stage = core and since(activity) > 14d'
        kith tag list
      """,
    subcommands: [Add.self, Remove.self, List.self])

  struct Add: Command {
    static let configuration = CommandConfiguration(abstract: "Puts a tag on users.")

    @OptionGroup var change: TagChange

    func run(_ context: Context) throws {
      try change.run(context) { tag, users in .tagAdd(tag: tag, users: users) }
    }
  }

  struct Remove: Command {
    static let configuration = CommandConfiguration(abstract: "Takes a tag from users.")

    @OptionGroup var change: TagChange

    func run(_ context: Context) throws {
      try change.run(context) { tag, users in .tagRemove(tag: tag, users: users) }
    }
  }

  struct List: Command {
    static let configuration = CommandConfiguration(
      abstract: "Lists the tags and how many users carry each.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var reading: ReadingOptions
    @OptionGroup var output: OutputOptions

    func run(_ context: Context) throws {
      let store = try store.open(context)
      let until = try reading.reading.instant(of: store)
      let counts = try store.decisions(until: until).tagCounts
      if output.json {
        try context.console.print(
          .array(counts.map { ["tag": .string($0.tag), "users": .int($0.users)] }))
        return
      }
      let isTerminal = context.console.outputIsTerminal
      var table = Table([.init("tag"), .init("users", number: true)])
      table.rows = counts.map { [$0.tag, number($0.users, isTerminal)] }
      try context.console.print(table.text(terminal: isTerminal))
    }
  }
}

/// The arguments that adding and removing share.
struct TagChange: ParsableArguments {
  @Argument(help: "The tag.", completion: .tag)
  var tag: String

  @Argument(help: "Users by id; - reads ids from standard input, one a line.")
  var users: [String] = []

  @Option(
    name: .customLong("where"), help: ArgumentHelp("The users of a segment.", valueName: "expr"),
    completion: .expression)
  var expression: String?

  @OptionGroup var store: StoreOptions
  @OptionGroup var reading: ReadingOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if users.isEmpty == (expression == nil) {
      throw ValidationError(
        users.isEmpty
          ? "name users, or a segment with --where" : "users and --where exclude each other")
    }
  }

  func run(_ context: Context, _ decision: (String, UserList) -> Decision) throws {
    let store = try store.open(context)
    let engine = try reading.reading.engine(store)
    let ids =
      try expression.map { text in
        try store.checkComplete()
        let segment = try engine.segment(SourceText(argumentOrInput(text)))
        warn(segment, context)
        return try engine.ids(segment)
      } ?? knownUsers(users, engine)
    guard !ids.isEmpty else {
      return try report(entry: nil, users: 0, context)
    }
    let entry = try store.decide(decision(tag, store.userList(ids)))
    try report(entry: entry.id, users: ids.count, context)
  }

  private func report(entry: String?, users: Int, _ context: Context) throws {
    if output.json {
      try context.console.print([
        "entry": entry.map(JSON.string) ?? .null, "tag": .string(tag), "users": .int(users),
      ])
    } else if let entry {
      try context.console.print("\(entry)\t\(escapedCell(tag))\t\(users)\n")
    } else {
      context.console.say("nobody matches: nothing was decided\n")
    }
  }
}

/// Ids as given, `-` standing for those on standard input; each must have an event.
func knownUsers(_ arguments: [String], _ engine: any Engine) throws -> [String] {
  var ids: [String] = []
  for argument in arguments {
    if argument == "-" {
      let text = String(decoding: try readStandardInput(), as: UTF8.self)
      ids += text.split(whereSeparator: \.isNewline).map(String.init)
    } else {
      ids.append(argument)
    }
  }
  for id in ids where engine.user(id) == nil { throw unknownUser(id) }
  return ids
}
