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
    let store = try SampleStore(users: users, context).open(directory)
    let opened = readonly ? try Store.open(at: store, outside: context.outside, readOnly: true)
      : try Store.open(at: store, outside: context.outside)
    try openInterface(opened, Reading(), context)
  }
}
