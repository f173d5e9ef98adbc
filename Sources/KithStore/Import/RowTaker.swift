import KithSystem

/// What turns the records of chunks into rows: of events, or of attributes. Each thread has its own.
protocol RowTaker {
  /// The rows of a chunk.
  associatedtype Rows
  /// The fields that it looks for, and those without which there is nothing to import.
  static var fields: [Field] { get }
  static var required: [Field] { get }
  static func count(_ rows: Rows) -> Int
  /// Bytes of memory that rows take until they are written.
  static func size(_ rows: Rows) -> Int
  /// Bytes of memory that texts of rows take until they are written.
  var textSize: Int { get }
  /// Rows of a further file follow, or of the same one with more columns.
  mutating func begin(_ header: Header)
  /// Takes one row, or says why not.
  mutating func take(_ fields: [UnsafeRawBufferPointer]) -> RejectReason?
  /// Takes all rows of a chunk that was opened in the reader. `header` gives the header anew, with
  /// the names of JSON lines that have become columns meanwhile.
  mutating func read(
    _ chunk: Chunk, _ reader: RecordReader, _ rejects: inout ChunkRejects,
    renewing header: () -> Header
  ) throws(ImportError)
  /// The rows taken since the last chunk.
  mutating func endChunk() -> Rows
}

extension RowTaker {
  static func size(_ rows: Rows) -> Int { 0 }
  var textSize: Int { 0 }

  mutating func read(
    _ chunk: Chunk, _ reader: RecordReader, _ rejects: inout ChunkRejects,
    renewing header: () -> Header
  ) throws(ImportError) {
    try readCarefully(reader, &rejects, renewing: header)
  }

  /// Takes all further rows, record by record.
  mutating func readCarefully(
    _ reader: RecordReader, _ rejects: inout ChunkRejects, renewing header: () -> Header
  ) throws(ImportError) {
    while reader.place < reader.text.count {
      try readRecord(reader, &rejects, renewing: header)
    }
  }

  /// Takes one record.
  mutating func readRecord(
    _ reader: RecordReader, _ rejects: inout ChunkRejects, renewing header: () -> Header
  ) throws(ImportError) {
    let columns = reader.keys.count
    guard case .record = try readNext(reader, &rejects) else { return }
    if reader.keys.count > columns { begin(header()) }
    try takeRecord(reader, &rejects)
  }

  private func readNext(
    _ reader: RecordReader, _ rejects: inout ChunkRejects
  ) throws(ImportError) -> RecordReader.Outcome {
    let outcome = try reader.next()
    if case .rejected(let reason) = outcome { try rejects.add(reason, reader) }
    return outcome
  }

  private mutating func takeRecord(
    _ reader: RecordReader, _ rejects: inout ChunkRejects
  ) throws(ImportError) {
    if let reason = take(reader.fields) { try rejects.add(reason, reader) }
  }
}

/// The records of a chunk that were not taken; lines are counted from the start of the chunk.
struct ChunkRejects {
  struct Line {
    var reason: RejectReason
    var line: Int
    var record: [UInt8]
  }

  /// With `--strict` the first one is an error.
  let isStrict: Bool
  private(set) var lines: [Line] = []

  init(isStrict: Bool) {
    self.isStrict = isStrict
  }

  mutating func add(_ reason: RejectReason, _ reader: RecordReader) throws(ImportError) {
    guard !isStrict else {
      throw .rejected(file: "", line: reader.recordLine, reason: reason)
    }
    lines.append(Line(reason: reason, line: reader.recordLine, record: Array(reader.record)))
  }
}
