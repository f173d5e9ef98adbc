public import KithAnalysis
public import KithCampaigns
public import KithSegments
public import KithStore
public import KithSystem

/// Everything that the interface asks of the house, answered by whoever opens it.
///
/// Every call but ``storeName``, ``clock`` and ``readOnlyReason`` may take its time: the runner makes
/// them off the interface's thread, several at once, so an answer may not lean on shared state that
/// is not guarded.
public protocol FrontSource: Sendable {
  var storeName: String { get }
  var clock: any Clock { get }
  /// Why no decision may be made; nil where it may.
  var readOnlyReason: ReadOnlyReason? { get }

  /// Data and decisions as they are on disk now, as of an instant; nil: the newest.
  func engine(asOf: Instant?) throws(Diagnostic) -> any Engine
  /// What a reader should be told: files that were left out, since they are missing or damaged. Each is
  /// given once.
  func takeWarnings() -> [Diagnostic]
  /// A number that changes when data or decisions change on disk. Cheap: asked every few seconds.
  func generation() -> Int
  /// Users of each stage in the past weeks, for the sparklines; empty where nobody asked any more.
  func trends(_ engine: any Engine) throws(Diagnostic) -> [StageTrend]

  /// Notes and messages of one user, newest first.
  func notes(of user: String) -> [UserNote]
  func messages(to user: String) -> [ReceivedMessage]
  /// Tags and owners in use, for completion, the most used first.
  func tags() -> [String]
  func owners() -> [String]

  func decide(_ choice: Choice, users: [String]) throws(Diagnostic) -> Receipt
  /// Takes an entry back; nil: the caller's own last one.
  func undo(_ entry: String?) throws(Diagnostic) -> Receipt
  func redo() throws(Diagnostic) -> Receipt
  /// Decisions, newest first.
  func journal(offset: Int, limit: Int) throws(Diagnostic) -> JournalPage

  func campaigns() throws(Diagnostic) -> [CampaignStatus]
  /// Names of the templates, and of the channels that kith.yaml sets up.
  func templates() throws(Diagnostic) -> [TemplateChoice]
  func channels() -> [String]
  /// What planning would come to; nothing is written.
  func preview(_ reminder: ReminderDraft) throws(Diagnostic) -> PlanReport
  /// Makes the campaign and freezes its first wave.
  func plan(_ reminder: ReminderDraft) throws(Diagnostic) -> PlanReport
  /// Freezes the wave of a campaign that is there.
  func plan(campaign: String) throws(Diagnostic) -> PlanReport
  /// Sends until all is done or `control` wishes otherwise; `progress` is called at most a few times
  /// a second, from any thread.
  func send(
    campaign: String, control: SendControl, progress: @escaping @Sendable (CampaignStatus) -> Void
  ) throws(Diagnostic) -> CampaignStatus

  func themes() -> [String]
  func theme(_ name: String) throws(Diagnostic) -> Theme
}

/// A note about a user, as their page shows it.
public struct UserNote: Sendable, Equatable {
  public var at: Instant
  public var by: String
  public var text: String

  public init(at: Instant, by: String, text: String) {
    self.at = at
    self.by = by
    self.text = text
  }
}

/// A decision about users, without the users.
public enum Choice: Sendable, Equatable {
  case addTag(String)
  case removeTag(String)
  /// One entry for each user.
  case note(String)
  /// An empty name takes the owner away.
  case owner(String)
}

/// Whom an action is about.
public enum Audience: Sendable, Equatable {
  case users([String])
  /// An expression of the segment language, without some of those that it matches.
  case expression(String, except: [String] = [])
}

/// What a decision came to.
public struct Receipt: Sendable, Equatable {
  /// The journal's entry.
  public var entry: String
  /// What was decided, undone or redone.
  public var decision: Decision

  public init(entry: String, decision: Decision) {
    self.entry = entry
    self.decision = decision
  }
}

/// Some of the journal's entries.
public struct JournalPage: Sendable, Equatable {
  public struct Row: Sendable, Equatable {
    public var entry: JournalEntry
    public var isUndone: Bool
    /// An import of which the store has no rows.
    public var isAbsent: Bool

    public init(entry: JournalEntry, isUndone: Bool, isAbsent: Bool = false) {
      self.entry = entry
      self.isUndone = isUndone
      self.isAbsent = isAbsent
    }
  }
  /// Entries in all.
  public var total: Int
  public var rows: [Row]

  public init(total: Int, rows: [Row]) {
    self.total = total
    self.rows = rows
  }
}

/// A template that a reminder can use.
public struct TemplateChoice: Sendable, Equatable {
  public var name: String
  /// The channel it is written for; nil: any.
  public var channel: String?

  public init(name: String, channel: String?) {
    self.name = name
    self.channel = channel
  }
}

/// A reminder as the `r` dialog puts it together.
public struct ReminderDraft: Sendable, Equatable {
  public var name: String
  public var template: String
  public var channel: String
  public var audience: Audience

  public init(name: String, template: String, channel: String, audience: Audience) {
    self.name = name
    self.template = template
    self.channel = channel
    self.audience = audience
  }
}
