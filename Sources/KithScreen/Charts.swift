/// The glyphs of a chart from least to most, and what stands for nothing.
public struct Levels: Hashable, Sendable {
  public var glyphs: [Character]
  public var nothing: Character

  public init(_ glyphs: String, nothing: Character = " ") {
    self.glyphs = Array(glyphs)
    self.nothing = nothing
  }

  public static let bars = Levels("▁▂▃▄▅▆▇█")
  public static let shades = Levels("░▒▓█")
  /// For terminals with few glyphs.
  public static let asciiBars = Levels("_.-=+*%#")
  public static let asciiShades = Levels(".:*#")
}

/// Small charts as text of one cell a value.
public enum Chart {
  /// A line of bars from the least value to the greatest; equal values stand in the middle, and what
  /// is no number (NaN) is left blank.
  public static func sparkline(_ values: [Double], levels: Levels = .bars) -> String {
    let numbers = values.filter(\.isFinite)
    guard let least = numbers.min(), let most = numbers.max() else {
      return String(repeating: String(levels.nothing), count: values.count)
    }
    let last = Double(levels.glyphs.count - 1)
    return String(
      values.map { value in
        guard value.isFinite else { return levels.nothing }
        let share = most > least ? (value - least) / (most - least) : 0.5
        return levels.glyphs[Int((share * last).rounded())]
      })
  }

  /// A row of shades for counts: nothing for zero, the darkest for `most` (the greatest of them where
  /// nil) and above.
  public static func heat(_ counts: [Int], most: Int? = nil, levels: Levels = .shades) -> String {
    let most = max(1, most ?? counts.max() ?? 1)
    return String(
      counts.map { count in
        guard count > 0 else { return levels.nothing }
        let place = (min(count, most) * levels.glyphs.count - 1) / most
        return levels.glyphs[place]
      })
  }

  /// A bar of exactly `cells` cells, `share` (0…1) of them full; not full before all is done, and not
  /// empty once something is.
  public static func progress(
    _ share: Double, cells: Int, full: Character = "█", rest: Character = "░"
  ) -> String {
    let cells = max(0, cells)
    let share = share.isNaN ? 0 : min(1, max(0, share))
    var filled = Int((share * Double(cells)).rounded())
    if share > 0 { filled = max(filled, min(1, cells)) }
    if share < 1 { filled = min(filled, max(0, cells - 1)) }
    return String(repeating: full, count: filled) + String(repeating: rest, count: cells - filled)
  }
}
