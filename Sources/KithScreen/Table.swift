/// Columns of a list: how they share a line, and how a row is drawn.
///
/// The table draws one row at a time from what the caller hands it, so that only visible rows are
/// ever made.
public struct Table: Hashable, Sendable {
  public struct Column: Hashable, Sendable {
    public var title: String
    public var length: Length
    public var alignment: Alignment

    public init(_ title: String, _ length: Length, _ alignment: Alignment = .left) {
      self.title = title
      self.length = length
      self.alignment = alignment
    }
  }

  public var columns: [Column]
  /// Blank cells between two columns.
  public var gap: Int

  public init(_ columns: [Column], gap: Int = 1) {
    self.columns = columns
    self.gap = gap
  }

  /// The columns' places in a line; a column that has no room is empty.
  public func fields(in line: Rect) -> [Rect] {
    line.columns(columns.map(\.length), gap: gap)
  }

  /// The column under a point of the header's line, for the mouse.
  public func column(at point: Point, in line: Rect) -> Int? {
    fields(in: line).firstIndex { $0.contains(point) }
  }

  /// Draws the titles; `mark` (an arrow) is put behind the title of the column that sorts.
  public func drawHeader(
    on surface: inout Surface, in line: Rect, style: Style = .plain,
    sorted: (column: Int, mark: String)? = nil
  ) {
    let titles = columns.indices.map { index in
      columns[index].title + (sorted?.column == index ? sorted?.mark ?? "" : "")
    }
    drawRow(titles.map { Run($0, style) }, on: &surface, in: line, style: style)
  }

  /// Draws a row: one run for each column, in `style` where a cell is blank.
  public func drawRow(
    _ cells: [Run], on surface: inout Surface, in line: Rect, style: Style = .plain
  ) {
    surface.fill(line, style: style)
    for (index, (cell, field)) in zip(cells, fields(in: line)).enumerated() where field.width > 0 {
      surface.put(
        cell.text, at: field.origin, style: cell.style, width: field.width,
        alignment: columns[index].alignment)
    }
  }
}
