import KithScreen
import KithSegments
import KithStore

extension Model {
  /// The marked users, else the one under the cursor, and how to call them; a page's user alone.
  var subjects: (audience: Audience, count: Int, whom: String)? {
    if page == nil && !marks.isEmpty {
      let whom = words(.peopleCount, grouped(marks.count))
      if let whole = marks.whole {
        return (
          .expression(whole.expression, except: whole.except.sorted()),
          whole.total - whole.except.count,
          whom
        )
      }
      return (
        .users(marks.ids.sorted()), marks.ids.count, marks.count == 1 ? marks.ids.first ?? "" : whom
      )
    }
    return currentUser.map { (.users([$0.id]), 1, $0.id) }
  }

  mutating func mark(_ action: Action.ID) -> [Effect] {
    let stage = focused.stage
    switch action {
    case .markAll:
      let isWhole = marks.whole?.stage == stage
      marks = Marks()
      if !isWhole, let total = focused.total, total > 0 {
        marks.whole = Marks.Whole(
          stage: stage, expression: expression(of: focused), total: total, except: [])
      }
    case .markRange where rangeStart == nil:
      rangeStart = focused.window.cursor
      say(words(.rangeStarted))
    default:
      if rangeStart != nil { return markRange() }
      guard let user = focused.current else { return [] }
      toggle(user.id, stage: stage)
      panes[focus].window.move(by: 1)
    }
    return []
  }

  private mutating func toggle(_ id: String, stage: String) {
    if marks.whole?.stage == stage {
      if marks.whole?.except.remove(id) == nil { marks.whole?.except.insert(id) }
      if marks.isEmpty { marks = Marks() }
      return
    }
    marks.whole = nil
    if marks.ids.remove(id) == nil { marks.ids.insert(id) }
  }

  /// Marks from where the range began to the cursor; rows that are not at hand are asked for.
  private mutating func markRange() -> [Effect] {
    guard let start = rangeStart, let data else { return [] }
    let cursor = focused.window.cursor
    let range = min(start, cursor)..<max(start, cursor) + 1
    rangeStart = nil
    guard range.count <= Marks.rangeMax else {
      say(words(.rangeTooLong, grouped(Marks.rangeMax)), .error)
      return []
    }
    marks.whole = nil
    let users = range.compactMap { focused.rows[$0]?.id }
    if users.count == range.count {
      marks.ids.formUnion(users)
      return []
    }
    return [
      .range(
        PageRequest(
          stage: focused.stage, filter: filter, sort: focused.sort, offset: range.lowerBound,
          limit: range.count, ticket: nextTicket(), epoch: data.epoch))
    ]
  }

  mutating func prompt(_ kind: Prompt.Kind) {
    guard let (audience, _, whom) = subjects else { return }
    var prompt = Prompt(kind: kind, audience: audience, whom: whom)
    prompt.line.offer(suggestions(for: prompt))
    mode = .prompt(prompt)
  }

  /// Asks first where it is about more than one user.
  mutating func decide(_ choice: Choice, _ label: String) -> [Effect] {
    guard let (audience, count, _) = subjects, let data else { return [] }
    let effect = Effect.decide(choice, audience, epoch: data.epoch)
    guard count == 1 else {
      mode = .confirm(
        Confirm(text: words(.confirmMany, label, grouped(count)), effects: [effect]))
      return []
    }
    decisionsUnderWay += 1
    return [effect]
  }

  mutating func toggleCore() -> [Effect] {
    let isCore =
      marks.isEmpty || page != nil
      ? currentUser?.tags.contains("core") == true : focused.stage == "core"
    return isCore
      ? decide(.removeTag("core"), words(.untagged, "", "core").trimmingColon)
      : decide(.addTag("core"), words(.tagged, "", "core").trimmingColon)
  }

  mutating func undo() -> [Effect] {
    if view == .journal && page == nil, let row = journal.current {
      mode = .confirm(
        Confirm(
          text: words(.confirmUndo, words.decision(row.entry.decision)),
          effects: [.undo(entry: row.entry.id)]))
      return []
    }
    decisionsUnderWay += 1
    return [.undo(entry: nil)]
  }

  /// What a prompt's line can be completed to.
  func suggestions(for prompt: Prompt) -> [String] {
    let text = prompt.line.editor.text
    let isRemoval = prompt.kind == .tag && text.hasPrefix("-")
    let typed = (isRemoval ? String(text.dropFirst()) : text).lowercased()
    let known: [String] =
      switch prompt.kind {
      case .tag: tags
      case .owner: owners
      case .note, .send: []
      }
    return known.filter { $0.lowercased().hasPrefix(typed) && $0 != typed }.prefix(8)
      .map { isRemoval ? "-" + $0 : $0 }
  }
}

extension String {
  /// `: tagged core` without what stands before it for a user's name.
  fileprivate var trimmingColon: String {
    String(drop { ":： ".contains($0) })
  }
}
