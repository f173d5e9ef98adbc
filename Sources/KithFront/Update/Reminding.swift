import KithCampaigns
import KithScreen
import KithSegments
import KithSystem

extension Model {
  /// Opens the reminder's dialog for the marked users, a page's user, or all of the pane.
  mutating func openReminder() -> [Effect] {
    var audience = Audience.expression(expression(of: focused))
    var text = "\(words.stage(focused.stage)), \(words(.peopleCount, grouped(focused.total ?? 0)))"
    if let page {
      audience = .users([page.id])
      text = page.id
    } else if !marks.isEmpty, let subjects {
      audience = subjects.audience
      text = words(.markedUsers, grouped(subjects.count))
    } else if !filter.isEmpty {
      text += " · " + filter
    }
    mode = .reminder(
      Reminder(audience: audience, audienceText: text, name: LineEditor(proposedName)))
    return [.reminderChoices]
  }

  /// `remind-20261121-1802`: the day and minute, so that two of a day differ.
  private var proposedName: String {
    let stamp = data?.moment.zone.clock(now) ?? ""
    return "remind-"
      + stamp.filter { $0.isNumber || $0 == " " }.map { $0 == " " ? "-" : String($0) }
      .joined()
  }

  /// Keys of the reminder's dialog and of the list of campaigns.
  mutating func campaign(_ action: Action.ID) -> [Effect] {
    if action == .pause {
      sending?.isPausing = true
      return [.pauseSend]
    }
    guard case .reminder(var reminder) = mode else { return listed(action) }
    defer { if case .reminder = mode { mode = .reminder(reminder) } }
    switch action {
    case .nextField: reminder.moveField(1)
    case .previousField: reminder.moveField(-1)
    case .nextChoice:
      reminder.choose(1)
      return ask(&reminder)
    case .previousChoice:
      reminder.choose(-1)
      return ask(&reminder)
    case .plan:
      guard let draft = reminder.draft else { return [] }
      reminder.isPlanning = true
      reminder.problem = nil
      return [.planReminder(draft)]
    case .send:
      guard let report = reminder.report else { return [] }
      askForNumber(report.campaign, people: report.treated, beneath: reminder)
    default: break
    }
    return []
  }

  private mutating func listed(_ action: Action.ID) -> [Effect] {
    guard let campaign = campaigns.current else { return [] }
    switch action {
    case .plan: return [.planCampaign(campaign.campaign)]
    case .send:
      let done = campaign.accepted + campaign.refused + campaign.unknown
      askForNumber(campaign.campaign, people: max(0, campaign.treated - done), beneath: nil)
    default: break
    }
    return []
  }

  private mutating func askForNumber(_ campaign: String, people: Int, beneath: Reminder?) {
    mode = .prompt(
      Prompt(
        kind: .send(campaign: campaign, people: people), audience: .users([]), whom: campaign,
        beneath: beneath))
  }

  mutating func send(_ campaign: String, people: Int) -> [Effect] {
    sending = Sending(
      status: CampaignStatus(
        campaign: campaign, title: campaign, state: .sending, wave: 1, treated: people))
    return [.send(campaign)]
  }
}

extension Reminder {
  mutating func moveField(_ step: Int) {
    let count = Field.allCases.count
    field = Field(rawValue: (field.rawValue + step + count) % count) ?? .template
  }

  /// The next of the field's choices; a template that is written for a channel brings it along.
  mutating func choose(_ step: Int) {
    switch field {
    case .template:
      guard let templates, !templates.isEmpty else { return }
      template = (template + step + templates.count) % templates.count
      followTemplate()
    case .channel:
      guard !channels.isEmpty else { return }
      channel = (channel + step + channels.count) % channels.count
    case .name: break
    }
  }

  mutating func followTemplate() {
    guard let templates, templates.indices.contains(template),
      let wanted = templates[template].channel, let place = channels.firstIndex(of: wanted)
    else { return }
    channel = place
  }
}
