import ArgumentParser
import KithSegments
import KithStore
import KithSystem

struct DemoCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Makes a sample store, a tea shop with ten thousand users, and opens it.",
    discussion: """
      Examples:
        kith demo
        kith demo /tmp/teashop.kith
        kith demo | cat

      Without a directory the store lies in $XDG_DATA_HOME/kith, and is made anew each day, so that \
      its history runs up to today. Without a terminal it prints its stages.
      """)

  @Argument(help: "The directory to make, or to open again.", completion: .directory)
  var directory: String?

  @Option(help: .hidden)
  var users = DemoShop.userCount

  @Flag(help: "Allow no decision and no import.")
  var readonly = false

  func run(_ context: Context) throws {
    let path = try SampleStore(users: users, context).path(directory)
    let store = try Store.open(at: path, outside: context.outside, readOnly: readonly)
    try openInterface(store, Reading(), context)
  }
}
