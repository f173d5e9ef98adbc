public import KithSystem

extension ImportError: Explained {
  public var diagnostic: Diagnostic {
    switch self {
    case .noInputs:
      Diagnostic(
        "nothing to import", remedy: "name a file, or - for standard input", status: .usage)
    case .file(let error): error.diagnostic
    case .store(let error): error.diagnostic
    case .empty(let file):
      Diagnostic("the file is empty", subject: file, remedy: "check that its export went through")
    case .binary(let file, let what):
      Diagnostic(
        "not a text file" + (what.map { ", but \($0)" } ?? ""), subject: file,
        remedy: what?.contains("UTF-16") == true
          ? "say so: --encoding utf-16" : "export it as CSV in UTF-8")
    case .jsonArray(let file):
      Diagnostic(
        "one JSON array, not JSON lines", subject: file,
        remedy: "write one object a line: jq -c '.[]'")
    case .noJSONLine(let file):
      Diagnostic(
        "no line of it is a JSON object", subject: file,
        remedy: "write one object a line, as jq -c does")
    case .compressed(let file, let problem):
      Diagnostic(
        problem == .noMemory
          ? "no memory to decompress it"
          : "the compressed data is \(problem == .cutShort ? "cut short" : "damaged")",
        subject: file, remedy: "copy the file again, and compare the sizes")
    case .headerEncoding(let file):
      Diagnostic(
        "the header is not UTF-8", subject: file,
        remedy: "say what it is, as in --encoding gb18030, or save the file as CSV in UTF-8")
    case .unknownEncoding(let name):
      Diagnostic(
        "no such encoding", subject: name,
        remedy: "as in --encoding gb18030; `iconv -l` lists those of this machine", status: .usage)
    case .headerQuote(let file):
      Diagnostic(
        "the header has a quote that is never closed", subject: file,
        remedy: "close it in the first line")
    case .noColumn, .twoColumns, .duplicateHeader, .unknownField, .unknownColumn, .mappedTwice,
      .unknownEventColumn, .lateColumn:
      columnDiagnostic
    case .lineTooLong(let file, let line):
      Diagnostic(
        "a line has no end", subject: "\(file):\(line)", remedy: "check that it is a CSV file")
    case .rejected(let file, let line, let reason):
      Diagnostic(
        "cannot read a line (\(reason.rawValue))", subject: "\(file):\(line)",
        remedy: "nothing was imported; without --strict the other lines are taken in")
    case .importedBefore(let file, let run, let at):
      Diagnostic(
        "the same content was imported before, at \(at.rfc3339), as \(run)", subject: file,
        remedy: "nothing was imported; --again takes it in a second time")
    case .sameContent(let file, let other):
      Diagnostic(
        "the same content as \(other)", subject: file,
        remedy: "name each file once; --again takes both")
    case .tooLarge(let what):
      Diagnostic("too much for one import: \(what)", remedy: "import it in parts")
    }
  }

  private var columnDiagnostic: Diagnostic {
    switch self {
    case .noColumn(let file, let field, let headers):
      Diagnostic(
        "no column for \(field) among: \(listed(headers))", subject: file,
        remedy: "say which one it is: --map \(field)=\(example(headers, not: field))")
    case .twoColumns(let file, let field, let headers):
      Diagnostic(
        "more than one column could be \(field): \(listed(headers))", subject: file,
        remedy: "say which one it is: --map \(field)=\(headers.first ?? "")")
    case .duplicateHeader(let file, let header):
      Diagnostic(
        "two columns have the same header", subject: "\(file): \(header)",
        remedy: "rename one of them in the first line")
    case .unknownField(let field, let known):
      Diagnostic(
        "--map knows no field of this name", subject: field,
        remedy: "fields are \(known.joined(separator: ", "))", status: .usage)
    case .unknownColumn(let file, let column, let headers):
      Diagnostic(
        "--map names a column that is not there: \(column)", subject: file,
        remedy: "its columns are \(listed(headers))")
    case .unknownEventColumn(let file, let column, let headers):
      Diagnostic(
        "--event names a column that is not there: \(column)", subject: file,
        remedy: "its columns are \(listed(headers))")
    case .mappedTwice(let name):
      Diagnostic(
        "--map names it twice", subject: name, remedy: "give each field one column",
        status: .usage)
    case .lateColumn(let file, let line, let header):
      Diagnostic(
        "a column that comes late, \(header), changes what another one is",
        subject: "\(file):\(line)", remedy: "say which one is which field with --map")
    default: Diagnostic("the columns cannot be told apart")
    }
  }
}

/// Headers as a list that stays readable however many there are.
private func listed(_ headers: [String]) -> String {
  let shown = headers.prefix(12).map { $0.isEmpty ? "(no name)" : String($0.prefix(40)) }
  return shown.joined(separator: ", ") + (headers.count > 12 ? ", …" : "")
}

/// A column that may be meant: the first whose header is no field's own name.
private func example(_ headers: [String], not field: String) -> String {
  let own = Field.ofEvents.flatMap(\.names)
  return headers.first { !$0.isEmpty && !own.contains($0) } ?? "COLUMN"
}
