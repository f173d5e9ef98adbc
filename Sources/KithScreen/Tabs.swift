/// A line of titles of which one is chosen, and where each of them stands.
public struct Tabs: Hashable, Sendable {
  public var titles: [String]
  public var selected: Int

  public init(_ titles: [String], selected: Int) {
    self.titles = titles
    self.selected = selected
  }

  /// Each title with a blank at both sides, from the left; where they do not fit, the line starts
  /// later, so that the chosen one is seen whole if it can be.
  public func fields(in line: Rect) -> [Rect] {
    let widths = titles.map { Text.width($0) + 2 }
    var start = 0
    if titles.indices.contains(selected) {
      let end = widths[...selected].reduce(0, +)
      start = min(max(0, end - line.width), end - widths[selected])
    }
    var left = line.x - start
    return widths.map { width in
      defer { left += width }
      return Rect(x: left, y: line.y, width: width, height: 1).intersection(line)
    }
  }

  /// The title under a point, for the mouse.
  public func index(at point: Point, in line: Rect) -> Int? {
    fields(in: line).firstIndex { $0.contains(point) }
  }

  /// Draws the titles that fit; the selected one is always among them.
  public func draw(
    on surface: inout Surface, in line: Rect, style: Style = .plain, selectedStyle: Style
  ) {
    surface.fill(line, style: style)
    for (index, field) in fields(in: line).enumerated() where !field.isEmpty {
      let shown = index == selected ? selectedStyle : style
      surface.fill(field, style: shown)
      let text = Text.fit(titles[index], to: max(0, field.width - 1))
      surface.put(text, at: Point(x: field.x + 1, y: field.y), style: shown)
    }
  }
}
