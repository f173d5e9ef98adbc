import KithCampaigns
import KithScreen
import KithSegments
import KithStore

/// A list that fills the body: the journal, the campaigns.
struct ListArrangement: Sendable {
  let frame: Arrangement
  let titles: Rect?
  let rows: Rect

  init(_ model: Model) {
    frame = Arrangement(model.size)
    let hasTitles = frame.inner.height >= 3
    let parts = frame.inner.rows([.fixed(hasTitles ? 1 : 0), .weight(1)])
    titles = hasTitles ? parts[0] : nil
    rows = parts[1]
  }
}

extension Painter {
  mutating func drawJournal() {
    let list = ListArrangement(model)
    let table = Table([
      .init(words(.time), .fixed(16)), .init(words(.by), .fixed(min(12, list.rows.width / 6))),
      .init(words(.decision), .weight(1)), .init("", .fixed(Text.width(words(.undoneMark)))),
    ])
    drawListFrame(list, table, title: words(.journalView), total: model.journal.total)
    if model.journal.total == 0 {
      surface.put(
        words(.journalEmpty), at: list.rows.inset(columns: 1, rows: 0).origin, style: look[.dim])
    }
    guard let zone = model.data?.moment.zone else { return }
    for line in 0..<list.rows.height {
      guard let index = model.journal.window.row(atLine: line) else { break }
      let area = Rect(x: list.rows.x, y: list.rows.y + line, width: list.rows.width, height: 1)
      guard let row = model.journal.rows[index] else { continue }
      let isCursor = index == model.journal.window.cursor
      let base = isCursor ? look[.rowCursor] : look[row.isUndone || row.isAbsent ? .undone : .text]
      let time = isCursor ? base : look[.eventTime]
      surface.fill(area, style: base)
      table.drawRow(
        [
          Run(zone.clock(row.entry.at), time), Run(row.entry.by, base),
          Run(words.decision(row.entry.decision), base),
          Run(row.isUndone ? words(.undoneMark) : row.isAbsent ? words(.absentMark) : "", base),
        ], on: &surface, in: area.inset(columns: 1, rows: 0), style: base)
    }
    drawThumb(model.journal.window, beside: list.rows)
  }

  mutating func drawCampaigns() {
    let list = ListArrangement(model)
    let columns = campaignColumns(width: list.rows.width)
    let table = Table(columns.map(\.column))
    drawListFrame(
      list, table, title: words(.campaignsView), total: model.campaigns.rows?.count)
    guard let rows = model.campaigns.rows else { return }
    if rows.isEmpty {
      surface.paragraphs(
        words(.campaignsEmpty), in: list.rows.inset(columns: 1, rows: 0), style: look[.dim])
    }
    for line in 0..<list.rows.height {
      guard let index = model.campaigns.window.row(atLine: line) else { break }
      let area = Rect(x: list.rows.x, y: list.rows.y + line, width: list.rows.width, height: 1)
      let isCursor = index == model.campaigns.window.cursor
      let base = look[isCursor ? .rowCursor : .text]
      let sending = model.sending?.status
      let row = sending?.campaign == rows[index].campaign ? sending ?? rows[index] : rows[index]
      surface.fill(area, style: base)
      table.drawRow(
        columns.map { Run($0.text(row), base) }, on: &surface,
        in: area.inset(columns: 1, rows: 0), style: base)
    }
    drawThumb(model.campaigns.window, beside: list.rows)
  }

  private mutating func drawListFrame(
    _ list: ListArrangement, _ table: Table, title: String, total: Int?
  ) {
    if frame.isFramed {
      let count = total.map { " " + grouped($0) } ?? ""
      surface.pane(
        frame.body, title: [run(title + count, .paneTitleFocused)], style: look[.border],
        border: border)
    }
    if let line = list.titles {
      table.drawHeader(
        on: &surface, in: line.inset(columns: 1, rows: 0), style: look[.columnHeader])
    }
  }

  private func campaignColumns(
    width: Int
  ) -> [(column: Table.Column, text: (CampaignStatus) -> String)] {
    let words = words
    func number(_ word: Word, _ value: @escaping (CampaignStatus) -> Int) -> (
      column: Table.Column, text: (CampaignStatus) -> String
    ) {
      (.init(words(word), .fixed(max(7, Text.width(words(word)))), .right), { grouped(value($0)) })
    }
    var columns: [(column: Table.Column, text: (CampaignStatus) -> String)] = [
      (
        .init(words(.campaign), .weight(1, minimum: 8)),
        { $0.title.isEmpty ? $0.campaign : $0.title }
      ),
      (.init(words(.state), .fixed(9)), { words.state($0.state.rawValue) }),
    ]
    if width >= 38 { columns.append(number(.treated, \.treated)) }
    if width >= 48 { columns.append(number(.accepted, \.accepted)) }
    if width >= 76 {
      columns += [
        number(.refused, \.refused), number(.failedCount, \.failed), number(.unknown, \.unknown),
      ]
    }
    if width >= 90 { columns.append(number(.waiting, \.waiting)) }
    return columns
  }
}
