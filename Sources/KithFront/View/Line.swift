import KithScreen
import KithSystem

extension Painter {
  /// The line above the footer: what is typed, else the news, else filter and marks.
  mutating func drawLine(_ line: Rect) {
    guard !line.isEmpty else { return }
    switch model.mode {
    case .filter(let filter): drawFilter(filter, line)
    case .command(let entry):
      drawEntry(entry, label: [run(":", .strong)], line: line, trailing: nil)
    case .prompt(let prompt): drawPrompt(prompt, line)
    default:
      if let flash = model.flash {
        let slot: Slot =
          [.info: .flash, .done: .flashDone, .error: .flashError][flash.kind] ?? .flash
        surface.put(
          " " + Text.fit(flash.text, to: line.width - 2) + " ", at: line.origin, style: look[slot])
      } else {
        drawStanding(line)
      }
    }
  }

  /// The filter that holds, how many it lets through, and how many are marked.
  private mutating func drawStanding(_ line: Rect) {
    var facts: [String] = []
    if frame.header == nil && (model.data?.asOf != nil || model.sending != nil) {
      facts += headerFacts.first.map { [$0.text] } ?? []
    }
    if model.view == .users && model.page == nil { facts += standingFacts }
    let text = facts.joined(separator: dot)
    let width = min(Text.width(text), line.width)
    surface.put(
      Text.fit(text, to: width), at: Point(x: line.right - width - 1, y: line.y),
      style: look[.count])
    if !model.filter.isEmpty && model.view == .users && model.page == nil {
      surface.put(
        Text.fit("/" + model.filter, to: line.width - width - 4),
        at: Point(x: line.x + 1, y: line.y), style: look[.filter])
    }
  }

  private var standingFacts: [String] {
    var facts: [String] = []
    let pane = model.focused
    if !model.filter.isEmpty, let total = pane.total {
      let all = model.stageCount(pane.stage) ?? total
      facts.append(words(.match, grouped(total), grouped(all)))
    }
    if !model.marks.isEmpty { facts.append(words(.marked, grouped(model.marks.count))) }
    return facts
  }

  private mutating func drawFilter(_ filter: FilterLine, _ line: Rect) {
    let isEmpty = filter.line.editor.isEmpty
    let count =
      filter.count.map { words(.matchCount, grouped($0)) }
      ?? (isEmpty || filter.mistake != nil ? nil : "…")
    drawEntry(filter.line, label: [run("/", .strong)], line: line, trailing: count)
    guard let remark = filter.mistake ?? filter.warning else { return }
    let below = frame.footer ?? Rect(x: line.x, y: line.y - 1, width: line.width, height: 1)
    drawRemark(words(remark), of: filter, in: below)
  }

  /// What is wrong, beside a caret under the place: right of it, else left of it. A caret that could only
  /// stand elsewhere is left out.
  /// What is only unfinished, or only not seen yet, is said in a low voice.
  private mutating func drawRemark(_ remark: Diagnostic, of filter: FilterLine, in line: Rect) {
    surface.fill(line, style: look[.text])
    let text = filter.line.editor.text
    let isUnfinished = remark.excerpt.map { $0.column > text.count } ?? false
    let isLow = filter.mistake == nil || isUnfinished && !filter.isRefused
    let slot: Slot = isLow ? .dim : .flashError
    let parting = words.language == .chinese ? "；" : "; "
    let what = visible([remark.what, remark.remedy].compactMap { $0 }.joined(separator: parting))
    let before = remark.excerpt.map { Text.width(String(text.prefix(max(0, $0.column - 1)))) } ?? 0
    let (place, room) = (before + 2, Text.width(what) + 2)
    let (column, shown) =
      if remark.excerpt == nil || place >= line.width {
        (1, what)
      } else if place + room < line.width {
        (place, "^ " + what)
      } else if place > room {
        (place + 1 - room, what + " ^")
      } else {
        (1, what)
      }
    surface.put(
      Text.fit(shown, to: line.width - column), at: Point(x: line.x + column, y: line.y),
      style: look[slot])
  }

  private mutating func drawPrompt(_ prompt: Prompt, _ line: Rect) {
    let whom = Text.fit(prompt.whom, to: max(8, line.width / 3))
    let label =
      switch prompt.kind {
      case .tag: words(.tagPrompt, whom)
      case .note: words(.notePrompt, whom)
      case .owner: words(.ownerPrompt, whom)
      case .send(_, let people): words(.typeToSend, grouped(people))
      }
    let remedy: String? =
      switch prompt.kind {
      case .tag: words(.tagRemedy)
      case .owner: words(.ownerRemedy)
      case .note, .send: nil
      }
    let isDanger = if case .send = prompt.kind { true } else { false }
    drawEntry(
      prompt.line, label: [run(label + ": ", isDanger ? .danger : .strong)], line: line,
      trailing: prompt.line.editor.isEmpty ? remedy : nil)
  }

  /// A label, the text with its cursor, and a word at the right; completions stand above.
  private mutating func drawEntry(
    _ entry: EntryLine, label: [Run], line: Rect, trailing: String?
  ) {
    let used = surface.put(
      [Run(" ", look[.text])] + label, at: line.origin, width: max(0, line.width - 4))
    var room = line.width - used
    if let trailing, room > Text.width(trailing) + 12 {
      room -= Text.width(trailing) + 2
      surface.put(
        trailing, at: Point(x: line.right - Text.width(trailing) - 1, y: line.y),
        style: look[.count])
    }
    let start = Point(x: line.x + used, y: line.y)
    cursor = entry.editor.draw(on: &surface, at: start, width: room, style: look[.filter])
    drawCompletions(entry, at: start)
  }

  private mutating func drawCompletions(_ entry: EntryLine, at start: Point) {
    guard !entry.completions.isEmpty, start.y > 2 else { return }
    let height = min(entry.completions.count, 8, start.y - 1)
    var window = ListWindow()
    window.fit(count: entry.completions.count, height: height)
    window.move(to: entry.chosen ?? 0)
    let shown = window.visible
    let width = min(
      model.size.width - 2, (shown.map { Text.width(entry.completions[$0]) }.max() ?? 0) + 2)
    let word = Text.width(String(entry.editor.head.suffix(model.completedLength(entry))))
    let place = entry.editor.view(cells: model.size.width - start.x).cursor
    let x = max(0, min(start.x + place - word - 1, model.size.width - width))
    for (line, index) in shown.enumerated() {
      let style = look[index == entry.chosen ? .completionCurrent : .completion]
      let point = Point(x: x, y: start.y - height + line)
      surface.put(
        " " + Text.fit(entry.completions[index], to: width - 2), at: point, style: style,
        width: width)
    }
  }
}
