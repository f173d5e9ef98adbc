import ArgumentParser
import KithCampaigns
import KithStore
import KithSystem

struct ForgetCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "forget",
    abstract: "Erases a person from every file of the store.",
    discussion: """
      Examples:
        kith forget mei
        kith forget mei --yes --json

      Events, attributes, decisions, audiences, delivery logs, rejected lines and the cache lose \
      the id; numbers about everybody else stay. Later imports leave the id out. Where texts that \
      people wrote name it, they are listed and not changed. It cannot be undone; cut short, the \
      same command goes on.
      """)

  @Argument(help: "The user's id.")
  var user: String

  @Flag(help: "Do not ask.")
  var yes = false

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run(_ context: Context) throws {
    let store = try store.open(context)
    let ids = try store.decisions().ids(of: user) ?? []
    let others = ids.filter { !$0.utf8.elementsEqual(user.utf8) }
    if !others.isEmpty {
      context.console.warn(
        Diagnostic(
          "other ids of the person stay", subject: others.joined(separator: ", "),
          remedy: "to erase all of the person, forget each of them"))
    }
    try confirm(context)
    let report = try Campaigns(store: store).forget(user)
    for mention in report.mentions {
      context.console.say("kith: a text still names the id: \(visible(mention))\n")
    }
    if output.json {
      try context.console.print([
        "removed": [
          "events": .int(report.events), "journal": .int(report.journal),
          "deliveries": .int(report.deliveries),
        ]
      ])
    } else {
      try context.console.print(
        "events\t\(report.events)\njournal\t\(report.journal)\ndeliveries\t\(report.deliveries)\n")
    }
  }

  private func confirm(_ context: Context) throws {
    guard !yes, context.console.inputIsTerminal, context.console.errorIsTerminal else { return }
    let answer = context.console.ask(
      "This erases \(visible(user)) for ever. Type the id to go on: ")
    guard answer?.utf8.elementsEqual(user.utf8) == true else {
      throw Diagnostic("nothing was erased: the id does not match", remedy: "type it as it is")
    }
  }
}
