/// The part of a long list that is at hand: one run of rows around those on the screen.
///
/// Scrolling asks for the next part before the end of this one is reached, so that a list of a
/// million rows never stands still and is never held whole.
struct Cached<Row: Sendable>: Sendable {
  private(set) var offset = 0
  private(set) var rows: [Row] = []
  /// What was asked for and has not come.
  private(set) var pending: Range<Int>?
  /// Whether the rows answer an earlier question; they stay in sight until the new ones come.
  private(set) var isStale = true

  static var chunk: Int { 256 }

  subscript(index: Int) -> Row? {
    index >= offset && index - offset < rows.count ? rows[index - offset] : nil
  }

  /// The part to ask for so that `visible` and a screen around it are at hand; nil where they are, or
  /// are on their way. `total`: how long the list is, nil where it is not known.
  mutating func request(for visible: Range<Int>, total: Int?) -> Range<Int>? {
    let height = max(1, visible.count)
    let limit = total ?? Int.max - 2 * height
    let near = max(0, visible.lowerBound - height)..<max(1, min(limit, visible.upperBound + height))
    if !isStale && contains(near, offset..<offset + rows.count) { return nil }
    if !isStale && total == 0 { return nil }
    if let pending, contains(near, pending) { return nil }
    let size = max(Cached.chunk, 4 * height)
    let start = max(0, visible.lowerBound - (size - height) / 2)
    pending = start..<start + size
    return pending
  }

  mutating func fill(_ rows: [Row], at offset: Int) {
    self.rows = rows
    self.offset = offset
    pending = nil
    isStale = false
  }

  /// Everything has to be asked for again.
  mutating func expire() {
    isStale = true
    pending = nil
  }

  private func contains(_ inner: Range<Int>, _ outer: Range<Int>) -> Bool {
    inner.lowerBound >= outer.lowerBound && inner.upperBound <= outer.upperBound
  }
}
