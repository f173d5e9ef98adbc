/// A grid of styled cells: what a view returns, and what a terminal or a test shows.
///
/// A wide character takes a lead cell and a continuation. Neither is ever alone: what overwrites one
/// half blanks the other, and what would be cut in the middle by an edge is a blank there. Drawing
/// outside the bounds does nothing. Panes draw through `inside`, in coordinates of their own.
public struct Surface: Sendable {
  /// A cell's content is a scalar, `continuation`, or above `clusterBase` an index into `clusters`.
  struct Cell: Equatable, Sendable {
    var content: UInt32
    var style: Style
  }

  static let blank: UInt32 = 0x20
  static let continuation: UInt32 = 0
  static let clusterBase: UInt32 = 0x8000_0000

  let stride: Int
  var cells: [Cell]
  var clusters: [Glyph] = []
  /// Where local coordinates begin, and the size that a pane believes to have.
  private var frame: Rect
  /// What may be written, in cells of the whole grid.
  private(set) var clip: Rect

  /// Blanks in one style.
  public init(size: Size, style: Style = .plain) {
    stride = size.width
    cells = Array(
      repeating: Cell(content: Surface.blank, style: style), count: size.width * size.height)
    frame = Rect(size: size)
    clip = frame
  }

  public var size: Size { frame.size }

  /// All of it, in its own coordinates: the origin is zero.
  public var bounds: Rect { Rect(size: frame.size) }

  /// Draws into a part: there `rect.origin` is zero, and nothing outside `rect` is touched.
  @discardableResult
  public mutating func inside<Result, Failure: Error>(
    _ rect: Rect, _ draw: (inout Surface) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let (outerFrame, outerClip) = (frame, clip)
    frame = Rect(origin: outerFrame.origin + rect.origin, size: rect.size)
    clip = outerClip.intersection(frame)
    defer { (frame, clip) = (outerFrame, outerClip) }
    return try draw(&self)
  }

  /// A point of the whole grid for a local one.
  func absolute(_ point: Point) -> Point { frame.origin + point }

  /// A rectangle of the whole grid for a local one, without what lies outside.
  func absolute(_ rect: Rect) -> Rect {
    Rect(origin: absolute(rect.origin), size: rect.size).intersection(clip)
  }
}

extension Surface {
  /// Covers a part with one character of one cell.
  public mutating func fill(_ rect: Rect, with character: Character = " ", style: Style = .plain) {
    let content = character.glyphs.first.flatMap { $0.width == 1 ? $0.scalar : nil }
    let area = absolute(rect)
    guard !area.isEmpty else { return }
    for row in area.y..<area.bottom {
      for column in area.x..<area.right {
        set(content ?? Surface.blank, width: 1, column, row, style)
      }
    }
  }

  /// Changes the style of every cell of a part, and leaves its text.
  public mutating func restyle(_ rect: Rect, _ change: (inout Style) -> Void) {
    let area = absolute(rect)
    guard !area.isEmpty else { return }
    for row in area.y..<area.bottom {
      for index in row * stride + area.x..<row * stride + area.right { change(&cells[index].style) }
    }
  }

  /// Writes one lead cell and its continuation at a place of the whole grid that may be written.
  mutating func set(_ content: UInt32, width: Int, _ column: Int, _ row: Int, _ style: Style) {
    let first = row * stride + column
    if cells[first].content == Surface.continuation {
      cells[first - 1].content = Surface.blank
    }
    let next = first + width
    if column + width < stride && cells[next].content == Surface.continuation {
      cells[next].content = Surface.blank
    }
    cells[first] = Cell(content: content, style: style)
    if width == 2 { cells[first + 1] = Cell(content: Surface.continuation, style: style) }
  }
}
