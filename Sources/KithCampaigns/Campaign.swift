public import KithStore

/// What `campaign new` is told; the rest of campaign.yaml has defaults.
public struct CampaignDraft: Sendable {
  public var name: String
  public var audience: String
  public var template: String
  public var channel: String
  /// 0…1.
  public var holdout: Double
  /// An `events` of the language, with days; nil: `activity` within 7 days.
  public var goal: (did: String, withinDays: Int)?

  public init(
    name: String, audience: String, template: String, channel: String, holdout: Double = 0,
    goal: (did: String, withinDays: Int)? = nil
  ) {
    self.name = name
    self.audience = audience
    self.template = template
    self.channel = channel
    self.holdout = holdout
    self.goal = goal
  }
}

/// What planning a wave came to: who is reached, who is left out and why.
public struct PlanReport: Sendable, Equatable {
  public var campaign: String
  public var wave: Int
  /// Users the audience's expression matched.
  public var matched: Int
  public var treated: Int
  public var heldOut: Int
  /// In the order of the reasons; zeros left out.
  public var excluded: [Exclusion]
  public var waiting: Int
  public var cost: Micros
  /// nil where there is no budget.
  public var budgetLeft: Micros?
  /// One treated user and the message rendered for them.
  public var preview: Message?

  public struct Exclusion: Sendable, Equatable {
    public var reason: ExclusionReason
    public var users: Int

    public init(reason: ExclusionReason, users: Int) {
      self.reason = reason
      self.users = users
    }
  }

  public init(
    campaign: String, wave: Int, matched: Int, treated: Int, heldOut: Int,
    excluded: [Exclusion], waiting: Int, cost: Micros, budgetLeft: Micros?, preview: Message?
  ) {
    self.campaign = campaign
    self.wave = wave
    self.matched = matched
    self.treated = treated
    self.heldOut = heldOut
    self.excluded = excluded
    self.waiting = waiting
    self.cost = cost
    self.budgetLeft = budgetLeft
    self.preview = preview
  }
}

/// Why a user is left out, each counted under the first that holds.
public enum ExclusionReason: String, Sendable, CaseIterable {
  case junk
  case suppressed
  case noAddress = "no address"
  case noConsent = "no consent"
  case sameAddress = "same address"
  case lacksVariable = "lacks a variable"
  case heldOut = "held out"
  case overCap = "over the cap"
  case overBudget = "over the budget"
}

/// Where a campaign stands, from its making to its end.
public enum CampaignState: String, Sendable {
  case draft, planned, sending, paused, sent, closed, cancelled
}

/// Where a campaign stands: the numbers of its latest wave's delivery log.
public struct CampaignStatus: Sendable, Equatable {
  public var campaign: String
  public var title: String
  public var state: CampaignState
  public var wave: Int
  public var treated: Int
  public var intents: Int
  public var accepted: Int
  public var refused: Int
  public var failed: Int
  public var unknown: Int
  public var waiting: Int

  public init(
    campaign: String, title: String, state: CampaignState, wave: Int, treated: Int = 0,
    intents: Int = 0, accepted: Int = 0, refused: Int = 0, failed: Int = 0, unknown: Int = 0,
    waiting: Int = 0
  ) {
    self.campaign = campaign
    self.title = title
    self.state = state
    self.wave = wave
    self.treated = treated
    self.intents = intents
    self.accepted = accepted
    self.refused = refused
    self.failed = failed
    self.unknown = unknown
    self.waiting = waiting
  }
}
