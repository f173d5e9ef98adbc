import KithScreen
import KithSegments
import KithStore
import KithSystem

extension Model {
  /// Does what a key or a command asks for; ``whyNot(_:)`` was asked before.
  mutating func perform(_ action: Action.ID) -> [Effect] {
    switch action {
    case .up, .down, .top, .bottom, .halfUp, .halfDown, .pageUp, .pageDown: move(action)
    case .left, .previousPane: focus(by: -1, wraps: action == .previousPane)
    case .right, .nextPane: focus(by: 1, wraps: action == .nextPane)
    case .usersView: show(.users)
    case .journalView: show(.journal)
    case .campaignsView: return showCampaigns()
    case .open: return openCurrent()
    case .back: return goBack()
    case .quit: return quit()
    case .help: help()
    case .mark, .markAll, .markRange: return mark(action)
    case .tag: prompt(.tag)
    case .owner: prompt(.owner)
    case .note: prompt(.note)
    case .core: return toggleCore()
    case .undo: return undo()
    case .redo:
      decisionsUnderWay += 1
      return [.redo]
    case .filter: return openFilter()
    case .why: return explain()
    case .command: mode = .command(EntryLine())
    case .sort: mode = .sorting(cursor: sortKeys.firstIndex(of: focused.sort.key) ?? 0)
    case .zoom: isZoomed.toggle()
    case .others:
      showsOthers.toggle()
      showOthers()
    case .earlier: return travel(days: -1)
    case .later: return travel(days: 1)
    case .weekEarlier: return travel(days: -7)
    case .weekLater: return travel(days: 7)
    case .newest:
      say(words(.newest))
      return open(asOf: nil)
    case .accept, .complete, .historyUp, .historyDown, .yes, .no: return answer(action)
    case .remind: return openReminder()
    case .plan, .send, .pause, .nextField, .previousField, .nextChoice, .previousChoice:
      return campaign(action)
    }
    return []
  }

  private mutating func focus(by step: Int, wraps: Bool) {
    let next = focus + step
    focus =
      wraps ? (next + panes.count) % panes.count : max(0, min(next, panes.count - 1))
    rangeStart = nil
  }

  private mutating func show(_ view: ViewName) {
    self.view = view
    page = nil
    rangeStart = nil
  }

  private mutating func showCampaigns() -> [Effect] {
    show(.campaigns)
    return [.campaigns]
  }

  private mutating func openCurrent() -> [Effect] {
    switch view {
    case .users:
      guard let user = focused.current, let data else { return [] }
      page = UserPage(id: user.id)
      return [.user(id: user.id, epoch: data.epoch)]
    case .journal:
      guard let user = journal.current?.entry.decision.singleUser, let data else { return [] }
      page = UserPage(id: user)
      return [.user(id: user, epoch: data.epoch)]
    case .campaigns: return []
    }
  }

  /// One step out: of a mode, a page, an opening, a range, the filter, the marks; in this order.
  private mutating func goBack() -> [Effect] {
    switch mode {
    case .keys: break
    case .filter(let filter):
      remember(filter.line.editor.text, in: &filterHistory)
      mode = .keys
      return []
    case .prompt(let prompt):
      mode = prompt.beneath.map { .reminder($0) } ?? .keys
      return []
    case .help(_, _, let beneath):
      mode = beneath.map { .reminder($0) } ?? .keys
      return []
    default:
      mode = .keys
      return []
    }
    if page != nil {
      page = nil
    } else if isOpening, let data, data.asOf != wantedInstant {
      say(words(.cancelled))
      return open(asOf: data.asOf)
    } else if view != .users {
      show(.users)
    } else if rangeStart != nil {
      rangeStart = nil
    } else if !filter.isEmpty {
      return apply(filter: "")
    } else {
      marks = Marks()
    }
    return []
  }

  private mutating func quit() -> [Effect] {
    guard sending != nil else { return [.quit] }
    mode = .confirm(Confirm(text: words(.quitWhileSending), effects: [.pauseSend, .quit]))
    return []
  }

  private mutating func help() {
    if case .reminder(let reminder) = mode {
      mode = .help(.reminder, scroll: 0, beneath: reminder)
    } else {
      mode = .help(context, scroll: 0, beneath: nil)
    }
  }

  /// Opens the engine of another day; beyond the newest data it is the newest.
  private mutating func travel(days: Int) -> [Effect] {
    guard let data else { return [] }
    let zone = data.moment.zone
    let newest = data.moment.horizon.map { max($0, newestInstant) } ?? newestInstant
    let day = zone.day(of: wantedInstant ?? newest)
    let target = zone.end(of: day.advanced(by: days))
    return open(asOf: target >= newest ? nil : target)
  }

  /// T of the newest data: the horizon, or now where the horizon is later.
  private var newestInstant: Instant {
    guard let data else { return now }
    if data.asOf == nil { return data.moment.instant }
    return data.moment.horizon.map { min($0, now) } ?? now
  }
}

extension Decision {
  /// The one user it is about.
  var singleUser: String? {
    switch self {
    case .tagAdd(_, .named(let users)), .tagRemove(_, .named(let users)),
      .owner(_, .named(let users)):
      users.count == 1 ? users[0] : nil
    case .note(let user, _): user
    default: nil
    }
  }
}
