/// A key and what it does, for the footer.
public struct Hint: Hashable, Sendable {
  public var key: String
  public var label: String

  public init(_ key: String, _ label: String) {
    self.key = key
    self.label = label
  }
}

extension Surface {
  /// Draws a frame with a title at its left and another at its right, and returns what is inside.
  ///
  /// Where both do not fit, the left one is served first. With no room for a frame (under two columns
  /// or rows) nothing is drawn and the whole is inside.
  @discardableResult
  public mutating func pane(
    _ rect: Rect, title: [Run] = [], trailing: [Run] = [], style: Style = .plain,
    border: Border = .light
  ) -> Rect {
    guard rect.width > 1 && rect.height > 1 else { return rect }
    frame(rect, style: style, border: border)
    let room = rect.width - 4
    let used = putTitle(title, at: rect.x + 1, rect.y, room: room, style)
    let wanted = trailing.reduce(0) { $0 + Text.width($1.text) }
    let left = room - (used > 0 ? used + 3 : 0)
    if wanted > 0 && wanted <= left {
      putTitle(trailing, at: rect.right - wanted - 3, rect.y, room: wanted, style)
    }
    return rect.inset()
  }

  @discardableResult
  private mutating func putTitle(
    _ runs: [Run], at x: Int, _ y: Int, room: Int, _ style: Style
  ) -> Int {
    guard room > 0 && runs.contains(where: { !$0.text.isEmpty }) else { return 0 }
    put(" ", at: Point(x: x, y: y), style: style)
    let used = put(runs, at: Point(x: x + 1, y: y), width: room)
    put(" ", at: Point(x: x + 1 + used, y: y), style: style)
    return used
  }

  /// Draws as many hints as fit whole, in their order.
  public mutating func hints(
    _ hints: [Hint], in line: Rect, keyStyle: Style, labelStyle: Style
  ) {
    fill(line, style: labelStyle)
    var left = line.x
    for hint in hints {
      let width = Text.width(hint.key) + 1 + Text.width(hint.label)
      if left + width > line.right { break }
      left += put(hint.key, at: Point(x: left, y: line.y), style: keyStyle)
      left += 1
      left += put(hint.label, at: Point(x: left, y: line.y), style: labelStyle)
      left += 2
    }
  }

  /// Clears a box of at most `size` in the middle, frames it, and returns what is inside.
  public mutating func box(
    _ size: Size, title: [Run] = [], style: Style = .plain, frameStyle: Style? = nil,
    border: Border = .light
  ) -> Rect {
    let rect = bounds.centred(size)
    fill(rect, style: style)
    return pane(rect, title: title, style: frameStyle ?? style, border: border)
  }

  /// Draws wrapped text from the top of a rectangle, the last line cut with `…` where more follows;
  /// returns how many rows it took.
  @discardableResult
  public mutating func paragraphs(_ text: String, in rect: Rect, style: Style = .plain) -> Int {
    guard !rect.isEmpty else { return 0 }
    let lines = Text.wrap(text, to: rect.width)
    for (row, line) in lines.prefix(rect.height).enumerated() {
      let isCut = row == rect.height - 1 && lines.count > rect.height
      put(
        isCut ? Text.fit(line + " …", to: rect.width) : line,
        at: Point(x: rect.x, y: rect.y + row), style: style)
    }
    return min(lines.count, rect.height)
  }
}
