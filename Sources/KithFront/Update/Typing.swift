import KithScreen
import KithSegments
import KithSystem

extension EntryLine {
  init(_ text: String) {
    editor = LineEditor(text)
  }

  /// New completions for what is typed now.
  mutating func offer(_ completions: [String]) {
    self.completions = completions
    chosen = nil
  }

  /// Puts the next completion into the place of the word before the cursor.
  mutating func complete(replacing length: Int) {
    guard !completions.isEmpty else { return }
    let next = chosen.map { ($0 + 1) % completions.count } ?? 0
    editor.complete(replacing: length, with: completions[next])
    chosen = next
  }

  /// Walks the history by `step`: 1 to earlier lines. What was being typed comes back at its end.
  mutating func recall(_ step: Int, from history: [String]) {
    let place = max(0, min(past + step, history.count))
    guard place != past else { return }
    if past == 0 { own = editor.text }
    past = place
    editor = LineEditor(place == 0 ? own : history[history.count - place])
    offer([])
  }
}

/// Adds a line to a history, the same line once.
func remember(_ line: String, in history: inout [String]) {
  guard !line.isEmpty else { return }
  history.removeAll { $0 == line }
  history.append(line)
  if history.count > 200 { history.removeFirst() }
}

extension LineEditor {
  /// Clusters before the cursor that make the word of an expression which a completion replaces.
  var wordLength: Int { cursor - completionStart(of: text, at: cursor) }
}

extension Model {
  /// Clusters before the cursor that the line's next completion takes the place of.
  func completedLength(_ line: EntryLine) -> Int {
    if let chosen = line.chosen { return line.completions[chosen].count }
    switch mode {
    case .filter: return line.editor.wordLength
    case .command: return line.editor.head.reversed().prefix { $0 != " " }.count
    default: return line.editor.cursor
    }
  }

  mutating func openFilter() -> [Effect] {
    mode = .filter(FilterLine(line: EntryLine(filter)))
    return checkFilter()
  }

  /// Text for whatever line has the cursor.
  mutating func edit(_ input: InputEvent) -> [Effect] {
    switch mode {
    case .filter(var filter):
      guard filter.line.editor.handle(input) else { return [] }
      filter.isAccepted = false
      filter.isRefused = false
      mode = .filter(filter)
      return checkFilter()
    case .command(var line):
      guard line.editor.handle(input) else { return [] }
      line.offer(commandCompletions(line.editor.head))
      mode = .command(line)
    case .prompt(var prompt):
      guard prompt.line.editor.handle(input) else { return [] }
      prompt.line.offer(suggestions(for: prompt))
      mode = .prompt(prompt)
    case .reminder(var reminder):
      guard reminder.name.handle(input) else { return [] }
      let effects = ask(&reminder)
      mode = .reminder(reminder)
      return effects
    default: break
    }
    return []
  }

  /// Has the typed filter read and counted; its word is completed anew unless a completion has just
  /// been put in, so that the next one can follow.
  mutating func checkFilter(isCompleting: Bool = false) -> [Effect] {
    guard case .filter(var filter) = mode, let data else { return [] }
    filter.ticket = nextTicket()
    filter.count = nil
    let text = filter.line.editor.text
    if text.isEmpty { (filter.mistake, filter.warning) = (nil, nil) }
    mode = .filter(filter)
    var effects: [Effect] = []
    if !text.isEmpty {
      effects.append(.check(filter: text, ticket: filter.ticket, epoch: data.epoch))
    }
    if !isCompleting {
      effects.append(
        .complete(
          text: text, offset: filter.line.editor.cursor, ticket: filter.ticket, epoch: data.epoch))
    }
    return effects
  }

  mutating func apply(filter text: String) -> [Effect] {
    remember(text, in: &filterHistory)
    mode = .keys
    filter = text
    marks.whole = nil
    rangeStart = nil
    for index in panes.indices {
      panes[index].total = nil
      panes[index].window.move(to: 0)
      panes[index].rows.expire()
    }
    return []
  }

  /// The keys that lines, menus and questions have in common.
  mutating func answer(_ action: Action.ID) -> [Effect] {
    switch (action, mode) {
    case (.accept, .filter(let filter)): return accept(filter)
    case (.accept, .command(let line)): return run(command: line.editor.text)
    case (.accept, .prompt(let prompt)): return accept(prompt)
    case (.accept, .sorting(let cursor)): acceptSort(cursor)
    case (.complete, .filter(var filter)):
      filter.line.complete(replacing: completedLength(filter.line))
      mode = .filter(filter)
      return checkFilter(isCompleting: true)
    case (.complete, .command(var line)):
      line.complete(replacing: completedLength(line))
      mode = .command(line)
    case (.complete, .prompt(var prompt)):
      prompt.line.complete(replacing: completedLength(prompt.line))
      mode = .prompt(prompt)
    case (.historyUp, _): return recall(1)
    case (.historyDown, _): return recall(-1)
    case (.yes, .confirm(let confirm)): return accept(confirm)
    case (.no, .confirm): mode = .keys
    default: break
    }
    return []
  }

  private mutating func recall(_ step: Int) -> [Effect] {
    switch mode {
    case .filter(var filter):
      filter.line.recall(step, from: filterHistory)
      mode = .filter(filter)
      return checkFilter()
    case .command(var line):
      line.recall(step, from: commandHistory)
      mode = .command(line)
    default: break
    }
    return []
  }

  private mutating func accept(_ filter: FilterLine) -> [Effect] {
    let text = filter.line.editor.text
    if text.isEmpty || filter.count != nil { return apply(filter: text) }
    var waiting = filter
    waiting.isRefused = filter.mistake != nil
    waiting.isAccepted = filter.mistake == nil
    mode = .filter(waiting)
    return []
  }

  private mutating func accept(_ confirm: Confirm) -> [Effect] {
    mode = .keys
    if confirm.effects.contains(.quit), sending != nil {
      quitsAfterSend = true
      sending?.isPausing = true
      return [.pauseSend]
    }
    decisionsUnderWay += confirm.effects.count
    return confirm.effects
  }

  private mutating func acceptSort(_ cursor: Int) {
    mode = .keys
    sort(by: sortKeys[cursor])
  }

  /// Sorts the focused pane; by the same key again, the other way round.
  mutating func sort(by key: Sort.Key) {
    let isSame = focused.sort.key == key
    let descending = isSame ? !focused.sort.descending : key != .user
    sort(by: Sort(key, descending: descending))
  }

  mutating func sort(by sort: Sort) {
    panes[focus].sort = sort
    panes[focus].rows.expire()
    panes[focus].window.move(to: 0)
    rangeStart = nil
  }

  private mutating func accept(_ prompt: Prompt) -> [Effect] {
    let text = prompt.line.editor.text
    let trimmed = String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    mode = prompt.beneath.map { .reminder($0) } ?? .keys
    switch prompt.kind {
    case .send(let campaign, let people):
      guard trimmed.filter({ $0 != "," }) == String(people) else {
        say(words(.wrongNumber, grouped(people)), .error)
        return []
      }
      return send(campaign, people: people)
    case .owner:
      let label = trimmed.isEmpty ? words(.ownerRemedy) : words(.ownerIs, trimmed)
      return decide(.owner(trimmed), label)
    case .tag:
      let tag = trimmed.hasPrefix("-") ? String(trimmed.dropFirst()) : trimmed
      guard !tag.isEmpty else { return [] }
      return trimmed.hasPrefix("-")
        ? decide(.removeTag(tag), "-\(tag)") : decide(.addTag(tag), "+\(tag)")
    case .note: return trimmed.isEmpty ? [] : decide(.note(trimmed), words(.notes))
    }
  }
}
