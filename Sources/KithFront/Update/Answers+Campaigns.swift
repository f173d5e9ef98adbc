import KithCampaigns
import KithScreen
import KithSystem

extension Model {
  mutating func take(campaign answer: Answer) -> [Effect] {
    switch answer {
    case .campaigns(let rows): campaigns.rows = rows
    case .reminderChoices(let templates, let channels):
      return changeReminder { model, reminder in
        reminder.templates = templates
        reminder.channels = channels
        return model.ask(&reminder)
      }
    case .reminderPreview(let result, let ticket):
      return changeReminder { _, reminder in
        guard reminder.ticket == ticket, !reminder.isPlanned else { return [] }
        switch result {
        case .success(let report):
          reminder.report = report
          reminder.problem = nil
        case .failure(let diagnostic):
          reminder.report = nil
          reminder.problem = diagnostic
        }
        return []
      }
    case .planned(let report): return take(planned: report)
    case .sending(let status):
      sending = Sending(status: status, isPausing: sending?.isPausing ?? false)
    case .sent(let result): return take(sent: result)
    default: break
    }
    return []
  }

  /// What a campaign did is a decision and a message received: expressions and the journal see it.
  private mutating func readAgain() -> [Effect] {
    journal.rows.expire()
    return open(asOf: wantedInstant) + (view == .campaigns ? [.campaigns] : [])
  }

  private mutating func take(planned report: PlanReport) -> [Effect] {
    say(words(.plannedAs, report.campaign), .done)
    let effects = readAgain()
    return effects
      + changeReminder { _, reminder in
        reminder.isPlanning = false
        reminder.isPlanned = true
        reminder.report = report
        reminder.problem = nil
        return []
      }
  }

  private mutating func take(sent result: Result<CampaignStatus, Diagnostic>) -> [Effect] {
    sending = nil
    switch result {
    case .success(let status):
      let numbers = [status.accepted, status.refused, status.failed, status.unknown].map(grouped)
      say(words(.sentAll, status.campaign, numbers[0], numbers[1], numbers[2], numbers[3]), .done)
    case .failure(let diagnostic): say(diagnostic)
    }
    if quitsAfterSend { return [.quit] }
    let effects = readAgain()
    return effects
      + changeReminder { _, reminder in
        if case .success(let status) = result, status.campaign == reminder.report?.campaign {
          reminder.outcome = status
        }
        return []
      }
  }

  /// Changes the reminder's dialog where it is open, beneath its prompt too.
  mutating func changeReminder(
    _ change: (inout Model, inout Reminder) -> [Effect]
  ) -> [Effect] {
    switch mode {
    case .reminder(var reminder):
      let effects = change(&self, &reminder)
      mode = .reminder(reminder)
      return effects
    case .prompt(var prompt):
      guard var reminder = prompt.beneath else { return [] }
      let effects = change(&self, &reminder)
      prompt.beneath = reminder
      mode = .prompt(prompt)
      return effects
    case .help(let context, let scroll, .some(var reminder)):
      let effects = change(&self, &reminder)
      mode = .help(context, scroll: scroll, beneath: reminder)
      return effects
    default: return []
    }
  }

  /// Asks what a reminder would come to.
  mutating func ask(_ reminder: inout Reminder) -> [Effect] {
    reminder.report = nil
    reminder.problem = nil
    guard let draft = reminder.draft else { return [] }
    reminder.ticket = nextTicket()
    return [.previewReminder(draft, ticket: reminder.ticket)]
  }
}
