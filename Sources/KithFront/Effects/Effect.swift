public import KithAnalysis
public import KithCampaigns
public import KithScreen
public import KithSegments
public import KithSystem

/// Work that `update` asks for; a runner does it off the interface's thread and answers with an
/// ``Answer``.
///
/// `epoch` counts the engines that were opened: what was asked of an earlier one is not answered.
/// `ticket` counts questions of one kind: `update` takes the answer to the newest alone.
public enum Effect: Sendable, Equatable {
  case open(asOf: Instant?, epoch: Int)
  case stages(epoch: Int)
  case trends(epoch: Int)
  case page(PageRequest)
  /// The ids of a run of rows, to mark them.
  case range(PageRequest)
  case preview(user: String, epoch: Int)
  case user(id: String, epoch: Int)
  case timeline(user: String, offset: Int, limit: Int, epoch: Int)
  /// Why a user matches a filter; where that is empty, why the user stands in this stage.
  case why(user: String, filter: String, epoch: Int)
  /// Reads and counts an expression while it is typed.
  case check(filter: String, ticket: Int, epoch: Int)
  case complete(text: String, offset: Int, ticket: Int, epoch: Int)
  case vocabulary
  case decide(Choice, Audience, epoch: Int)
  case undo(entry: String?)
  case redo
  case journal(offset: Int, limit: Int, ticket: Int)
  case campaigns
  case reminderChoices
  case previewReminder(ReminderDraft, ticket: Int)
  case planReminder(ReminderDraft)
  case planCampaign(String)
  case send(String)
  case pauseSend
  case theme(String)
  case checkForNews
  case quit
}

/// A window of one pane.
public struct PageRequest: Sendable, Equatable {
  public var stage: String
  /// Empty: everyone of the stage.
  public var filter: String
  public var sort: Sort
  public var offset: Int
  public var limit: Int
  public var ticket: Int
  public var epoch: Int
}

/// What came of an effect.
public enum Answer: Sendable {
  case opened(Opened)
  case stages([StageCount], epoch: Int)
  case trends([StageTrend], epoch: Int)
  case page(Page, PageRequest)
  case range([String], epoch: Int)
  case preview(UserSummary, epoch: Int)
  case user(UserDetails, epoch: Int)
  case timeline(user: String, offset: Int, entries: [TimelineEntry], epoch: Int)
  case why(Explanation, epoch: Int)
  case checked(Result<FilterCheck, Diagnostic>, ticket: Int)
  case completed([Completion], ticket: Int)
  case vocabulary(tags: [String], owners: [String], themes: [String])
  case decided(Receipt, users: Int)
  case undone(Receipt)
  case redone(Receipt)
  case journal(JournalPage, offset: Int, ticket: Int)
  case campaigns([CampaignStatus])
  case reminderChoices(templates: [TemplateChoice], channels: [String])
  case reminderPreview(Result<PlanReport, Diagnostic>, ticket: Int)
  case planned(PlanReport)
  case sending(CampaignStatus)
  case sent(Result<CampaignStatus, Diagnostic>)
  case theme(Theme)
  case generation(Int)
  /// An effect failed that has no failure of its own.
  case failed(Effect, Diagnostic)
}

/// What is known as soon as an engine stands.
public struct Opened: Sendable {
  public var epoch: Int
  /// As asked for; nil: the newest.
  public var asOf: Instant?
  public var moment: Moment
  public var totals: Totals
  public var stageNames: [String]
  public var generation: Int
  /// What is missing from it.
  public var warnings: [Diagnostic]
}

/// One user in a few lines.
public struct UserSummary: Sendable {
  public var row: UserRow
  public var attributes: [Attribute]
  /// Events on each of the last days, oldest first.
  public var days: [Int]
  /// The latest, newest first.
  public var events: [TimelineEntry]

  public struct Attribute: Sendable, Equatable {
    public var name: String
    public var value: String
  }
}

/// One user in full; the timeline follows in pages.
public struct UserDetails: Sendable {
  public var summary: UserSummary
  public var notes: [UserNote]
  public var messages: [ReceivedMessage]
}

/// What happens to the interface.
public enum FrontEvent: Sendable {
  case input(InputEvent)
  case answer(Answer)
  /// The wall clock, every few seconds.
  case clock(Instant)
}
