import KithScreen
import KithSegments

extension Model {
  var sortKeys: [Sort.Key] { [.last, .days30d, .value, .events, .first, .user] }

  /// Moves in whatever has the keys.
  mutating func move(_ action: Action.ID) {
    switch mode {
    case .sorting(let cursor):
      var window = ListWindow()
      window.fit(count: sortKeys.count, height: sortKeys.count)
      window.move(to: cursor)
      window.move(action)
      mode = .sorting(cursor: window.cursor)
      return
    case .help(let context, let scroll, let beneath):
      let arrangement = HelpArrangement(self, context: context)
      let moved = scrolled(
        scroll, action, height: arrangement.area.height, most: arrangement.scrollMax)
      mode = .help(context, scroll: moved, beneath: beneath)
      return
    case .why(var why):
      let arrangement = WhyArrangement(self, why)
      why.scroll = scrolled(
        why.scroll, action, height: arrangement.area.height, most: arrangement.scrollMax)
      mode = .why(why)
      return
    default: break
    }
    if let page {
      let arrangement = UserArrangement(self)
      let moved = scrolled(
        page.scroll, action, height: arrangement.scrolling.height, most: arrangement.scrollMax)
      self.page?.scroll = moved
      return
    }
    switch view {
    case .users: panes[focus].window.move(action)
    case .journal: journal.window.move(action)
    case .campaigns: campaigns.window.move(action)
    }
  }

  private func scrolled(_ scroll: Int, _ action: Action.ID, height: Int, most: Int) -> Int {
    let wanted =
      switch action {
      case .down: scroll + 1
      case .up: scroll - 1
      case .halfDown: scroll + max(1, height / 2)
      case .halfUp: scroll - max(1, height / 2)
      case .pageDown: scroll + max(1, height - 1)
      case .pageUp: scroll - max(1, height - 1)
      case .top: 0
      case .bottom: most
      default: scroll
      }
    return max(0, min(wanted, most))
  }
}

extension ListWindow {
  mutating func move(_ action: Action.ID) {
    switch action {
    case .down: move(by: 1)
    case .up: move(by: -1)
    case .halfDown: halfPage(1)
    case .halfUp: halfPage(-1)
    case .pageDown: page(1)
    case .pageUp: page(-1)
    case .top: move(to: 0)
    case .bottom: move(to: count - 1)
    default: break
    }
  }
}
