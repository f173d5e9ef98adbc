/// Looks at the first bytes, chooses the delimiter, and reads the first record that is not blank.
///
/// The rest of the chunk with the header is left in `chunk`, behind the reader's place.
func readHeader(
  _ cutter: TextCutter, _ chunk: Chunk, fields: [Field], required: [Field],
  _ options: ImportOptions
) throws(ImportError) -> (Header, RecordReader, linesBefore: Int) {
  let file = cutter.input.name
  let head = try cutter.peek()
  if let kind = knownKind(head) { throw .binary(file: file, what: kind) }
  if isBinary(head) { throw .binary(file: file, what: nil) }
  let marks: [UInt8] = [0xEF, 0xBB, 0xBF]
  if head.starts(with: marks) { cutter.skip(3) }
  let all = try cutter.peek()
  let text = trimmed(all)
  guard let first = text.first else { throw .empty(file: file) }
  if first == 0x5B { throw .jsonArray(file: file) }
  if first == 0x7B || isNamedJSONLines(file) {
    cutter.delimiter = nil
    let reader = RecordReader(delimiter: nil)
    try reader.learnKeys(all, isAll: all.count < TextCutter.peekSize)
    let names = reader.keys.names
    guard !names.isEmpty else { throw .noJSONLine(file: file) }
    let header = try Header(
      names, file: file, fields: fields, required: required, map: options.map)
    return (header, reader, 0)
  }
  let delimiter = delimiter(of: text)
  cutter.delimiter = delimiter
  let reader = RecordReader(delimiter: delimiter)
  var linesBefore = 0
  while true {
    switch try reader.next() {
    case .end:
      linesBefore += reader.line
      guard try cutter.next(into: chunk) else { throw .empty(file: file) }
      reader.open(chunk.text)
    case .blank: continue
    case .rejected(let reason):
      throw reason == .quote ? .headerQuote(file: file) : .headerEncoding(file: file)
    case .record:
      let headers = reader.fields.map { String(decoding: $0, as: UTF8.self) }
      let header = try Header(
        headers, file: file, fields: fields, required: required, map: options.map)
      return (header, reader, linesBefore)
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
