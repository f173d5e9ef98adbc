import KithScreen

/// Where everything stands at a size: read by the view that draws and by the update that scrolls and
/// hears the mouse.
struct Arrangement: Sendable {
  var header: Rect?
  var tabs: Rect?
  /// What the view fills.
  var body: Rect
  /// Filter, prompt or flash.
  var line: Rect
  var footer: Rect?

  init(_ size: Size) {
    var lengths: [Length] = []
    let hasHeader = size.height >= 9
    let hasTabs = size.height >= 11
    let hasFooter = size.height >= 5
    if hasHeader { lengths.append(.fixed(1)) }
    if hasTabs { lengths.append(.fixed(1)) }
    lengths.append(.weight(1))
    lengths.append(.fixed(size.height >= 2 ? 1 : 0))
    if hasFooter { lengths.append(.fixed(1)) }
    var parts = Rect(size: size).rows(lengths)[...]
    header = hasHeader ? parts.removeFirst() : nil
    tabs = hasTabs ? parts.removeFirst() : nil
    body = parts.removeFirst()
    line = parts.removeFirst()
    footer = hasFooter ? parts.removeFirst() : nil
  }

  /// Whether there is room for frames.
  var isFramed: Bool { body.width >= 30 && body.height >= 6 }

  /// What is inside the body's frame.
  var inner: Rect { isFramed ? body.inset() : body }

  /// The body's upper part with the list, and the lower one with what is under the cursor, parted by
  /// a line.
  func halves(preview: Int) -> (list: Rect, line: Rect?, preview: Rect?) {
    guard preview > 0 && isFramed else { return (inner, nil, nil) }
    let parts = inner.rows([.weight(1), .fixed(1), .fixed(preview)])
    return (parts[0], parts[1], parts[2])
  }

  var previewHeight: Int {
    switch body.height {
    case ..<14: 0
    case ..<20: 3
    case ..<26: 5
    case ..<40: 8
    default: 12
    }
  }
}

/// The three panes, or one of them.
struct UsersArrangement: Sendable {
  struct Pane: Sendable {
    var index: Int
    var area: Rect
    /// The column titles; nil where there is no room for them.
    var titles: Rect?
    var rows: Rect
  }
  var frame: Arrangement
  var panes: [Pane]
  /// The line between list and preview, and the preview; nil where there is no room.
  var parting: Rect?
  var preview: Rect?
  /// The line with the panes' titles where one pane shows at a time.
  var paneTabs: Rect?

  init(_ model: Model) {
    frame = Arrangement(model.size)
    let (list, line, preview) = frame.halves(preview: frame.previewHeight)
    parting = line
    self.preview = preview
    let isWide = model.size.width >= 100 && !model.isZoomed && frame.isFramed
    var area = list
    if !isWide {
      let titles = Rect(x: frame.body.x, y: frame.body.y, width: frame.body.width, height: 1)
      paneTabs = titles.isEmpty ? nil : titles
      if !frame.isFramed {
        area = Rect(x: list.x, y: list.y + 1, width: list.width, height: list.height - 1)
      }
    }
    let shown = isWide ? Array(model.panes.indices) : [model.focus]
    let areas = area.columns(shown.map { _ in .weight(1) }, gap: 1)
    panes = zip(shown, areas).map { index, area in
      let hasTitles = area.height >= 3
      let parts = area.rows([.fixed(hasTitles ? 1 : 0), .weight(1)])
      return Pane(
        index: index, area: area, titles: hasTitles ? parts[0] : nil, rows: parts[1])
    }
  }

  /// What the narrowest of the panes has for its columns.
  var columnsWidth: Int { panes.map(\.area.width).min() ?? 0 }

  /// Rows in sight in each pane.
  var height: Int { panes.first?.rows.height ?? 0 }
}
