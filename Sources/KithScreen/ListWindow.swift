/// Which rows of a long list are on the screen, and which of them the cursor is on.
///
/// All of it is arithmetic on numbers of rows: a list of a million rows costs what one of ten does.
public struct ListWindow: Hashable, Sendable {
  /// The row under the cursor, 0 where there is none.
  public private(set) var cursor = 0
  /// The first row that is shown.
  public private(set) var first = 0
  public private(set) var count = 0
  public private(set) var height = 0

  public init() {}

  /// The rows that are shown.
  public var visible: Range<Int> { first..<min(count, first + height) }

  /// Takes a new length of the list or height of the screen; the cursor stays on its row where there
  /// still is one, and the window moves as little as it can.
  public mutating func fit(count: Int, height: Int) {
    self.count = max(0, count)
    self.height = max(0, height)
    settle()
  }

  /// Puts the cursor on a row; the window follows.
  public mutating func move(to row: Int) {
    cursor = row
    settle()
  }

  /// Moves the cursor; beyond the ends it stops there.
  public mutating func move(by rows: Int) {
    move(to: saturating(cursor, rows))
  }

  /// A page down (1) or up (-1), with one row of the last page left in sight.
  public mutating func page(_ direction: Int) {
    let rows = max(1, height - 1) * direction
    first = saturating(first, rows)
    move(by: rows)
  }

  /// Half a page down (1) or up (-1).
  public mutating func halfPage(_ direction: Int) {
    move(by: max(1, height / 2) * direction)
  }

  /// Moves the window, as a wheel does; the cursor comes along only where it would leave it.
  public mutating func scroll(by rows: Int) {
    first = max(0, min(saturating(first, rows), count - height))
    cursor = max(first, min(cursor, first + height - 1))
    settle()
  }

  /// The row at a line of the window, or nil below the last one.
  public func row(atLine line: Int) -> Int? {
    let row = first + line
    return line >= 0 && visible.contains(row) ? row : nil
  }

  /// The part of a scroll bar of `length` cells that stands for the window; nil where all is shown.
  public func thumb(length: Int) -> Range<Int>? {
    guard count > height && height > 0 && length > 0 else { return nil }
    let size = max(1, length * height / count)
    let start = (length - size) * first / (count - height)
    return start..<start + size
  }

  private mutating func settle() {
    cursor = max(0, min(cursor, count - 1))
    first = min(first, cursor)
    first = max(first, cursor - max(1, height) + 1)
    first = max(0, min(first, count - height))
  }

  private func saturating(_ row: Int, _ step: Int) -> Int {
    let (sum, overflow) = row.addingReportingOverflow(step)
    return overflow ? (step < 0 ? 0 : count) : sum
  }
}
