import KithStore
import KithSystem

extension ImportPreview {
  var json: JSON {
    var members = report.json(milliseconds: Int64(report.seconds * 1000)).members ?? []
    members.append(JSON.Member("whole", .bool(isWhole)))
    members.append(JSON.Member("columns", .array(columns.map(\.json))))
    return .object(members)
  }

  /// Which column becomes what, the first values, and what of the rows would be taken.
  func text(terminal: Bool) -> String {
    var text = ""
    var files: [String] = []
    for column in columns where !files.contains(column.file) { files.append(column.file) }
    for file in files {
      if files.count > 1 { text += "\(visible(file))\n" }
      var table = Table([.init("column"), .init("becomes"), .init("first values")])
      table.rows = columns.filter { $0.file == file }.map {
        [$0.header.isEmpty ? "(no name)" : $0.header, $0.fate, $0.examples.joined(separator: ", ")]
      }
      text += table.text(terminal: terminal) + (terminal ? "\n" : "")
    }
    let rows = counted(report.rows + report.rejectedCount + report.duplicates, "row")
    text += isWhole ? "all \(rows)" : "the first \(rows)"
    text += ": \(grouped(report.rows)) of \(counted(report.users, "user")) would be taken"
    if report.duplicates > 0 { text += ", \(grouped(report.duplicates)) are there already" }
    if report.rejectedCount > 0 {
      let reasons = report.rejected.map { "\($0.reason) \(grouped($0.count))" }
      text +=
        ", \(grouped(report.rejectedCount)) rejected: \(visible(reasons.joined(separator: ", ")))"
    }
    text += "\n"
    for line in rejected {
      text += "  \(visible(line.file)):\(line.line): \(line.reason.rawValue)\n"
    }
    return text + "nothing was imported\n"
  }
}

extension ImportPreview.Column {
  fileprivate var json: JSON {
    [
      "file": .string(file), "column": .string(header),
      "field": field.map(JSON.string) ?? .null, "property": name.map(JSON.string) ?? .null,
      "type": type.map { .string($0.rawValue) } ?? .null,
      "values": .array(examples.map(JSON.string)),
    ]
  }

  /// `time`, `property city, text`, `left out`.
  fileprivate var fate: String {
    if let field { return field }
    guard let name, let type else { return "left out: it is empty" }
    return name.utf8.elementsEqual(header.utf8)
      ? "a column of \(type.words)" : "\(name), \(type.words)"
  }
}

extension ValueType {
  /// As a sentence has it.
  var words: String {
    switch self {
    case .number: "numbers"
    case .date: "dates"
    case .boolean: "true or false"
    case .text: "text"
    }
  }
}

extension TypeChange {
  /// What an import says of it.
  func diagnostic(uses: [String]) -> Diagnostic {
    Diagnostic(
      "\(isAttribute ? "the attribute" : "the property") held \(old.words), and is \(new.words) now",
      subject: column,
      remedy: uses.isEmpty
        ? "no rule and no segment names it" : "it is named by \(uses.joined(separator: ", "))")
  }
}
