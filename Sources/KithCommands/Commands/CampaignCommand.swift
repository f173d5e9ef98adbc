import ArgumentParser
import KithCampaigns
import KithStore
import KithSystem

struct CampaignCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "campaign",
    abstract: "Reaches users: plans, sends, and says what came of it.",
    discussion: """
      Examples:
        kith campaign new autumn --audience 'stage = effective and age > 14d' \\
          --template autumn-mail --channel email --holdout 10%
        kith campaign plan autumn
        kith campaign send autumn
      """,
    subcommands: [
      New.self, Plan.self, Send.self, Status.self, List.self, Unknown.self, Pause.self,
      Resume.self, Cancel.self,
    ])
}

/// What every act on one campaign takes.
struct CampaignOptions: ParsableArguments {
  @Argument(help: "The campaign's name.", completion: .campaign)
  var name: String

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  /// Asks something of the campaign and prints where it then stands.
  func printState(
    _ context: Context, after ask: (Campaigns, String) throws -> CampaignStatus
  ) throws {
    let campaigns = Campaigns(store: try store.open(context))
    try print(try ask(campaigns, name), json: output.json, context)
  }
}

extension CampaignCommand {
  struct New: Command {
    static let configuration = CommandConfiguration(abstract: "Makes a campaign.")

    @OptionGroup var campaign: CampaignOptions

    @Option(help: ArgumentHelp("Whom it is for.", valueName: "expr"), completion: .expression)
    var audience: String

    @Option(
      help: ArgumentHelp("The message, by the template's name.", valueName: "name"),
      completion: .template)
    var template: String

    @Option(
      help: ArgumentHelp("The way to them, as inbox or email.", valueName: "name"),
      completion: .channel)
    var channel: String

    @Option(help: ArgumentHelp("The share that is not reached, to compare with.", valueName: "10%"))
    var holdout: String?

    @Option(
      help: ArgumentHelp("The event that counts as success.", valueName: "event"),
      completion: .event)
    var goal: String?

    @Option(help: ArgumentHelp("In what time it counts.", valueName: "7d"))
    var within: String?

    func run(_ context: Context) throws {
      guard goal != nil || within == nil else {
        throw Diagnostic(
          "--within needs --goal", remedy: "say which event counts: --goal purchase --within 7d",
          status: .usage)
      }
      let share = try holdout.map(parseShare) ?? 0
      let days = try within.map(parseDays) ?? 7
      let store = try campaign.store.open(context)
      let engine = try Reading().engine(store)
      let name = try Campaigns(store: store).create(
        CampaignDraft(
          name: campaign.name, audience: audience, template: template, channel: channel,
          holdout: share, goal: goal.map { ($0, days) }), engine: engine)
      if campaign.output.json {
        try context.console.print(["campaign": .string(name)])
      } else {
        try context.console.print(
          "\(name)\t\(escapedCell(store.files.root))/campaigns/\(name)/campaign.yaml\n")
      }
    }
  }

  struct Plan: Command {
    static let configuration = CommandConfiguration(
      abstract: "Freezes a wave: who is reached, who is left out and why.")

    @OptionGroup var campaign: CampaignOptions

    @Flag(help: "Plan on data that is older than kith.yaml allows.")
    var stale = false

    func run(_ context: Context) throws {
      let store = try campaign.store.open(context)
      let report = try Campaigns(store: store).plan(
        campaign.name, engine: Reading().engine(store), stale: stale)
      try print(report, json: campaign.output.json, context)
    }
  }

  struct Status: Command {
    static let configuration = CommandConfiguration(abstract: "Says where a campaign stands.")

    @OptionGroup var campaign: CampaignOptions

    func run(_ context: Context) throws {
      try campaign.printState(context) { try $0.status($1) }
    }
  }

  struct List: Command {
    static let configuration = CommandConfiguration(abstract: "Lists the campaigns.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run(_ context: Context) throws {
      let list = try Campaigns(store: store.open(context)).list()
      if output.json {
        try context.console.print(.array(list.map(\.json)))
      } else {
        try context.console.print(
          statusTable(list).text(terminal: context.console.outputIsTerminal))
      }
    }
  }

  struct Unknown: Command {
    static let configuration = CommandConfiguration(
      abstract: "Lists the messages of which nobody knows whether they arrived.")

    @OptionGroup var campaign: CampaignOptions

    func run(_ context: Context) throws {
      let store = try campaign.store.open(context)
      let list = try Campaigns(store: store).unknown(campaign.name)
      if campaign.output.json {
        try context.console.print(
          .array(
            list.map {
              ["user": .string($0.user), "step": .int($0.step), "at": .string($0.at.rfc3339)]
            }))
        return
      }
      let isTerminal = context.console.outputIsTerminal
      var table = Table([.init("user"), .init("step", number: true), .init("at")])
      table.rows = list.map { message in
        [
          message.user, "\(message.step)",
          isTerminal ? store.settings.zone.text(message.at, seconds: true) : message.at.rfc3339,
        ]
      }
      try context.console.print(table.text(terminal: isTerminal))
    }
  }

  struct Pause: Command {
    static let configuration = CommandConfiguration(
      abstract: "Stops a sending campaign after the messages under way.")

    @OptionGroup var campaign: CampaignOptions

    func run(_ context: Context) throws {
      try campaign.printState(context) { try $0.pause($1) }
    }
  }

  struct Cancel: Command {
    static let configuration = CommandConfiguration(abstract: "Ends a campaign for good.")

    @OptionGroup var campaign: CampaignOptions

    func run(_ context: Context) throws {
      try campaign.printState(context) { try $0.cancel($1) }
    }
  }
}

/// `10%`, `0.1` or `0`, as a share of 0…1.
func parseShare(_ text: String) throws(Diagnostic) -> Double {
  let isPercent = text.hasSuffix("%")
  guard let number = Double(isPercent ? String(text.dropLast()) : text),
    (0...(isPercent ? 100 : 1)).contains(number)
  else {
    throw Diagnostic(
      "not a share", subject: text, remedy: "write a percentage from 0% to 100%", status: .usage)
  }
  return isPercent ? number / 100 : number
}

/// `7d` or `2w`, in days.
func parseDays(_ text: String) throws(Diagnostic) -> Int {
  guard let number = Int(text.dropLast()), (1...10_000).contains(number),
    text.last == "d" || text.last == "w"
  else {
    throw Diagnostic(
      "not a number of days", subject: text, remedy: "write days or weeks: 7d, 2w",
      status: .usage)
  }
  return text.last == "w" ? number * 7 : number
}
