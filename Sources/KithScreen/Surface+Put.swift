/// A text in one style, part of a line.
public struct Run: Hashable, Sendable {
  public var text: String
  public var style: Style

  public init(_ text: String, _ style: Style = .plain) {
    self.text = text
    self.style = style
  }
}

extension Surface {
  /// Draws a text from a point to the right; returns how many cells it takes, as far as the edge.
  ///
  /// What lies beyond the edge is not looked at.
  @discardableResult
  public mutating func put(
    _ text: some StringProtocol, at point: Point, style: Style = .plain
  ) -> Int {
    let start = absolute(point)
    guard start.y >= clip.y && start.y < clip.bottom else { return Text.width(text) }
    if let count = putASCII(text, at: start, style) { return count }
    var column = start.x
    for character in text {
      if column >= clip.right { break }
      column += put(character, column, start.y, style)
    }
    return column - start.x
  }

  /// Draws a text into a field of `width` cells: cut with `…` or filled with blanks.
  public mutating func put(
    _ text: String, at point: Point, style: Style = .plain, width: Int,
    alignment: Alignment = .left
  ) {
    put(Text.pad(text, to: width, alignment), at: point, style: style)
  }

  /// Draws runs one after the other, in at most `width` cells, the last of them cut with `…`; returns
  /// how many cells they take.
  @discardableResult
  public mutating func put(_ runs: [Run], at point: Point, width: Int = .max) -> Int {
    var used = 0
    for run in runs {
      let place = Point(x: point.x + used, y: point.y)
      let fitted = width == .max ? run.text : Text.fit(run.text, to: width - used)
      used += put(fitted, at: place, style: run.style)
      if fitted.utf8.count != run.text.utf8.count { break }
    }
    return used
  }

  private mutating func putASCII(
    _ text: some StringProtocol, at start: Point, _ style: Style
  ) -> Int? {
    guard let count = Text.asciiCount(text) else { return nil }
    let from = max(start.x, clip.x)
    let to = min(start.x + count, clip.right)
    guard from < to else { return count }
    text.utf8.withContiguousStorageIfAvailable { bytes in
      for column in from..<to {
        set(UInt32(bytes[column - start.x]), width: 1, column, start.y, style)
      }
    }
    return count
  }

  /// Draws one grapheme cluster at a place of the whole grid; returns its cells.
  private mutating func put(
    _ character: Character, _ column: Int, _ row: Int, _ style: Style
  ) -> Int {
    let simple = character.simple
    let width = simple?.width ?? character.cellCount
    guard column >= clip.x && column + width <= clip.right else {
      // Half of it would show: blanks where it may be written.
      for half in max(column, clip.x)..<max(column, clip.x, min(column + width, clip.right)) {
        set(Surface.blank, width: 1, half, row, style)
      }
      return width
    }
    if let simple {
      set(simple.scalar, width: width, column, row, style)
      return width
    }
    var column = column
    for glyph in character.glyphs {
      set(content(of: glyph), width: glyph.width, column, row, style)
      column += glyph.width
    }
    return width
  }

  private mutating func content(of glyph: Glyph) -> UInt32 {
    if glyph.marks.isEmpty { return glyph.scalar }
    clusters.append(glyph)
    return Surface.clusterBase + UInt32(clusters.count - 1)
  }
}
