import KithAnalysis
import KithScreen
import KithSystem

extension Pen {
  /// A bar for each number, from zero; the greatest fills what the labels leave.
  func bars(_ items: [(label: String, value: Double)], text: (Double) -> String = amount) -> String
  {
    let labels = items.map { visible($0.label) }
    let texts = items.map { text($0.value) }
    let labelWidth = min(30, labels.map(Text.width).max() ?? 0)
    let textWidth = texts.map(Text.width).max() ?? 0
    let most = items.map(\.value).filter(\.isFinite).max() ?? 0
    let room = max(8, min(60, width - labelWidth - textWidth - 4))
    var lines = ""
    for (place, item) in items.enumerated() {
      let share = most > 0 && item.value.isFinite ? max(0, item.value) / most : 0
      let label = Text.fit(labels[place], to: labelWidth)
      lines += label + blanks(labelWidth - Text.width(label)) + "  "
      lines += blanks(textWidth - Text.width(texts[place])) + texts[place] + "  "
      lines += bar(share, cells: room) + "\n"
    }
    return lines
  }

  /// A bar in eighths of a cell; in whole cells of `#` where there are no glyphs.
  func bar(_ share: Double, cells: Int) -> String {
    guard hasGlyphs else {
      return String(repeating: "#", count: Int((share * Double(cells)).rounded()))
    }
    let eighths = Int((share * Double(cells * 8)).rounded())
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    return String(repeating: "█", count: eighths / 8) + rest
  }

  /// A line for each period: who fell silent to the left, who was there to the right.
  func growth(_ growth: Growth) -> String {
    let rows = growth.rows.suffix(60)
    let marks =
      hasGlyphs
      ? (new: "█", returning: "▓", resurrecting: "▒", dormant: "░")
      : (new: "N", returning: "=", resurrecting: "+", dormant: "-")
    let room = max(16, width - 14)
    let left = rows.map(\.dormant).max() ?? 0
    let right = rows.map(\.active).max() ?? 0
    let unit = Double(max(1, left + right)) / Double(room)
    let leftCells = Int((Double(left) / unit).rounded(.up))
    func cells(_ users: Int, _ mark: String) -> String {
      String(repeating: mark, count: Int((Double(users) / unit).rounded()))
    }
    var lines =
      "\(marks.new) new  \(marks.returning) returning  \(marks.resurrecting) resurrecting  "
      + "left: \(marks.dormant) dormant\n"
    for row in rows {
      let dormant = cells(row.dormant, marks.dormant)
      var line = row.start.description + " " + blanks(leftCells - dormant.count) + dormant
      line += hasGlyphs ? "│" : "|"
      line += cells(row.new, marks.new) + cells(row.returning, marks.returning)
      lines += line + cells(row.resurrecting, marks.resurrecting) + "\n"
    }
    return lines
  }

  func blanks(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
}

/// A number without a fraction where it has none, else with two digits.
func amount(_ number: Double) -> String {
  number == number.rounded() && abs(number) < 1e15 ? grouped(Int(number)) : fixed(number, 2)
}
