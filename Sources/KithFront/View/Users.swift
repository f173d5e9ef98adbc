import KithAnalysis
import KithScreen
import KithSegments
import KithSystem

extension Painter {
  mutating func drawUsers() {
    let users = UsersArrangement(model)
    if frame.isFramed { surface.frame(frame.body, style: look[.border], border: border) }
    if let line = users.parting {
      surface.horizontal(
        from: Point(x: frame.body.x, y: line.y), length: frame.body.width, style: look[.border],
        border: border)
    }
    // Panes side by side may differ by a cell; their columns do not.
    let columns = UserColumns(width: users.columnsWidth, words: words)
    for pane in users.panes { drawPane(pane, columns, isAlone: users.paneTabs != nil) }
    if let line = users.paneTabs { drawPaneTabs(line) }
    if let preview = users.preview { drawSummary(preview) }
  }

  private mutating func drawPane(
    _ place: UsersArrangement.Pane, _ columns: UserColumns, isAlone: Bool
  ) {
    let pane = model.panes[place.index]
    let isFocused = place.index == model.focus
    if !isAlone {
      if place.area.right < frame.body.right - 1 {
        surface.vertical(
          from: Point(x: place.area.right, y: frame.body.y), length: place.area.height + 2,
          style: look[.border], border: border)
      }
      let room = place.area.width - 2
      let name = paneTitle(pane, isFocused: isFocused)
      let trend = paneTrend(pane)
      let isFitting = name.width + trend.width <= room
      let blank = [Run(" ", look[.border])]
      surface.put(
        blank + (isFitting ? name + trend : name) + blank,
        at: Point(x: place.area.x, y: frame.body.y), width: place.area.width)
    }
    if let line = place.titles {
      let sorted = columns.kinds.firstIndex { $0.sortKey == pane.sort.key }
      let mark =
        look.isASCII ? (pane.sort.descending ? "v" : "^") : (pane.sort.descending ? "↓" : "↑")
      columns.table.drawHeader(
        on: &surface, in: UserColumns.tableArea(line), style: look[.columnHeader],
        sorted: sorted.map { ($0, mark) })
    }
    guard pane.total != 0 else { return drawNobody(place.rows) }
    for line in 0..<place.rows.height {
      guard let row = pane.window.row(atLine: line) else { break }
      let area = Rect(x: place.rows.x, y: place.rows.y + line, width: place.rows.width, height: 1)
      drawUser(pane, row, columns, in: area, isCursor: isFocused && row == pane.window.cursor)
    }
    drawThumb(pane.window, beside: place.rows)
  }

  private mutating func drawNobody(_ area: Rect) {
    let isEmptyStore = model.data?.totals.users == 0
    let isPast = model.data?.asOf != nil
    let text =
      isEmptyStore
      ? words(isPast ? .nobodyYet : .noData) + "\n"
        + words(isPast ? .nobodyYetRemedy : .noDataRemedy)
      : words(model.filter.isEmpty ? .nobody : .noMatch)
    surface.paragraphs(
      text, in: area.inset(columns: min(2, area.width / 4), rows: area.height > 4 ? 1 : 0),
      style: look[.dim])
  }

  private mutating func drawUser(
    _ pane: UserPane, _ row: Int, _ columns: UserColumns, in area: Rect, isCursor: Bool
  ) {
    guard let user = pane.rows[row] else {
      surface.put(
        look.isASCII ? "." : "·", at: Point(x: area.x + 1, y: area.y), style: look[.placeholder])
      return
    }
    let now = model.data?.moment.instant ?? model.now
    let isMarked = model.marks.contains(user.id, stage: pane.stage) || isInRange(row, pane)
    let base = isCursor ? look[.rowCursor] : look[isMarked ? .rowMarked : .text]
    func style(_ slot: Slot) -> Style { isCursor ? base : look[slot] }
    surface.fill(area, style: base)
    if isMarked {
      surface.put(look.isASCII ? "*" : "●", at: Point(x: area.x, y: area.y), style: style(.mark))
    }
    if user.isLate(at: now) && area.width > 2 {
      surface.put("!", at: Point(x: area.x + 1, y: area.y), style: style(.late))
    }
    let table = UserColumns.tableArea(area)
    let cells = zip(columns.kinds, columns.table.fields(in: table)).map { kind, field in
      cell(kind, of: user, at: now, width: field.width, base: base, style: style)
    }
    columns.table.drawRow(cells, on: &surface, in: table, style: base)
    if let owner = user.owner { drawOwner(owner, of: user, columns, in: table, style(.owner)) }
  }

  /// Where there is no column for owners, they stand behind the user's id.
  private mutating func drawOwner(
    _ owner: String, of user: UserRow, _ columns: UserColumns, in line: Rect, _ style: Style
  ) {
    guard !columns.kinds.contains(.owner), let column = columns.kinds.firstIndex(of: .user) else {
      return
    }
    let field = columns.table.fields(in: line)[column]
    let used = Text.width(user.id) + 1
    guard used + 3 <= field.width else { return }
    surface.put(
      Text.fit("@" + owner, to: field.width - used), at: Point(x: field.x + used, y: field.y),
      style: style)
  }

  private func cell(
    _ kind: UserColumns.Kind, of user: UserRow, at now: Instant, width: Int, base: Style,
    style: (Slot) -> Style
  ) -> Run {
    switch kind {
    case .last: Run(words.age(user.last, at: now), base)
    case .days: Run(String(user.days30d), base)
    case .value: Run(amount(user.value, cells: width), base)
    case .user: Run(user.id, base)
    case .band: Run(user.band.map { words.band($0) } ?? "", style(.band))
    case .owner: Run(user.owner.map { "@" + $0 } ?? "", style(.owner))
    case .tags: Run(user.tags.joined(separator: " "), style(.tag))
    case .source: Run(user.source ?? "", style(.dim))
    case .first: Run(model.data.map { "\($0.moment.zone.day(of: user.first))" } ?? "", style(.dim))
    case .events: Run(grouped(user.events), style(.dim))
    }
  }

  private func isInRange(_ row: Int, _ pane: UserPane) -> Bool {
    guard let start = model.rangeStart, pane.stage == model.focused.stage else { return false }
    return (min(start, pane.window.cursor)...max(start, pane.window.cursor)).contains(row)
  }

  /// The part of the list that is in sight, on the frame's right line.
  mutating func drawThumb(_ window: ListWindow, beside area: Rect) {
    guard frame.isFramed, area.right < model.size.width else { return }
    for line in window.thumb(length: area.height) ?? 0..<0 {
      surface.put(
        look.isASCII ? "#" : "┃", at: Point(x: area.right, y: area.y + line),
        style: look[.borderFocused])
    }
  }

  /// The same of lines that scroll without a cursor.
  mutating func drawThumb(lines: Int, scroll: Int, beside area: Rect) {
    var window = ListWindow()
    window.fit(count: lines, height: area.height)
    window.scroll(by: scroll)
    drawThumb(window, beside: area)
  }

  /// `Core 1,204`; under a filter `Core 3 / 1,204`.
  func paneTitle(_ pane: UserPane, isFocused: Bool) -> [Run] {
    let title = look[isFocused ? .paneTitleFocused : .paneTitle]
    return [Run("\(words.stage(pane.stage)) \(model.countText(pane))", title)]
  }

  /// `  ▂▂▃▃▃ +0.4%`: eight weeks, and the change over the last.
  func paneTrend(_ pane: UserPane) -> [Run] {
    let weeks = model.trend(pane.stage)?.weeks.suffix(8) ?? []
    guard weeks.count > 1, weeks.contains(where: { $0 > 0 }) else { return [] }
    let levels: Levels = look.isASCII ? .asciiBars : .bars
    let line = Chart.sparkline(weeks.map(Double.init), levels: levels)
    var runs = [Run("  ", look[.border]), run(line, .sparkline)]
    if let now = weeks.last, let before = weeks.dropLast().last,
      let change = change(from: before, to: now)
    {
      runs.append(run(" " + change, now < before ? .fall : .rise))
    }
    return runs
  }

  private mutating func drawPaneTabs(_ line: Rect) {
    let area = model.paneTabsLine(line)
    let tabs = model.paneTabs
    var end = area.x
    for (index, field) in tabs.fields(in: area).enumerated() where !field.isEmpty {
      let isFocused = index == model.focus
      let style = look[isFocused ? .tabCurrent : .paneTitle]
      surface.fill(field, style: style)
      let text = Text.fit(tabs.titles[index], to: max(0, field.width - 1))
      surface.put(text, at: Point(x: field.x + 1, y: field.y), style: style)
      end = field.right
    }
    let trend = paneTrend(model.focused)
    let width = trend.width + 1
    if !trend.isEmpty && end + width < area.right {
      surface.put(
        trend.dropFirst() + [Run(" ", look[.border])],
        at: Point(x: area.right - width + 1, y: line.y))
    }
  }
}

extension [Run] {
  /// Cells of all of them.
  var width: Int { reduce(0) { $0 + Text.width($1.text) } }
}

extension Model {
  func countText(_ pane: UserPane) -> String {
    let stage = stageCount(pane.stage)
    if filter.isEmpty { return (stage ?? pane.total).map(grouped) ?? "…" }
    let matching = pane.total.map(grouped) ?? "…"
    return stage.map { "\(matching) / \(grouped($0))" } ?? matching
  }

  /// The panes as tabs, where one shows at a time.
  var paneTabs: Tabs {
    Tabs(panes.map { "\(words.stage($0.stage)) \(countText($0))" }, selected: focus)
  }

  /// Where they stand on the frame's upper line.
  func paneTabsLine(_ line: Rect) -> Rect {
    Arrangement(size).isFramed ? line.inset(columns: 1, rows: 0) : line
  }
}
