import KithScreen
import KithSegments

extension Model {
  mutating func take(_ mouse: Mouse) -> [Effect] {
    if mouse.kind == .release { return [] }
    let step = mouse.kind == .wheelUp ? -3 : mouse.kind == .wheelDown ? 3 : 0
    if step != 0 { return wheel(step, at: mouse.at) }
    guard mouse.button == .left, case .keys = mode else { return [] }
    flash = nil
    let frame = Arrangement(size)
    if let tabs = frame.tabs, tabs.contains(mouse.at) {
      guard let index = viewTabs.index(at: mouse.at, in: tabs) else { return [] }
      return perform([.usersView, .campaignsView, .journalView][index])
    }
    guard page == nil else { return [] }
    switch view {
    case .users: return clickUsers(at: mouse.at)
    case .journal, .campaigns:
      let rows = ListArrangement(self).rows
      guard rows.contains(mouse.at) else { return [] }
      let line = mouse.at.y - rows.y
      if view == .journal {
        if let row = journal.window.row(atLine: line) { journal.window.move(to: row) }
      } else if let row = campaigns.window.row(atLine: line) {
        campaigns.window.move(to: row)
      }
      return []
    }
  }

  private mutating func wheel(_ step: Int, at point: Point) -> [Effect] {
    if [.help, .why].contains(context) {
      for _ in 0..<abs(step) { move(step < 0 ? .up : .down) }
      return []
    }
    guard case .keys = mode else { return [] }
    if page != nil {
      for _ in 0..<abs(step) { move(step < 0 ? .up : .down) }
      return []
    }
    switch view {
    case .users:
      let pane = UsersArrangement(self).panes.first { $0.area.contains(point) }
      panes[pane?.index ?? focus].window.scroll(by: step)
    case .journal: journal.window.scroll(by: step)
    case .campaigns: campaigns.window.scroll(by: step)
    }
    return []
  }

  /// A click on a title sorts or changes the pane, on a row selects it, on the selected row opens it.
  private mutating func clickUsers(at point: Point) -> [Effect] {
    let users = UsersArrangement(self)
    if let line = users.paneTabs, line.contains(point) {
      if let index = paneTabs.index(at: point, in: paneTabsLine(line)) { focus = index }
      return []
    }
    guard let pane = users.panes.first(where: { $0.area.contains(point) }) else { return [] }
    let wasFocused = focus == pane.index
    focus = pane.index
    if let titles = pane.titles, titles.contains(point) {
      let columns = UserColumns(width: users.columnsWidth, words: words)
      if let key = columns.sortKey(at: point, in: titles) { sort(by: key) }
    } else if let row = panes[focus].window.row(atLine: point.y - pane.rows.y) {
      if wasFocused && panes[focus].window.cursor == row { return perform(.open) }
      panes[focus].window.move(to: row)
    }
    return []
  }
}
