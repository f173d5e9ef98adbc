/// What frames and lines are drawn with.
public enum Border: Sendable {
  case light
  /// For terminals with few glyphs: `+`, `-` and `|`.
  case ascii

  /// The character for lines that leave a cell upwards (1), right (2), down (4) and left (8).
  fileprivate func scalar(_ arms: Int) -> UInt32 {
    self == .light ? lightPieces[arms] : asciiPieces[arms]
  }

  fileprivate func arms(of scalar: UInt32) -> Int {
    switch (self, scalar) {
    case (.light, 0x2500...0x257F): lightPieces.firstIndex(of: scalar) ?? 0
    case (.ascii, 0x2B): 15
    case (.ascii, 0x2D): 10
    case (.ascii, 0x7C): 5
    default: 0
    }
  }
}

private let lightPieces = " ╵╶└╷│┌├╴┘─┴┐┤┬┼".unicodeScalars.map(\.value)
private let asciiPieces = " |-+||++-+-+++++".unicodeScalars.map(\.value)

extension Surface {
  /// Draws the four sides of a rectangle; where it meets a line that is there, they are joined.
  ///
  /// Nothing is drawn under two columns or rows.
  public mutating func frame(_ rect: Rect, style: Style = .plain, border: Border = .light) {
    guard rect.width > 1 && rect.height > 1 else { return }
    let opposite = Point(x: rect.right - 1, y: rect.bottom - 1)
    for y in [rect.y, opposite.y] {
      line(.horizontal, from: Point(x: rect.x, y: y), rect.width, style, border, isSide: true)
    }
    for x in [rect.x, opposite.x] {
      line(.vertical, from: Point(x: x, y: rect.y), rect.height, style, border, isSide: true)
    }
  }

  /// Draws a line of `length` cells to the right, joined with the lines that it meets.
  public mutating func horizontal(
    from start: Point, length: Int, style: Style = .plain, border: Border = .light
  ) {
    line(.horizontal, from: start, length, style, border, isSide: false)
  }

  /// Draws a line of `length` cells down, joined with the lines that it meets.
  public mutating func vertical(
    from start: Point, length: Int, style: Style = .plain, border: Border = .light
  ) {
    line(.vertical, from: start, length, style, border, isSide: false)
  }

  private enum Direction {
    case horizontal, vertical
  }

  /// A side of a frame ends in a corner; a line of its own ends there only where it meets another.
  private mutating func line(
    _ direction: Direction, from start: Point, _ length: Int, _ style: Style, _ border: Border,
    isSide: Bool
  ) {
    let (back, ahead) = direction == .horizontal ? (8, 2) : (1, 4)
    for step in 0..<max(0, length) {
      let place = absolute(
        direction == .horizontal
          ? Point(x: start.x + step, y: start.y) : Point(x: start.x, y: start.y + step))
      guard clip.contains(place) else { continue }
      let there = border.arms(of: cells[place.y * stride + place.x].content)
      var arms = (step > 0 ? back : 0) | (step < length - 1 ? ahead : 0)
      if !isSide && there == 0 { arms = back | ahead }
      set(border.scalar(there | arms), width: 1, place.x, place.y, style)
    }
  }
}
