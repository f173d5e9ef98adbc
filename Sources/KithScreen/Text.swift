/// Text measured in cells of a terminal, by grapheme cluster.
///
/// Right-to-left text keeps its logical order, one cell after the other: no terminal agrees with the
/// next on how to reorder, and an order of our own would be turned round again.
public enum Text {
  /// Cells that the text takes. O(bytes), fast for ASCII.
  public static func width(_ text: some StringProtocol) -> Int {
    if let count = asciiCount(text) { return count }
    return text.reduce(0) { $0 + $1.cellCount }
  }

  /// The text in at most `cells` cells, with `…` where something was cut.
  public static func fit(_ text: String, to cells: Int) -> String {
    if text.utf8.count <= cells { return text }  // no scalar is wider than its bytes are many
    let head = prefix(text, of: cells)
    if head.endIndex == text.endIndex { return text }
    return cells > 0 ? prefix(text, of: cells - 1) + "…" : ""
  }

  /// The text in exactly `cells` cells: cut, or filled with blanks.
  public static func pad(_ text: String, to cells: Int, _ alignment: Alignment = .left) -> String {
    let fitted = fit(text, to: cells)
    let blanks = max(0, cells - width(fitted))
    let before = alignment.offset(of: blanks)
    return String(repeating: " ", count: before) + fitted
      + String(repeating: " ", count: blanks - before)
  }

  /// The longest beginning that takes at most `cells` cells, clusters kept whole.
  static func prefix(_ text: String, of cells: Int) -> Substring {
    var used = 0
    var end = text.startIndex
    while end < text.endIndex {
      used += text[end].cellCount
      if used > cells { break }
      end = text.index(after: end)
    }
    return text[..<end]
  }

  /// The count of cells where all of the text is printing ASCII.
  static func asciiCount(_ text: some StringProtocol) -> Int? {
    text.utf8.withContiguousStorageIfAvailable { bytes -> Int? in
      for byte in bytes where byte &- 0x20 >= 0x5F { return nil }
      return bytes.count
    } ?? nil
  }
}

/// Where text stands in a field wider than itself.
public enum Alignment: Sendable {
  case left, centre, right

  /// How many of the blanks come before the text.
  func offset(of blanks: Int) -> Int {
    switch self {
    case .left: 0
    case .centre: blanks / 2
    case .right: blanks
    }
  }
}
