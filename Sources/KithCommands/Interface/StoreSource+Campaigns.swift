import KithCampaigns
import KithChannels
import KithFront
import KithSegments
import KithStore
import KithSystem

// A reminder is a campaign like any other. Where it is for users that were marked by hand, they get a
// tag of the campaign's name, which its audience then asks for: so campaign.yaml says whom it was for,
// and the journal who chose them.

extension StoreSource {
  func campaigns() throws(Diagnostic) -> [CampaignStatus] {
    try explained { try Campaigns(store: store).list() }
  }

  func templates() throws(Diagnostic) -> [TemplateChoice] {
    try explained {
      try Campaigns(store: store).templates().map {
        TemplateChoice(name: $0.name, channel: $0.channel)
      }
    }
  }

  func channels() -> [String] {
    store.settings.channels.map(\.name)
  }

  func preview(_ reminder: ReminderDraft) throws(Diagnostic) -> PlanReport {
    try explained {
      let (draft, engine, _) = try supposed(reminder)
      return try Campaigns(store: store).preview(draft, engine: engine)
    }
  }

  /// The campaign that a reminder would become, an engine to which those whom it would tag are tagged, and
  /// their ids.
  private func supposed(
    _ reminder: ReminderDraft
  ) throws -> (draft: CampaignDraft, engine: EmbeddedEngine, ids: [String]?) {
    let engine = try engines.engine(asOf: nil)
    let (audience, ids) = try audience(of: reminder, engine)
    let draft = draft(reminder, audience: audience)
    guard let ids else { return (draft, engine, nil) }
    let decisions = try store.decisions().supposing(reminder.name, on: ids)
    return (draft, engine.replacing(decisions: decisions), ids)
  }

  func plan(_ reminder: ReminderDraft) throws(Diagnostic) -> PlanReport {
    try explained {
      let (draft, supposed, ids) = try supposed(reminder)
      let campaigns = Campaigns(store: store)
      // What cannot be planned leaves no tag and no campaign behind.
      try campaigns.check(draft, engine: supposed)
      if let ids { _ = try store.decide(.tagAdd(tag: reminder.name, users: store.userList(ids))) }
      let engine = try engines.engine(asOf: nil)
      try campaigns.create(draft, engine: engine)
      return try campaigns.plan(reminder.name, engine: engine, stale: false)
    }
  }

  func plan(campaign: String) throws(Diagnostic) -> PlanReport {
    try explained {
      try Campaigns(store: store).plan(campaign, engine: engines.engine(asOf: nil), stale: false)
    }
  }

  func send(
    campaign: String, control: SendControl, progress: @escaping @Sendable (CampaignStatus) -> Void
  ) throws(Diagnostic) -> CampaignStatus {
    let line = Throttle(clock: store.outside.clock)
    return try explained {
      try Campaigns(store: store).send(
        campaign, engine: engines.engine(asOf: nil), channel: makeChannel, control: control
      ) { status in
        if line.isDue() != nil { progress(status) }
      }
    }
  }

  private func draft(_ reminder: ReminderDraft, audience: String) -> CampaignDraft {
    CampaignDraft(
      name: reminder.name, audience: audience, template: reminder.template,
      channel: reminder.channel)
  }

  /// The audience as an expression, and the users who have to be tagged for it to hold.
  private func audience(
    of reminder: ReminderDraft, _ engine: EmbeddedEngine
  ) throws -> (expression: String, ids: [String]?) {
    let tagged = "tag(\"\(reminder.name)\")"
    switch reminder.audience {
    case .users(let ids): return (tagged, ids)
    case .expression(let expression, let except):
      if except.isEmpty { return (expression, nil) }
      let left = Set(except)
      let ids = try engine.ids(engine.segment(SourceText(expression)))
      return (tagged, ids.filter { !left.contains($0) })
    }
  }
}
