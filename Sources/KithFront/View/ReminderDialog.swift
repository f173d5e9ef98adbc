import KithCampaigns
import KithScreen
import KithStore
import KithSystem

extension Painter {
  /// The dialog of `r`: whom, with what, over which way; then what it comes to; then how it goes.
  mutating func drawReminder(_ reminder: Reminder, isBeneath: Bool = false) {
    let width = max(1, min(66, model.size.width - 8))
    let lines = reminderLines(reminder, width: width)
    let area = dialog(
      Size(width: width, height: lines.count), title: words(.remindTitle))
    // What is chosen stays in sight, and once planned what it came to.
    let shown = min(lines.count, area.height)
    let wanted = reminder.isPlanned ? lines.count - 1 : 2 + reminder.field.rawValue
    let first = max(0, min(wanted - shown / 2, lines.count - shown))
    for (row, line) in lines[first..<first + shown].enumerated() {
      let point = Point(x: area.x, y: area.y + row)
      surface.put(line, at: point, width: area.width)
      if first + row == 1 + Reminder.Field.name.rawValue, reminder.field == .name,
        !reminder.isPlanned, !isBeneath
      {
        let label = labelWidth
        cursor = reminder.name.draw(
          on: &surface, at: Point(x: point.x + label, y: point.y),
          width: max(1, area.width - label),
          style: look[.fieldFocused])
      }
    }
  }

  private var labelWidth: Int {
    [Word.audience, .template, .channel, .name, .leftOut, .matched, .cost]
      .map { Text.width(words($0)) }.max().map { $0 + 2 } ?? 0
  }

  private func labelled(_ word: Word, _ runs: [Run]) -> [Run] {
    [run(Text.pad(words(word), to: labelWidth), .dialog)] + runs
  }

  private func reminderLines(_ reminder: Reminder, width: Int) -> [[Run]] {
    let isOpen = !reminder.isPlanned
    func choice(_ text: String, _ field: Reminder.Field) -> [Run] {
      let isFocused = isOpen && reminder.field == field
      let (left, right) = look.isASCII ? ("< ", " >") : ("‹ ", " ›")
      return [run(isFocused ? left + text + right : text, isFocused ? .fieldFocused : .field)]
    }
    let templates = reminder.templates
    let template =
      templates.map { list in
        list.indices.contains(reminder.template)
          ? list[reminder.template].name : words(.noTemplates)
      } ?? words(.working)
    let channel =
      reminder.channels.indices.contains(reminder.channel)
      ? reminder.channels[reminder.channel]
      : templates == nil ? words(.working) : words(.noChannels)
    var lines = [
      labelled(.template, choice(template, .template)),
      labelled(.channel, choice(channel, .channel)),
      labelled(
        .name, [run(reminder.name.text, isOpen && reminder.field == .name ? .fieldFocused : .field)]
      ),
    ]
    lines.insert(labelled(.audience, [run(reminder.audienceText, .dialog)]), at: 0)
    lines.append([])
    if let problem = reminder.problem {
      lines += Text.wrap(words(problem).line, to: width).map { [run($0, .danger)] }
    } else if let report = reminder.report {
      lines += reportLines(report, width: width)
    } else if reminder.draft != nil {
      lines.append([run(words(.working), .dialog)])
    }
    return lines + [[]] + statusLines(reminder, width: width)
  }

  private func reportLines(_ report: PlanReport, width: Int) -> [[Run]] {
    let excluded = report.excluded.filter { $0.users > 0 }
      .map { "\(words.reason($0.reason)) \(grouped($0.users))" }
    var reached = "\(grouped(report.treated))"
    if report.waiting > 0 { reached += dot + "\(words(.waiting)) \(grouped(report.waiting))" }
    var cost = money(Exact(micros: report.cost))
    if let left = report.budgetLeft {
      cost += dot + "\(words(.budgetLeft)) \(money(Exact(micros: left)))"
    }
    var lines = [
      labelled(.matched, [run(grouped(report.matched), .dialog)]),
      labelled(.reached, [run(reached, .dialogTitle)]),
    ]
    let left = excluded.isEmpty ? words(.none) : excluded.joined(separator: dot)
    for (index, line) in Text.wrap(left, to: max(8, width - labelWidth)).enumerated() {
      lines.append(
        index == 0
          ? labelled(.leftOut, [run(line, .dialog)])
          : [run(String(repeating: " ", count: labelWidth) + line, .dialog)])
    }
    lines.append(labelled(.cost, [run(cost, .dialog)]))
    if let message = report.preview {
      lines += [[], [run(words(.preview, message.user), .dialogTitle)]]
      if !message.subject.isEmpty {
        lines.append([run("\(words(.subject)): \(message.subject)", .dialog)])
      }
      lines += Text.wrap(message.text, to: width).prefix(6).map { [run($0, .dialog)] }
    }
    return lines
  }

  /// What can be done next, or how far the send is.
  private func statusLines(_ reminder: Reminder, width: Int) -> [[Run]] {
    if let sending = model.sending, sending.status.campaign == reminder.report?.campaign {
      let share =
        sending.status.treated > 0 ? Double(sending.done) / Double(sending.status.treated) : 0
      let cells = max(1, min(40, width - 20))
      let bar =
        look.isASCII
        ? Chart.progress(share, cells: cells, full: "#", rest: ".")
        : Chart.progress(share, cells: cells)
      let filled = bar.prefix { $0 == (look.isASCII ? "#" : "█") }.count
      let numbers = " \(grouped(sending.done)) / \(grouped(sending.status.treated))"
      return [
        [
          run(
            words(sending.isPausing ? .pausing : .sendingTo, sending.status.campaign), .dialogTitle)
        ],
        [
          run(String(bar.prefix(filled)), .progressDone),
          run(String(bar.dropFirst(filled)), .progressRest),
          run(numbers, .dialog),
        ],
      ]
    }
    if reminder.isPlanning { return [[run(words(.working), .dialog)]] }
    guard reminder.isPlanned else {
      let isWaiting = reminder.templates == nil || reminder.draft != nil
      return [[run(words(isWaiting ? .planHint : .whyIncomplete), .dialog)]]
    }
    if let outcome = reminder.outcome {
      let numbers = [outcome.accepted, outcome.refused, outcome.failed, outcome.unknown].map(
        grouped)
      let text = words(
        .sentAll, words.state(outcome.state.rawValue), numbers[0], numbers[1], numbers[2],
        numbers[3])
      var lines = Text.wrap(text, to: width).map { [run($0, .dialogTitle)] }
      if outcome.state != .sent { lines.append([run(words(.sendHint), .danger)]) }
      return lines
    }
    let isReaching = (reminder.report?.treated ?? 0) > 0
    return [
      [run(words(.plannedAs, reminder.report?.campaign ?? ""), .dialogTitle)],
      [run(words(isReaching ? .sendHint : .nobodyToReach), isReaching ? .danger : .dialog)],
    ]
  }
}
