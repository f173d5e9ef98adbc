import ArgumentParser
import KithCampaigns
import KithChannels
import KithStore
import KithSystem

extension CampaignCommand {
  struct Send: Command {
    static let configuration = CommandConfiguration(
      abstract: "Sends the planned wave; ctrl-c pauses it.")

    @OptionGroup var sending: SendOptions

    func run(_ context: Context) throws {
      try sending.run(context)
    }
  }

  struct Resume: Command {
    static let configuration = CommandConfiguration(abstract: "Goes on with a paused campaign.")

    @OptionGroup var sending: SendOptions

    func run(_ context: Context) throws {
      try sending.run(context, action: "resumed", from: [.sending, .paused])
    }
  }
}

struct SendOptions: ParsableArguments {
  @OptionGroup var campaign: CampaignOptions

  @Flag(name: .shortAndLong, help: "Do not ask for the number of people.")
  var yes = false

  @Flag(help: "Send on data that is older than kith.yaml allows.")
  var stale = false

  @Flag(help: "Send although the store was restored from a copy that knows less of what was sent.")
  var acceptRestore = false

  /// - Parameter states: those it may be in; nil leaves that to the campaign.
  func run(
    _ context: Context, action: String = "sent", from states: [CampaignState]? = nil
  ) throws {
    let store = try campaign.store.open(context)
    let campaigns = Campaigns(store: store)
    let before = try campaigns.status(campaign.name)
    if let states, !states.contains(before.state) {
      throw CampaignError.state(campaign: campaign.name, before.state, action: action)
    }
    try confirm(before, context)
    Interruption.isWatched()
    let progress = SendProgress(context)
    let status = try campaigns.send(
      campaign.name, engine: Reading().engine(store), stale: stale, acceptRestore: acceptRestore,
      channel: makeChannel,
      control: SendControl { Interruption.came ? .pause : .goOn }, progress: progress.show)
    progress.clear()
    try print(status, json: campaign.output.json, context)
    if Interruption.came && status.state == .paused {
      context.console.say("paused: kith campaign resume \(campaign.name) goes on\n")
      throw Outcome(status: .interrupted)
    }
  }

  /// A person types how many people the message goes to, so that no send is a slip of a key.
  private func confirm(_ status: CampaignStatus, _ context: Context) throws {
    guard !yes else { return }
    // Before the first message the plan says who has to wait; later all the rest may be due.
    let rest = status.treated - status.intents
    let people = status.intents == 0 && rest > status.waiting ? rest - status.waiting : rest
    guard context.console.inputIsTerminal, context.console.errorIsTerminal else {
      throw Diagnostic(
        "sending is confirmed on a terminal, and this is none", subject: campaign.name,
        remedy: "add --yes to send without being asked", status: .usage)
    }
    let answer = context.console.ask(
      "This sends to \(counted(people, "person", plural: "people")). Type the number to go on: ")
    guard answer.map({ $0.filter { $0 != "," && $0 != " " } }) == "\(people)" else {
      throw Diagnostic("nothing was sent: the number does not match", remedy: "type \(people)")
    }
  }
}
