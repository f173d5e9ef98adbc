extension Surface {
  /// Reads what a cell shows, in coordinates of the whole grid: its scalars (none for the second half
  /// of a wide character) and its style.
  package func scalars(column: Int, row: Int) -> (lead: UInt32, marks: [UInt32], style: Style) {
    let cell = cells[row * stride + column]
    guard cell.content >= Surface.clusterBase else { return (cell.content, [], cell.style) }
    let glyph = clusters[Int(cell.content - Surface.clusterBase)]
    return (glyph.scalar, glyph.marks, cell.style)
  }

  /// What a person reads, one line a row, each ended by a newline, blanks at their ends cut.
  public var text: String {
    rows.map { row in
      var line = String.UnicodeScalarView()
      for column in 0..<stride {
        let (lead, marks, _) = scalars(column: column, row: row)
        if lead == Surface.continuation { continue }
        for value in [lead] + marks { line.append(Unicode.Scalar(value) ?? "\u{FFFD}") }
      }
      return trimmed(String(line)) + "\n"
    }.joined()
  }

  /// The text, then a map of the styles with a letter for each (plain is a blank), then a legend.
  ///
  /// `name` may give a style the name of its meaning.
  public func picture(naming name: (Style) -> String? = { _ in nil }) -> String {
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    var seen: [Style] = []
    let map = rows.map { row -> String in
      var line = ""
      for column in 0..<stride {
        let style = cells[row * stride + column].style
        if style == .plain {
          line.append(" ")
          continue
        }
        if !seen.contains(style) { seen.append(style) }
        let place = seen.firstIndex(of: style) ?? 0
        line.append(place < letters.count ? letters[place] : "?")
      }
      return trimmed(line) + "\n"
    }.joined()
    let legend = zip(letters, seen).map { "\($0) = \(name($1) ?? $1.description)\n" }.joined()
    return text + "---\n" + map + "---\n" + legend
  }

  private var rows: Range<Int> { 0..<(stride == 0 ? 0 : cells.count / stride) }

  private func trimmed(_ line: String) -> String {
    guard let last = line.lastIndex(where: { $0 != " " }) else { return "" }
    return String(line[...last])
  }
}

extension Style: CustomStringConvertible {
  /// `1 on default bold underline`.
  public var description: String {
    let names: [(Attributes, String)] = [
      (.bold, "bold"), (.dim, "dim"), (.italic, "italic"), (.underline, "underline"),
      (.reverse, "reverse"),
    ]
    let shown = names.filter { attributes.contains($0.0) }.map(\.1)
    return (["\(foreground) on \(background)"] + shown).joined(separator: " ")
  }
}

extension Color: CustomStringConvertible {
  /// `default`, a number of the palette, or `#rrggbb`.
  public var description: String {
    switch self {
    case .terminalDefault: return "default"
    case .indexed(let number): return String(number)
    case .rgb(let red, let green, let blue):
      let digits = String(0x100_0000 | Int(red) << 16 | Int(green) << 8 | Int(blue), radix: 16)
      return "#" + digits.dropFirst()
    }
  }
}
