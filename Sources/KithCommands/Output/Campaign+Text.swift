import KithCampaigns
import KithStore
import KithSystem

// Plans and states of campaigns, for people and for programs.

func print(_ report: PlanReport, json: Bool, _ context: Context) throws {
  try json
    ? context.console.print(report.json)
    : context.console.print(report.table.text(terminal: context.console.outputIsTerminal))
  if !json, context.console.errorIsTerminal, let preview = report.preview {
    let subject = preview.subject.isEmpty ? "" : visible(preview.subject) + "\n\n"
    context.console.say(
      "\nfor \(visible(preview.user)):\n\(subject)\(visibleLines(preview.text))\n")
  }
}

func print(_ status: CampaignStatus, json: Bool, _ context: Context) throws {
  try json
    ? context.console.print(status.json)
    : context.console.print(
      statusTable([status]).text(terminal: context.console.outputIsTerminal))
}

func statusTable(_ list: [CampaignStatus]) -> Table {
  var table = Table(
    [.init("campaign"), .init("state"), .init("wave", number: true)]
      + CampaignStatus.counts.map { .init($0.name, number: true) })
  table.rows = list.map { status in
    [status.campaign, status.state.rawValue, "\(status.wave)"]
      + CampaignStatus.counts.map { "\(status[keyPath: $0.path])" }
  }
  return table
}

extension CampaignStatus {
  fileprivate static var counts: [(name: String, path: KeyPath<CampaignStatus, Int>)] {
    [
      ("treated", \.treated), ("intents", \.intents), ("accepted", \.accepted),
      ("refused", \.refused), ("failed", \.failed), ("unknown", \.unknown),
      ("waiting", \.waiting),
    ]
  }

  var json: JSON {
    .object(
      [
        .init("campaign", .string(campaign)), .init("state", .string(state.rawValue)),
        .init("wave", .int(wave)),
      ] + CampaignStatus.counts.map { .init($0.name, .int(self[keyPath: $0.path])) })
  }
}

extension PlanReport {
  fileprivate var table: Table {
    var table = Table([.init("campaign \(campaign), wave \(wave)"), .init("users", number: true)])
    table.rows =
      [["matched", grouped(matched)]]
      + excluded.map { ["left out: \($0.reason.rawValue)", grouped($0.users)] }
      + [
        ["held out", grouped(heldOut)], ["waiting", grouped(waiting)],
        ["reached", grouped(treated)], ["cost", decimal(cost)],
      ] + (budgetLeft.map { [["budget left", decimal($0)]] } ?? [])
    return table
  }
}

/// A text of several lines with all but its line ends made visible.
func visibleLines(_ text: String) -> String {
  text.split(separator: "\n", omittingEmptySubsequences: false)
    .map { visible(String($0)) }.joined(separator: "\n")
}
