import ArgumentParser
import KithSegments
import KithStore
import KithSystem

struct AliasCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "alias",
    abstract: "Says that several ids are one person.",
    discussion: """
      Examples:
        kith alias mei 13800000000 wx-oAbc12
        kith undo

      From then on each of the ids means the person: all events, attributes, tags, notes and \
      messages of all of them. The person is listed under the first of the ids, in byte order, that \
      has events. `kith undo` parts them again.
      """)

  @Argument(help: "Ids, at least two.")
  var users: [String]

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if Set(users.map { Array($0.utf8) }).count < 2 {
      throw ValidationError("it takes two ids to be one person")
    }
  }

  func run(_ context: Context) throws {
    let store = try store.open(context)
    let engine = try Reading().engine(store)
    let unknown = users.filter { engine.user($0) == nil }
    guard unknown.count < users.count else { throw unknownUser(users[0]) }
    for id in unknown {
      context.console.warn(
        Diagnostic(
          "no event under this id yet", subject: id,
          remedy: "its events and attributes will be the person's; `kith undo` takes it back"))
    }
    let entry = try store.decide(.alias(users: users))
    try printEntry(entry.id, json: output.json, context)
  }
}
