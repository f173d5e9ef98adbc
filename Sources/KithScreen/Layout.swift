/// What a column or row asks of the room that is there.
public enum Length: Hashable, Sendable {
  /// So many cells.
  case fixed(Int)
  /// A share of what is left, in proportion to `weight`, and at least `minimum` cells.
  case weight(Int, minimum: Int = 0)

  fileprivate var least: Int {
    switch self {
    case .fixed(let cells): max(0, cells)
    case .weight(_, let minimum): max(0, minimum)
    }
  }

  fileprivate var weight: Int {
    switch self {
    case .fixed: 0
    case .weight(let weight, _): max(0, weight)
    }
  }

  /// Shares `total` cells out, with `gap` cells between two neighbours.
  ///
  /// Fixed lengths and minimums are served first, from the left; what is left goes to the weights. A
  /// weight whose share is below its minimum gets the minimum, and the others share the rest. The
  /// result is never negative, and with its gaps never more than `total`.
  public static func share(_ total: Int, among lengths: [Length], gap: Int = 0) -> [Int] {
    var cells = [Int](repeating: 0, count: lengths.count)
    var room = max(0, total)
    for (index, length) in lengths.enumerated() {
      if index > 0 { room = max(0, room - gap) }
      cells[index] = min(length.least, room)
      room -= cells[index]
    }
    var open = lengths.indices.filter { lengths[$0].weight > 0 }
    var pool = room + open.reduce(0) { $0 + cells[$1] }
    var weights = open.reduce(0) { $0 + lengths[$1].weight }
    // Those that their minimum already serves better leave the pool until none does.
    while let served = open.firstIndex(where: {
      cells[$0] * weights > pool * lengths[$0].weight
    }) {
      pool -= cells[open[served]]
      weights -= lengths[open[served]].weight
      open.remove(at: served)
    }
    for index in open {
      let weight = lengths[index].weight
      cells[index] = pool * weight / weights
      pool -= cells[index]
      weights -= weight
    }
    return cells
  }
}

extension Rect {
  /// Parts side by side, from the left.
  public func columns(_ lengths: [Length], gap: Int = 0) -> [Rect] {
    var left = x
    return Length.share(width, among: lengths, gap: gap).map { cells in
      defer { left = min(right, left + cells + gap) }
      return Rect(x: left, y: y, width: cells, height: height)
    }
  }

  /// Parts below one another, from the top.
  public func rows(_ lengths: [Length], gap: Int = 0) -> [Rect] {
    var top = y
    return Length.share(height, among: lengths, gap: gap).map { cells in
      defer { top = min(bottom, top + cells + gap) }
      return Rect(x: x, y: top, width: width, height: cells)
    }
  }
}
