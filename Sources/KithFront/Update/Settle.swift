import KithScreen
import KithSegments

extension Model {
  /// Fits every list to the screen, and asks for the rows that have come into sight.
  mutating func settle() -> [Effect] {
    guard let data else { return [] }
    var effects: [Effect] = []
    let users = UsersArrangement(self)
    focus = min(focus, panes.count - 1)
    for index in panes.indices {
      effects += settle(pane: index, height: users.height, epoch: data.epoch)
    }
    if page != nil {
      effects += settlePage(epoch: data.epoch)
    } else if view == .users && users.preview != nil {
      effects += settleSummary(epoch: data.epoch)
    } else if view == .journal {
      effects += settleJournal()
    } else if view == .campaigns {
      let height = ListArrangement(self).rows.height
      campaigns.window.fit(count: campaigns.rows?.count ?? 0, height: height)
    }
    return effects
  }

  private mutating func settle(pane index: Int, height: Int, epoch: Int) -> [Effect] {
    if let total = panes[index].total {
      panes[index].window.fit(count: total, height: height)
    }
    let window = panes[index].window
    let visible = window.first..<window.first + max(1, height)
    guard let range = panes[index].rows.request(for: visible, total: panes[index].total) else {
      return []
    }
    panes[index].ticket = nextTicket()
    return [
      .page(
        PageRequest(
          stage: panes[index].stage, filter: filter, sort: panes[index].sort,
          offset: range.lowerBound, limit: range.count, ticket: panes[index].ticket, epoch: epoch))
    ]
  }

  private mutating func settleSummary(epoch: Int) -> [Effect] {
    guard let user = focused.current?.id, user != wantedSummary else { return [] }
    wantedSummary = user
    return [.preview(user: user, epoch: epoch)]
  }

  private mutating func settlePage(epoch: Int) -> [Effect] {
    guard let page, page.details != nil else { return [] }
    let arrangement = UserArrangement(self)
    self.page?.scroll = max(0, min(page.scroll, arrangement.scrollMax))
    let visible = arrangement.visibleEvents(scroll: self.page?.scroll ?? 0)
    guard
      let range = self.page?.timeline.request(for: visible, total: arrangement.eventCount)
    else { return [] }
    return [.timeline(user: page.id, offset: range.lowerBound, limit: range.count, epoch: epoch)]
  }

  private mutating func settleJournal() -> [Effect] {
    let height = ListArrangement(self).rows.height
    if let total = journal.total { journal.window.fit(count: total, height: height) }
    let visible = journal.window.first..<journal.window.first + max(1, height)
    guard let range = journal.rows.request(for: visible, total: journal.total) else { return [] }
    journal.ticket = nextTicket()
    return [.journal(offset: range.lowerBound, limit: range.count, ticket: journal.ticket)]
  }
}
