import KithCampaigns
import KithScreen
import KithSegments
import KithSystem

extension Model {
  /// Takes what came of an effect; what answers an older question is dropped.
  mutating func take(_ answer: Answer) -> [Effect] {
    switch answer {
    case .opened(let opened): return take(opened)
    case .stages(let counts, let epoch) where epoch == data?.epoch: stageCounts = counts
    case .trends(let trends, let epoch) where epoch == data?.epoch: self.trends = trends
    case .page(let page, let request) where request.epoch == data?.epoch:
      guard let index = panes.firstIndex(where: { $0.ticket == request.ticket }) else { break }
      panes[index].total = page.total
      panes[index].rows.fill(page.rows, at: request.offset)
    case .range(let users, let epoch) where epoch == data?.epoch: marks.ids.formUnion(users)
    case .preview(let summary, let epoch) where epoch == data?.epoch:
      if summary.row.id == wantedSummary { self.summary = summary }
    case .user(let details, let epoch) where epoch == data?.epoch:
      if page?.id == details.summary.row.id { page?.details = details }
    case .why(let explanation, let epoch) where epoch == data?.epoch: take(explanation)
    case .timeline(let user, let offset, let entries, let epoch) where epoch == data?.epoch:
      if page?.id == user { page?.timeline.fill(entries, at: offset) }
    case .checked(let result, let ticket): return take(check: result, ticket: ticket)
    case .completed(let completions, let ticket):
      guard case .filter(var filter) = mode, filter.ticket == ticket else { break }
      let word = filter.line.editor.head.suffix(filter.line.editor.wordLength)
      filter.line.offer(completions.map(\.text).filter { $0 != word })
      mode = .filter(filter)
    case .vocabulary(let tags, let owners, let themes):
      (self.tags, self.owners, self.themes) = (tags, owners, themes)
    case .journal(let page, let offset, let ticket) where ticket == journal.ticket:
      journal.total = page.total
      journal.rows.fill(page.rows, at: offset)
    case .theme(let theme):
      look.take(theme)
      say(words(.themeIs, theme.name), .done)
    case .generation(let generation): hasNews = data.map { $0.generation != generation } ?? false
    case .decided, .undone, .redone, .failed: return take(outcome: answer)
    case .campaigns, .reminderChoices, .reminderPreview, .planned, .sending, .sent:
      return take(campaign: answer)
    default: break
    }
    return []
  }

  private mutating func take(_ opened: Opened) -> [Effect] {
    guard opened.epoch == epoch else { return [] }
    data = opened
    isOpening = false
    hasNews = false
    if let warning = opened.warnings.first { say(warning) }
    for index in panes.indices { panes[index].rows.expire() }
    journal.rows.expire()
    wantedSummary = nil
    marks.whole = nil  // its total was of other data
    showOthers()
    var effects: [Effect] = [.stages(epoch: epoch), .trends(epoch: epoch)]
    if let page {
      self.page?.timeline.expire()
      effects.append(.user(id: page.id, epoch: epoch))
    }
    if view == .campaigns { effects.append(.campaigns) }
    return effects + checkFilter()
  }

  /// Makes the panes those of the stages that are to be seen; panes that stay keep their place.
  mutating func showOthers() {
    let stages = ["effective", "active", "core"] + (showsOthers ? others : [])
    guard stages != panes.map(\.stage) else { return }
    let old = panes
    panes = stages.map { stage in old.first { $0.stage == stage } ?? UserPane(stage: stage) }
    if focus >= panes.count { focus = panes.count - 1 }
  }

  private mutating func take(
    check result: Result<FilterCheck, Diagnostic>, ticket: Int
  ) -> [Effect] {
    guard case .filter(var filter) = mode, filter.ticket == ticket else { return [] }
    switch result {
    case .success(let check):
      filter.count = check.count
      filter.mistake = nil
      filter.warning = check.warning
      if filter.isAccepted { return apply(filter: filter.line.editor.text) }
    case .failure(let diagnostic):
      filter.count = nil
      filter.mistake = diagnostic
      filter.warning = nil
      filter.isRefused = filter.isAccepted
      filter.isAccepted = false
    }
    mode = .filter(filter)
    return []
  }

  private mutating func take(outcome: Answer) -> [Effect] {
    switch outcome {
    case .decided(let receipt, _):
      decisionsUnderWay -= 1
      say(words.decision(receipt.decision), .done)
    case .undone(let receipt):
      decisionsUnderWay -= 1
      say(words(.undoneIs, words.decision(receipt.decision)), .done)
    case .redone(let receipt):
      decisionsUnderWay -= 1
      say(words(.redoneIs, words.decision(receipt.decision)), .done)
    case .failed(let effect, let diagnostic): return take(failure: diagnostic, of: effect)
    default: return []
    }
    journal.rows.expire()
    return open(asOf: wantedInstant) + [.vocabulary]
  }

  private mutating func take(failure: Diagnostic, of effect: Effect) -> [Effect] {
    switch effect {
    case .open(_, let epoch):
      guard epoch == self.epoch else { return [] }
      isOpening = false
      wantedInstant = data?.asOf
      // The engine in sight is asked again for what the opening cut short.
      for index in panes.indices { panes[index].rows.expire() }
      wantedSummary = nil
      if let page, let data, page.details == nil {
        say(failure)
        return [.user(id: page.id, epoch: data.epoch)]
      }
    case .decide, .undo, .redo: decisionsUnderWay -= 1
    case .user(let id, _) where page?.id == id: page = nil
    case .why(let user, _, _):
      if case .why(let why) = mode, why.user == user { mode = .keys }
    case .planReminder:
      if case .reminder(var reminder) = mode {
        reminder.isPlanning = false
        reminder.problem = failure
        mode = .reminder(reminder)
        return []
      }
    default: break
    }
    say(failure)
    return []
  }
}
