import KithAnalysis
import KithCampaigns
import KithSegments
import KithStore
import KithSystem
import Synchronization

@testable import KithFront

/// A house of cards: a tea shop with a handful of users whose decisions are kept in memory.
final class FakeSource: FrontSource {
  struct State: Sendable {
    var entries: [JournalEntry] = []
    var undone: Set<String> = []
    var sent: [String: Int] = [:]
    var generation = 0
    /// How often trends were begun and cancelled.
    var begun = 0
    var cancelled = 0
    var warnings: [Diagnostic] = []
  }

  let storeName = "teashop"
  let clock: any Clock = FakeClock()
  let readOnlyReason: ReadOnlyReason?
  let users: [FakeUser]
  let crowd: Int
  /// Whether trends take for ever, unless cancelled.
  let isBusyWithTrends: Bool
  let state = Mutex(State())

  static let now = Instant(milliseconds: 1_795_255_320_000)  // 2026-11-21 10:02 UTC

  init(
    users: [FakeUser] = FakeSource.teashop, crowd: Int = 0, readOnly: ReadOnlyReason? = nil,
    isBusyWithTrends: Bool = false
  ) {
    self.isBusyWithTrends = isBusyWithTrends
    self.users = users
    self.crowd = crowd
    readOnlyReason = readOnly
  }

  static let teashop: [FakeUser] = [
    FakeUser(id: "李娜", stage: "effective", band: "cooling", hoursAgo: 8 * 24, days: 3, value: 120),
    FakeUser(id: "u-20931", stage: "effective", band: "tried", hoursAgo: 9 * 24, days: 1, value: 0),
    FakeUser(
      id: "zoë@kite.example", stage: "effective", band: "lost", hoursAgo: 2400, days: 0, value: 18),
    FakeUser(id: "bo@kite", stage: "active", band: "daily", hoursAgo: 2, days: 11, value: 860),
    FakeUser(id: "王芳", stage: "active", band: "weekly", hoursAgo: 3, days: 9, value: 12),
    FakeUser(
      id: "陈伟", stage: "core", band: "at-risk", hoursAgo: 6 * 24, days: 19, value: 4120, rhythm: 1),
    FakeUser(
      id: "mei", stage: "core", band: "steady", hoursAgo: 1, days: 28, value: 9900, rhythm: 2),
    FakeUser(id: "bot-7", stage: "junk", hoursAgo: 1, days: 30, value: 0),
  ]

  /// Ids as an attacker would choose them.
  static let hostile: [FakeUser] = [
    FakeUser(id: "\u{1B}[2J\u{1B}]0;owned\u{7}", stage: "core", hoursAgo: 1, days: 1, value: 1),
    FakeUser(id: "👩‍👩‍👧‍👦🇨🇳 family", stage: "core", hoursAgo: 2, days: 2, value: 2),
    FakeUser(id: "مرحبا \u{202E}abc", stage: "core", hoursAgo: 3, days: 3, value: 3),
    FakeUser(
      id: String(repeating: "長x", count: 500), stage: "core", hoursAgo: 4, days: 4, value: 4),
    FakeUser(id: "line\r\nbreak\ttab", stage: "core", hoursAgo: 5, days: 5, value: .max / 4),
    FakeUser(
      id: "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}", stage: "core", hoursAgo: 6, days: 6,
      value: -7),
  ]

  func engine(asOf: Instant?) throws(Diagnostic) -> any Engine {
    let (entries, undone) = state.withLock { ($0.entries, $0.undone) }
    let horizon = FakeSource.now.advanced(by: -28 * 60_000)
    var engine = FakeEngine(
      moment: Moment(
        instant: asOf ?? FakeSource.now, decisionsUntil: asOf, zone: .utc, weekStart: .monday,
        horizon: users.isEmpty ? nil : horizon),
      users: users, crowd: crowd)
    engine.ownerByUser["陈伟"] = "lin"
    for entry in entries where !undone.contains(entry.id) {
      switch entry.decision {
      case .tagAdd(let tag, .named(let ids)):
        for id in ids { engine.tagsByUser[id, default: []].insert(tag) }
      case .tagRemove(let tag, .named(let ids)):
        for id in ids { engine.tagsByUser[id, default: []].remove(tag) }
      case .owner(let owner, .named(let ids)): for id in ids { engine.ownerByUser[id] = owner }
      default: break
      }
    }
    return engine
  }

  func takeWarnings() -> [Diagnostic] {
    state.withLock { state in
      defer { state.warnings = [] }
      return state.warnings
    }
  }

  func generation() -> Int { state.withLock { $0.generation } }

  func trends(_ engine: any Engine) throws(Diagnostic) -> [StageTrend] {
    if isBusyWithTrends {
      state.withLock { $0.begun += 1 }
      while !Task.isCancelled {}
      state.withLock { $0.cancelled += 1 }
      return []
    }
    return [
      StageTrend(stage: "effective", weeks: [1, 2, 2, 3, 3, 3, 4, 3]),
      StageTrend(stage: "active", weeks: [1, 1, 2, 2, 3, 3, 2, 2]),
      StageTrend(stage: "core", weeks: [1, 1, 1, 1, 1, 2, 2, 2]),
    ]
  }

  func notes(of user: String) -> [UserNote] {
    state.withLock { state in
      state.entries.compactMap { entry in
        guard case .note(user, let text) = entry.decision, !state.undone.contains(entry.id) else {
          return nil
        }
        return UserNote(at: entry.at, by: entry.by, text: text)
      }
    }
  }

  func messages(to user: String) -> [ReceivedMessage] {
    [
      ReceivedMessage(
        campaign: "autumn", channel: "email", at: FakeSource.now.advanced(by: -9 * Instant.dayMs),
        outcome: "accepted")
    ]
  }

  func tags() -> [String] { ["core", "vip", "oolong-lover"] }
  func owners() -> [String] { ["lin", "mei"] }

  func decide(_ choice: Choice, users: [String]) throws(Diagnostic) -> Receipt {
    switch choice {
    case .addTag(let tag): add(.tagAdd(tag: tag, users: .named(users)))
    case .removeTag(let tag): add(.tagRemove(tag: tag, users: .named(users)))
    case .note(let text): add(.note(user: users.first ?? "", text: text))
    case .owner(let owner): add(.owner(owner, users: .named(users)))
    }
  }

  func add(_ decision: Decision) -> Receipt {
    state.withLock { state in
      let number = state.entries.count + 1
      state.generation += 1
      state.entries.append(
        JournalEntry(
          id: "w-\(number)", clock: HybridTime(milliseconds: 0, counter: UInt16(number)),
          at: FakeSource.now, by: "ana", decision: decision))
      return Receipt(entry: "w-\(number)", decision: decision)
    }
  }

  func undo(_ entry: String?) throws(Diagnostic) -> Receipt {
    let found = state.withLock { state -> JournalEntry? in
      let found = state.entries.last { entry in
        !state.undone.contains(entry.id) && entry.decision.isUndoable
      }
      let wanted = entry.flatMap { id in state.entries.first { $0.id == id } } ?? found
      if let wanted { state.undone.insert(wanted.id) }
      return wanted
    }
    guard let found else { throw Diagnostic("nothing to undo") }
    return Receipt(entry: found.id, decision: found.decision)
  }

  func redo() throws(Diagnostic) -> Receipt {
    let found = state.withLock { state -> JournalEntry? in
      let found = state.entries.last { state.undone.contains($0.id) }
      if let found { state.undone.remove(found.id) }
      return found
    }
    guard let found else { throw Diagnostic("nothing to redo") }
    return Receipt(entry: found.id, decision: found.decision)
  }

  func journal(offset: Int, limit: Int) throws(Diagnostic) -> JournalPage {
    state.withLock { state in
      let rows = state.entries.reversed().dropFirst(offset).prefix(limit).map {
        JournalPage.Row(entry: $0, isUndone: state.undone.contains($0.id))
      }
      return JournalPage(total: state.entries.count, rows: Array(rows))
    }
  }

  func campaigns() throws(Diagnostic) -> [CampaignStatus] {
    [
      CampaignStatus(
        campaign: "autumn", title: "秋茶上市", state: .sent, wave: 1, treated: 1204, intents: 1204,
        accepted: 1190, refused: 10, failed: 1, unknown: 3),
      CampaignStatus(campaign: "winter", title: "", state: .planned, wave: 1, treated: 2000),
      CampaignStatus(campaign: "spring", title: "Spring picks", state: .draft, wave: 0),
    ]
  }

  func templates() throws(Diagnostic) -> [TemplateChoice] {
    [
      TemplateChoice(name: "autumn-inbox", channel: "inbox"),
      TemplateChoice(name: "autumn-mail", channel: "email"),
    ]
  }

  func channels() -> [String] { ["inbox", "email"] }

  func preview(_ reminder: ReminderDraft) throws(Diagnostic) -> PlanReport {
    if reminder.name == "taken" {
      throw Diagnostic("the campaign exists already", subject: "taken")
    }
    return PlanReport(
      campaign: reminder.name, wave: 1, matched: 5, treated: 3, heldOut: 0,
      excluded: [.init(reason: .junk, users: 1), .init(reason: .noAddress, users: 1)], waiting: 0,
      cost: 6_000, budgetLeft: 4_999_994_000,
      preview: Message(
        id: "00", user: "陈伟", address: "chen@example.org", campaign: reminder.name,
        subject: "秋茶上市", text: "陈伟, the autumn oolong is here.\nCome and taste it."))
  }

  func plan(_ reminder: ReminderDraft) throws(Diagnostic) -> PlanReport { try preview(reminder) }

  func plan(campaign: String) throws(Diagnostic) -> PlanReport {
    throw Diagnostic("no audience", subject: campaign)
  }

  func send(
    campaign: String, control: SendControl, progress: @escaping @Sendable (CampaignStatus) -> Void
  ) throws(Diagnostic) -> CampaignStatus {
    var status = CampaignStatus(
      campaign: campaign, title: campaign, state: .sending, wave: 1, treated: 3)
    while status.accepted < 3 && control.now == .goOn {
      status.accepted += 1
      progress(status)
    }
    status.state = status.accepted == 3 ? .sent : .paused
    return status
  }

  func themes() -> [String] { ["default", "ink", "mono"] }

  func theme(_ name: String) throws(Diagnostic) -> Theme {
    guard themes().contains(name) else {
      throw ThemeError.unknown(name: name, known: themes()).diagnostic
    }
    return Theme(name: name, styles: [:])
  }
}

struct FakeClock: Clock {
  func now() -> Instant { FakeSource.now }
}
