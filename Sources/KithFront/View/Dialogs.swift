import KithScreen
import KithSegments
import KithStore

/// The lines of the help pane and where they stand.
struct HelpArrangement {
  let lines: [(keys: String, action: Action)]
  let area: Rect

  init(_ model: Model, context: Context) {
    area = Arrangement(model.size).inner
    lines = Action.all.filter { $0.contexts.contains(context) }.map { action in
      let keys = model.keys.keys(of: action.id, in: context).map(\.description)
      return (keys.joined(separator: " "), action)
    }
  }

  var scrollMax: Int { max(0, lines.count - area.height) }
}

extension Painter {
  /// What lies over the view.
  mutating func drawDialog() {
    switch model.mode {
    case .confirm(let confirm): drawConfirm(confirm)
    case .sorting(let cursor): drawSorting(cursor)
    case .help(let context, let scroll, _): drawHelp(context, scroll)
    case .reminder(let reminder): drawReminder(reminder)
    case .why(let why): drawWhy(why)
    case .prompt(let prompt):
      if let reminder = prompt.beneath { drawReminder(reminder, isBeneath: true) }
    case .keys, .filter, .command: break
    }
  }

  /// A box of at most `size` over the body, with room for a frame; returns what is inside.
  mutating func dialog(_ size: Size, title: String) -> Rect {
    let room = frame.body
    guard frame.isFramed else {
      surface.fill(room, style: look[.dialog])
      return room
    }
    let isNarrow = size.width + 8 > room.width
    let rect = room.centred(
      Size(width: isNarrow ? room.width : size.width + 4, height: size.height + 2))
    surface.fill(rect, style: look[.dialog])
    let inside = surface.pane(
      rect, title: [run(title, .dialogTitle)], style: look[.dialogBorder], border: border)
    return inside.inset(columns: 1, rows: 0)
  }

  private mutating func drawConfirm(_ confirm: Confirm) {
    let width = max(1, min(60, model.size.width - 6))
    let lines = Text.wrap(confirm.text, to: width)
    let keys = "y \(words(.yes))   n \(words(.no))"
    let widest = (lines + [keys]).map { Text.width($0) }.max() ?? 0
    let area = dialog(
      Size(width: widest, height: lines.count + 2), title: words(.confirmTitle))
    for (index, line) in lines.prefix(area.height).enumerated() {
      surface.put(line, at: Point(x: area.x, y: area.y + index), style: look[.dialog])
    }
    surface.put(keys, at: Point(x: area.x, y: area.bottom - 1), style: look[.dialogTitle])
  }

  private mutating func drawSorting(_ cursor: Int) {
    let names: [Sort.Key: String] = [
      .last: words(.last), .days30d: words(.days), .value: words(.value),
      .events: words(.events), .first: words(.since, "").trimmed, .user: words(.user),
    ]
    let keys = model.sortKeys
    let hint = words(.sortTwice)
    let area = dialog(
      Size(width: max(24, Text.width(hint)), height: keys.count + 2), title: words(.sortTitle))
    var window = ListWindow()
    window.fit(count: keys.count, height: max(1, area.height - (area.height > keys.count ? 2 : 0)))
    window.move(to: cursor)
    for (line, index) in window.visible.enumerated() {
      let isSorted = keys[index] == model.focused.sort.key
      let arrow = model.focused.sort.descending ? "v" : "^"
      let shown = look.isASCII ? arrow : (arrow == "v" ? "↓" : "↑")
      let text = (isSorted ? shown : " ") + " " + (names[keys[index]] ?? "")
      surface.put(
        text, at: Point(x: area.x, y: area.y + line),
        style: look[index == cursor ? .completionCurrent : .dialog], width: area.width)
    }
    if area.height > keys.count {
      surface.put(
        Text.fit(hint, to: area.width), at: Point(x: area.x, y: area.bottom - 1),
        style: look[.dialog])
    }
  }

  private mutating func drawHelp(_ context: Context, _ scroll: Int) {
    let help = HelpArrangement(model, context: context)
    surface.fill(frame.body, style: look[.dialog])
    if frame.isFramed {
      surface.pane(
        frame.body, title: [run(words(.helpTitle), .dialogTitle)], style: look[.dialogBorder],
        border: border)
    }
    let widest = help.lines.map { Text.width($0.keys) }.max() ?? 0
    let keysWidth = min(widest, help.area.width / 3)
    for line in 0..<help.area.height {
      let index = line + min(scroll, help.scrollMax)
      guard help.lines.indices.contains(index) else { break }
      let (keys, action) = help.lines[index]
      let y = help.area.y + line
      surface.put(
        keys, at: Point(x: help.area.x + 1, y: y), style: look[.footerKey], width: keysWidth)
      var runs = [run(words(action.help), .dialog)]
      if let reason = model.whyNot(action.id) { runs.append(run("  (\(reason))", .footerDisabled)) }
      surface.put(
        runs, at: Point(x: help.area.x + keysWidth + 3, y: y),
        width: max(0, help.area.width - keysWidth - 4))
    }
    drawThumb(lines: help.lines.count, scroll: scroll, beside: help.area)
  }
}
