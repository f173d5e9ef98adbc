import ArgumentParser
import KithCampaigns
import KithStore
import KithSystem

struct TemplateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "template",
    abstract: "Makes and lists the messages of campaigns.",
    discussion: """
      Examples:
        kith template new autumn-mail --channel email
        kith template list

      A template is a text file in the store, templates/NAME.mustache: edit it with any editor.
      """,
    subcommands: [New.self, List.self])

  struct New: Command {
    static let configuration = CommandConfiguration(
      abstract: "Makes a template with a sample text, to be edited.")

    @Argument(help: "The template's name.")
    var name: String

    @Option(help: ArgumentHelp("The way it goes, as inbox or email.", valueName: "name"))
    var channel: String

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run(_ context: Context) throws {
      let store = try store.open(context)
      try Campaigns(store: store).createTemplate(name, channel: channel)
      let file = "\(store.files.root)/templates/\(name).mustache"
      if output.json {
        try context.console.print(["template": .string(name), "file": .string(file)])
      } else {
        try context.console.print("\(escapedCell(name))\t\(escapedCell(file))\n")
      }
    }
  }

  struct List: Command {
    static let configuration = CommandConfiguration(abstract: "Lists the templates.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run(_ context: Context) throws {
      let templates = try Campaigns(store: store.open(context)).templates()
      if output.json {
        try context.console.print(
          .array(
            templates.map {
              [
                "template": .string($0.name), "channel": .string($0.channel),
                "subject": .string($0.subject),
              ]
            }))
        return
      }
      var table = Table([.init("template"), .init("channel"), .init("subject")])
      table.rows = templates.map { [$0.name, $0.channel, $0.subject] }
      try context.console.print(table.text(terminal: context.console.outputIsTerminal))
    }
  }
}
