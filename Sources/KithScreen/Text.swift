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
    return measuredFit(text, to: cells).text
  }

  /// The text in exactly `cells` cells: cut, or filled with blanks.
  public static func pad(_ text: String, to cells: Int, _ alignment: Alignment = .left) -> String {
    let (fitted, used) = measuredFit(text, to: cells)
    let blanks = max(0, cells - used)
    let before = alignment.offset(of: blanks)
    return String(repeating: " ", count: before) + fitted
      + String(repeating: " ", count: blanks - before)
  }

  /// The fitted text and its cells, in one pass that ends where the field does.
  private static func measuredFit(_ text: String, to cells: Int) -> (text: String, used: Int) {
    if let count = asciiCount(text), count <= cells { return (text, count) }
    var used = 0
    // Where the text is cut if it turns out too long: one cell less, for the `…`.
    var cut = (end: text.startIndex, used: 0)
    var end = text.startIndex
    while end < text.endIndex {
      used += text[end].cellCount
      if used > cells { return cells > 0 ? (text[..<cut.end] + "…", cut.used + 1) : ("", 0) }
      text.formIndex(after: &end)
      if used < cells { cut = (end, used) }
    }
    return (text, used)
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
