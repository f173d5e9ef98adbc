import ArgumentParser
import KithStore
import KithSystem

struct InitCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Makes a store.",
    discussion: """
      Examples:
        kith init shop.kith
        kith init shop.kith --time-zone Asia/Shanghai

      Without --time-zone the store takes the machine's; where that is UTC and a person is at the \
      terminal, it asks.
      """)

  @Argument(help: "The directory to make.", completion: .directory)
  var directory: String

  @Option(help: ArgumentHelp("An IANA name; decides which day an event is on.", valueName: "zone"))
  var timeZone: String?

  @OptionGroup var output: OutputOptions

  func run(_ context: Context) throws {
    let zone = try timeZone ?? chosenZone(context)
    let store = try Store.create(
      at: directory, timeZone: zone, name: nil, language: nil, outside: context.outside)
    if output.json {
      try context.console.print(
        ["store": .string(store.files.root), "time_zone": .string(store.settings.zone.name)])
    } else {
      try context.console.print(
        """
        \(visible(store.files.root)): a new store, days are those of \(store.settings.zone.name)

        """)
      context.console.say("next: kith import FILE --store \(visible(shellWord(directory)))\n")
    }
  }

  private func chosenZone(_ context: Context) throws -> String {
    let zone = context.outside.localZoneName
    guard zone == "UTC" || zone == "Etc/UTC", context.console.inputIsTerminal,
      context.console.errorIsTerminal
    else {
      return zone
    }
    let question = "Time zone of the store, as Asia/Shanghai [UTC]: "
    while let answer = context.console.ask(question) {
      if answer.isEmpty { return zone }
      if (try? Zone.named(answer)) != nil { return answer }
      context.console.say("there is no time zone of that name\n")
    }
    return zone
  }
}
