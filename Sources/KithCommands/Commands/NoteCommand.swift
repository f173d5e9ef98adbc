import ArgumentParser
import KithSegments
import KithStore
import KithSystem

struct NoteCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "note",
    abstract: "Writes a note about a user.",
    discussion: """
      Examples:
        kith note mei 'asked about the spring harvest'
      """)

  @Argument(help: "The user's id.")
  var user: String

  @Argument(help: "The note; - reads it from standard input.")
  var text: String

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run(_ context: Context) throws {
    let store = try store.open(context)
    let engine = try Reading().engine(store)
    guard engine.user(user) != nil else { throw unknownUser(user) }
    let entry = try store.decide(.note(user: user, text: argumentOrInput(text)))
    try printEntry(entry.id, json: output.json, context)
  }
}

struct OwnerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "owner",
    abstract: "Says who looks after whom.",
    discussion: """
      Examples:
        kith owner set lin u-20931 mei
        kith owner set '' mei
      """,
    subcommands: [Set.self])

  struct Set: Command {
    static let configuration = CommandConfiguration(
      abstract: "Gives users an owner; an empty name takes the owner away.")

    @Argument(help: "The owner's name.")
    var name: String

    @Argument(help: "Users by id; - reads ids from standard input, one a line.")
    var users: [String]

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run(_ context: Context) throws {
      let store = try store.open(context)
      let ids = try knownUsers(users, Reading().engine(store))
      let entry = try store.decide(.owner(name, users: store.userList(ids)))
      try printEntry(entry.id, json: output.json, context)
    }
  }
}

/// What a decision gives back: the id of its journal entry, which `undo` takes.
func printEntry(_ id: String, json: Bool, _ context: Context) throws {
  if json {
    try context.console.print(["entry": .string(id)])
  } else {
    try context.console.print(id + "\n")
  }
}
