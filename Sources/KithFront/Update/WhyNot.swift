import KithCampaigns
import KithSegments
import KithStore

extension Model {
  /// Why an action cannot be done now; nil where it can. Footer, help and dispatch ask it.
  func whyNot(_ action: Action.ID) -> String? {
    reason(action).map { words($0) }
  }

  private func reason(_ action: Action.ID) -> Word? {
    switch action {
    case .mark, .markRange, .why: currentUser == nil ? .whyNoUser : nil
    case .tag, .core, .owner:
      cannotDecide ?? (currentUser == nil && marks.isEmpty ? .whyNoUser : nil)
    case .note: cannotDecide ?? (currentUser == nil && marks.isEmpty ? .whyNoUser : nil)
    case .remind: cannotDecide ?? (focused.total == 0 && marks.isEmpty ? .nobodyToReach : nil)
    case .undo: cannotDecide ?? cannotUndo
    case .redo: cannotDecide
    case .open: cannotOpen
    case .later, .weekLater: wantedInstant == nil ? .whyNewest : nil
    case .earlier, .weekEarlier: data?.moment.horizon == nil ? .whyNoPast : nil
    case .filter: data == nil ? .opening : nil
    case .plan: cannotPlan
    case .send: cannotSend
    case .pause: sending == nil ? .whyNotSending : nil
    case .nextChoice, .previousChoice, .nextField, .previousField:
      if case .reminder(let reminder) = mode, reminder.isPlanned { .whyPlanned } else { nil }
    default: nil
    }
  }

  private var cannotDecide: Word? {
    if readOnlyReason != nil { return .whyReadOnly }
    if data == nil { return .opening }
    return wantedInstant == nil ? nil : .whyTimeTravel
  }

  private var cannotUndo: Word? {
    guard view == .journal, page == nil else { return nil }
    guard let row = journal.current else { return .whyNoEntry }
    if row.isUndone { return .whyUndone }
    return row.entry.decision.isUndoable ? nil : .whyNotUndoable
  }

  private var cannotOpen: Word? {
    switch view {
    case .users: currentUser == nil ? .whyNoUser : nil
    case .journal: journal.current?.entry.decision.singleUser == nil ? .whyNoUser : nil
    case .campaigns: nil
    }
  }

  private var cannotPlan: Word? {
    if let reason = cannotDecide { return reason }
    if case .reminder(let reminder) = mode {
      if reminder.isPlanned { return .whyPlanned }
      if reminder.isPlanning { return .working }
      return reminder.draft == nil ? .whyIncomplete : nil
    }
    guard let campaign = campaigns.current else { return .whyNoCampaign }
    return campaign.state == .draft ? nil : .whyNotDraft
  }

  private var cannotSend: Word? {
    if let reason = cannotDecide { return reason }
    if sending != nil { return .whySending }
    if case .reminder(let reminder) = mode {
      guard reminder.isPlanned, let report = reminder.report else { return .whyNotPlanned }
      if reminder.outcome?.state == .sent { return .whySent }
      return report.treated == 0 ? .nobodyToReach : nil
    }
    guard let campaign = campaigns.current else { return .whyNoCampaign }
    return [.planned, .paused, .sending].contains(campaign.state) ? nil : .whyNotSendable
  }
}
