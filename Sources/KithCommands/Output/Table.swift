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
    var bytes = Array((columns.map(\.title).joined(separator: "\t") + "\n").utf8)
    for row in rows { Table.append(row, to: &bytes) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends a row for programs.
  static func append(_ cells: [String], to bytes: inout [UInt8]) {
    for cell in cells {
      bytes.append(contentsOf: escapedCell(cell).utf8)
      bytes.append(0x09)
    }
    if cells.isEmpty { bytes.append(0x0A) } else { bytes[bytes.count - 1] = 0x0A }
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
  // Nearly every cell is plain.
  if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x5C }) { return text }
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
