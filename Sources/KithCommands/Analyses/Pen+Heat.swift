import KithAnalysis
import KithScreen
import KithSystem

extension Pen {
  /// A table whose cells are shaded from 0 to the greatest; nil leaves one blank.
  ///
  /// In colour the shade is the ground of the number; without, a glyph stands before it.
  func heat(
    rows: [String], columns: [String], _ values: [[Double?]],
    text: (_ value: Double, _ row: Int, _ column: Int) -> String
  ) -> String {
    let most = max(values.joined().compactMap(\.self).max() ?? 0, .leastNormalMagnitude)
    let labels = rows.map { Text.fit(visible($0), to: 24) }
    let labelWidth = labels.map(Text.width).max() ?? 0
    let heads = columns.map { Text.fit(visible($0), to: 11) }
    let texts = values.enumerated().map { row, line in
      line.enumerated().map { column, value in
        value.map { text($0, row, column) } ?? ""
      }
    }
    let cell = 2 + max(heads.map(Text.width).max() ?? 0, texts.joined().map(Text.width).max() ?? 0)
    let shown = min(columns.count, max(1, (width - labelWidth) / (cell + 1)))
    var lines = blanks(labelWidth)
    for head in heads.prefix(shown) { lines += " " + blanks(cell - Text.width(head)) + head }
    lines += "\n"
    for (place, label) in labels.enumerated() {
      lines += label + blanks(labelWidth - Text.width(label))
      for column in 0..<min(shown, values[place].count) {
        guard let value = values[place][column] else { continue }
        let text = blanks(cell - 1 - Text.width(texts[place][column])) + texts[place][column]
        lines += " " + shaded(text, value / most)
      }
      lines += "\n"
    }
    return lines
  }

  private func shaded(_ text: String, _ share: Double) -> String {
    let level = share <= 0 ? 0 : min(4, 1 + Int(share * 4))
    guard !hasColor else {
      // Greens of the 256 colours, with the text that reads on each.
      let ground = [16, 22, 28, 34, 40][level]
      let ink = level > 2 ? 16 : 231
      return "\u{1B}[48;5;\(ground);38;5;\(ink)m \(text)\u{1B}[0m"
    }
    let glyphs = hasGlyphs ? [" ", "░", "▒", "▓", "█"] : [" ", ".", ":", "*", "#"]
    return glyphs[level] + text
  }

  /// The triangle in per cent of each cohort, in users where a cohort is too small for that; what has not
  /// ended has a star.
  func retention(_ retention: Retention) -> String {
    let cohorts = Array(retention.cohorts.suffix(60))
    let isLarge = cohorts.map { $0.size >= fewestUsers }
    return heat(
      rows: cohorts.map { "\($0.start) \(grouped($0.size))" },
      columns: retention.overall.indices.map { "\($0)" },
      zip(cohorts, isLarge).map { cohort, isLarge in
        cohort.cells.map { isLarge ? Double($0) / Double(cohort.size) : 0 }
      },
      text: { share, row, column in
        (isLarge[row] ? fixed(share * 100, 0) + "%" : grouped(cohorts[row].cells[column]))
          + (cohorts[row].complete[column] ? "" : "*")
      })
      + (cohorts.contains { $0.complete.contains(false) } ? "* has not ended\n" : "")
      + (isLarge.contains(false)
        ? "users, not shares, where a cohort has fewer than \(fewestUsers)\n" : "")
  }
}
