import KithAnalysis
import KithScreen
import KithSystem

extension Pen {
  /// A line over days in dots of braille, two by four to a cell, from zero to the greatest; a row of
  /// bars where there are no glyphs.
  func line(_ title: String, _ values: [Double], from first: Day, to last: Day) -> String {
    let most = values.filter(\.isFinite).max() ?? 0
    let cells = max(10, min(100, width - 2))
    let points = resampled(values, to: hasGlyphs ? cells * 2 : cells)
    var lines = "\(title), 0 to \(amount(most))\n"
    if hasGlyphs {
      lines += braille(points, most: most, rows: 5).map { $0 + "\n" }.joined()
    } else {
      lines += Chart.sparkline(points, levels: .asciiBars) + "\n"
    }
    let drawn = hasGlyphs ? (points.count + 1) / 2 : points.count
    return lines + "\(first)" + blanks(drawn - 20) + (drawn > 20 ? "\(last)" : " to \(last)") + "\n"
  }

  /// At most so many points; each stands for the mean of the values in its share of them.
  private func resampled(_ values: [Double], to most: Int) -> [Double] {
    guard values.count > most else { return values }
    return (0..<most).map { place in
      let part = values[(place * values.count / most)..<((place + 1) * values.count / most)]
      let numbers = part.filter(\.isFinite)
      return numbers.isEmpty ? .nan : numbers.reduce(0, +) / Double(numbers.count)
    }
  }

  /// Rows of U+2800 and its dots; neighbours are joined by a stroke from one height to the next.
  private func braille(_ points: [Double], most: Double, rows: Int) -> [String] {
    let dots: [[UInt32]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]
    let height = rows * 4
    var cells = Array(
      repeating: Array(repeating: UInt32(0x2800), count: (points.count + 1) / 2), count: rows)
    var previous: Int?
    for (column, value) in points.enumerated() {
      guard value.isFinite else {
        previous = nil
        continue
      }
      let share = most > 0 ? max(0, value) / most : 0
      let row = height - 1 - Int((share * Double(height - 1)).rounded())
      let reached = previous ?? row
      let stroke = reached < row ? reached + 1...row : reached > row ? row...reached - 1 : row...row
      for dot in stroke { cells[dot / 4][column / 2] |= dots[column % 2][dot % 4] }
      previous = row
    }
    return cells.map { row in
      var line = String.UnicodeScalarView()
      for cell in row { line.append(Unicode.Scalar(cell) ?? " ") }
      return String(line)
    }
  }

  func stickiness(_ stickiness: Stickiness) -> String {
    guard let first = stickiness.rows.first, let last = stickiness.rows.last else {
      return "no active day\n"
    }
    let ratios = stickiness.rows.map { $0.mau == 0 ? .nan : Double($0.dau) / Double($0.mau) * 100 }
    return line("DAU", stickiness.rows.map { Double($0.dau) }, from: first.day, to: last.day)
      + line("MAU", stickiness.rows.map { Double($0.mau) }, from: first.day, to: last.day)
      + line("DAU/MAU in %", ratios, from: first.day, to: last.day)
  }
}
