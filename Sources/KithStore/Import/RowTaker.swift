import KithSystem

/// What turns the fields of a record into a row of columns: events, or attributes.
protocol RowTaker {
  /// The fields that it looks for, and those without which there is nothing to import.
  static var fields: [Field] { get }
  static var required: [Field] { get }
  var rows: Int { get }
  /// Rows of a further file follow, with these columns.
  mutating func begin(_ header: Header)
  /// Takes one row, or says why not.
  mutating func take(_ fields: [UnsafeRawBufferPointer]) -> RejectReason?
  /// The rows of the file are over.
  mutating func end()
}

/// What was read of all inputs, apart from the rows.
struct Gathered {
  var files: [ImportedFile] = []
  var rejects = Rejects()
  var warnings: [String] = []
  /// The number of rows at the end of each file.
  var fileEnds: [Int] = []
}

/// Reads all inputs, row by row.
func gather<Taker: RowTaker>(
  _ inputs: [ImportInput], _ options: ImportOptions, into taker: inout Taker,
  progress: (ImportProgress) -> Void
) throws(ImportError) -> Gathered {
  guard !inputs.isEmpty else { throw .noInputs }
  var gathered = Gathered()
  var bytesBefore = 0
  // All are opened first, so that a name that is wrong is told at once.
  var texts: [TextInput] = []
  for input in inputs { texts.append(try TextInput(input)) }
  let bytesTotal = texts.reduce(Int?.some(0)) { sum, text in
    sum.flatMap { sum in text.bytesTotal.map { sum + $0 } }
  }
  for text in texts {
    let reader = RecordReader(text)
    var header = try readHeader(reader, fields: Taker.fields, required: Taker.required, options)
    for event in options.events where header.column(event.column) == nil {
      throw .unknownEventColumn(
        file: text.name, column: event.column, headers: header.headers)
    }
    taker.begin(header)
    var bytesSeen = -1
    rows: while true {
      let reason: RejectReason?
      switch try reader.next() {
      case .end: break rows
      case .blank: continue
      case .rejected(let problem): reason = problem
      case .record:
        if let keys = reader.keys, keys.count > header.count {
          header = try header.with(keys.names, of: Taker.self, reader, options)
          taker.begin(header)
        }
        reason = taker.take(reader.fields)
      }
      if let reason {
        guard !options.strict else {
          throw .rejected(file: text.name, line: reader.line, reason: reason)
        }
        gathered.rejects.add(
          reason, file: text.name, line: reader.line, record: reader.record)
      }
      if text.bytesRead != bytesSeen {
        bytesSeen = text.bytesRead
        progress(
          ImportProgress(
            bytes: bytesBefore + bytesSeen, bytesTotal: bytesTotal, rows: taker.rows,
            rejected: gathered.rejects.count))
        guard taker.rows < Int(UInt32.max) - 1 << 24 else { throw .tooLarge(what: "rows") }
      }
    }
    taker.end()
    gathered.fileEnds.append(taker.rows)
    gathered.warnings += header.warnings
    bytesBefore += text.bytesRead
    let file = ImportedFile(name: lastPart(text.name), sha256: text.digest)
    if let other = gathered.files.first(where: { $0.sha256 == file.sha256 }), !options.again {
      throw .sameContent(file: text.name, other: other.name)
    }
    gathered.files.append(file)
  }
  return gathered
}

extension Header {
  /// The columns with those that came later; the earlier ones stay what they are.
  fileprivate func with<Taker: RowTaker>(
    _ names: [String], of taker: Taker.Type, _ reader: RecordReader, _ options: ImportOptions
  ) throws(ImportError) -> Header {
    let file = reader.input.name
    let header = try Header(
      names, file: file, fields: Taker.fields, required: Taker.required, map: options.map)
    guard header.extends(self) else {
      throw .lateColumn(file: file, line: reader.line, header: names[count])
    }
    return header
  }
}

private func lastPart(_ path: String) -> String {
  String(path.split(separator: "/").last ?? "-")
}

/// Looks at the first bytes, chooses the delimiter, and reads the first record that is not blank.
private func readHeader(
  _ reader: RecordReader, fields: [Field], required: [Field], _ options: ImportOptions
) throws(ImportError) -> Header {
  let file = reader.input.name
  let head = try reader.peek()
  if let kind = knownKind(head) { throw .binary(file: file, what: kind) }
  if isBinary(head) { throw .binary(file: file, what: nil) }
  let marks: [UInt8] = [0xEF, 0xBB, 0xBF]
  if head.starts(with: marks) { reader.skip(3) }
  let behindMarks = head.dropFirst(head.starts(with: marks) ? 3 : 0)
  let text = trimmed(UnsafeRawBufferPointer(rebasing: behindMarks))
  guard let first = text.first else { throw .empty(file: file) }
  if first == 0x5B { throw .jsonArray(file: file) }
  if first == 0x7B || isNamedJSONLines(file) {
    try reader.learnKeys()
    guard let names = reader.keys?.names, !names.isEmpty else { throw .noJSONLine(file: file) }
    return try Header(names, file: file, fields: fields, required: required, map: options.map)
  }
  reader.delimiter = delimiter(of: text)
  while true {
    switch try reader.next() {
    case .end: throw .empty(file: file)
    case .blank: continue
    case .rejected(let reason):
      throw reason == .quote ? .headerQuote(file: file) : .headerEncoding(file: file)
    case .record:
      return try Header(
        reader.fields.map { String(decoding: $0, as: UTF8.self) }, file: file, fields: fields,
        required: required, map: options.map)
    }
  }
}

private func isNamedJSONLines(_ file: String) -> Bool {
  let name = file.lowercased()
  return [".jsonl", ".ndjson"].contains { ending in
    name.hasSuffix(ending) || name.hasSuffix(ending + ".gz") || name.hasSuffix(ending + ".zst")
  }
}

/// Whether the first line has a NUL, or every tenth byte is one. A NUL elsewhere costs its row alone.
private func isBinary(_ head: UnsafeRawBufferPointer) -> Bool {
  let line = head.prefix { $0 != 0x0A && $0 != 0x0D }
  return line.contains(0) || head.count { $0 == 0 } * 10 > head.count
}

/// What the bytes are, where they are of a kind that is often mistaken for text.
private func knownKind(_ head: UnsafeRawBufferPointer) -> String? {
  let kinds: [(head: [UInt8], kind: String)] = [
    ([0xFF, 0xFE], "text in UTF-16"), ([0xFE, 0xFF], "text in UTF-16"),
    (Array("PK\u{3}\u{4}".utf8), "a spreadsheet or a ZIP archive"),
    (Array("PAR1".utf8), "a Parquet file"), (magic, "an Arrow file"),
    (Array("%PDF".utf8), "a PDF"), (Array("SQLite".utf8), "an SQLite database"),
  ]
  return kinds.first { head.starts(with: $0.head) }?.kind
}

/// Comma, tab or semicolon: the one that the first line has most of, outside of quotes.
private func delimiter(of text: UnsafeRawBufferPointer) -> UInt8 {
  var counts = [0x2C: 0, 0x09: 0, 0x3B: 0]
  var isQuoted = false
  for byte in text {
    if byte == 0x22 { isQuoted.toggle() }
    if isQuoted { continue }
    if byte == 0x0A || byte == 0x0D { break }
    counts[Int(byte)]? += 1
  }
  let most = counts.max { ($0.value, $0.key == 0x2C ? 1 : 0) < ($1.value, $1.key == 0x2C ? 1 : 0) }
  return UInt8(most?.key ?? 0x2C)
}
