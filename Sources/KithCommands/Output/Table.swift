import KithScreen
import KithSystem

/// Rows under headers: aligned for people on a terminal, tab-separated for programs.
struct Table {
  struct Column {
    var title: String
    var isNumber = false

    init(_ title: String, number: Bool = false) {
      self.title = title
      isNumber = number
    }
  }

  var columns: [Column]
  var rows: [[String]] = []
  /// A cell wider than this is cut on a terminal; never in a pipe.
  var widestCell = 60

  init(_ columns: [Column]) {
    self.columns = columns
  }

  func text(terminal: Bool) -> String {
    terminal ? aligned : tabSeparated
  }

  private var tabSeparated: String {
    var text = columns.map(\.title).joined(separator: "\t") + "\n"
    for row in rows { text += Table.line(row) }
    return text
  }

  /// A row for programs.
  static func line(_ cells: [String]) -> String {
    cells.map(escapedCell).joined(separator: "\t") + "\n"
  }

  private var aligned: String {
    let cells = ([columns.map(\.title)] + rows).map { row in
      row.map { Text.fit(visible($0), to: widestCell) }
    }
    var widths = columns.map { _ in 0 }
    for row in cells {
      for (column, cell) in row.enumerated() {
        widths[column] = max(widths[column], Text.width(cell))
      }
    }
    var text = ""
    for row in cells {
      var line = ""
      for (column, cell) in row.enumerated() {
        let blanks = String(repeating: " ", count: widths[column] - Text.width(cell))
        let isLast = column == row.count - 1
        line += columns[column].isNumber ? blanks + cell : cell + (isLast ? "" : blanks)
        if !isLast { line += "  " }
      }
      while line.last == " " { line.removeLast() }
      text += line + "\n"
    }
    return text
  }
}

/// A cell that keeps a row on its line: tab, newline, return and backslash as in C, any other control
/// character as `\u001b`.
func escapedCell(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: { isControl($0) || $0 == "\\" }) else { return text }
  var escaped = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\\": escaped += "\\\\"
    case "\t": escaped += "\\t"
    case "\n": escaped += "\\n"
    case "\r": escaped += "\\r"
    case _ where isControl(scalar): escaped += "\\u" + hex(UInt64(scalar.value), width: 4)
    default: escaped.unicodeScalars.append(scalar)
    }
  }
  return escaped
}
