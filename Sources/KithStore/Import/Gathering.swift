// Reads the inputs, one after the other, each by all threads at once.
//
// A chunk is cut and read by one thread at a time, under the lock, and parsed outside of it. What comes
// of a chunk counts in the order of the chunks: its rows, its lines, those it could not read, its
// error. So the first error is the one that a single thread would have met, and a chunk that meets a
// new name in JSON lines waits until all chunks before it are done.

import KithSystem

/// What was read of all inputs.
struct Gathered<Rows> {
  var files: [ImportedFile] = []
  var rejects = Rejects()
  var warnings: [String] = []
  /// The rows of each chunk, in order.
  var rows: [Rows] = []
  /// The number of all rows, those that are written already among them.
  var rowCount = 0
  /// Bytes of memory that the rows take until they are written.
  var size = 0
  /// The number of rows at the end of each file.
  var fileEnds: [Int] = []
  /// The columns of each file.
  var headers: [Header] = []
  /// Whether a file had more than was asked for.
  var isCut = false

  /// Forgets the rows, which are written.
  mutating func letRowsGo() {
    rows = []
    size = 0
  }
}

/// Writes what memory is not to hold any longer: rejected lines, and rows where these are due.
typealias Relief<Rows> = (inout Gathered<Rows>, _ areRowsDue: Bool) throws(ImportError) -> Void

/// Reads all inputs, each taker by a thread of its own. `relieve` is called while none of them runs, as
/// often as memory is full; its takers are then to hold nothing of the rows that it wrote.
func gather<Taker: RowTaker>(
  _ inputs: [ImportInput], _ options: ImportOptions, into takers: [Held<Taker>],
  alsoSHA256: Bool, blockSize: Int, progress: (ImportProgress) -> Void,
  relieve: Relief<Taker.Rows> = { _, _ in }
) throws(ImportError) -> Gathered<Taker.Rows> {
  guard !inputs.isEmpty else { throw .noInputs }
  var gathered = Gathered<Taker.Rows>()
  // All are opened first, so that a name that is wrong is told at once.
  var texts: [TextInput] = []
  for input in inputs {
    texts.append(try TextInput(input, encoding: options.encoding, alsoSHA256: alsoSHA256))
  }
  let bytesTotal = texts.reduce(Int?.some(0)) { sum, text in
    sum.flatMap { sum in text.bytesTotal.map { sum + $0 } }
  }
  var bytesBefore = 0
  for text in texts {
    let before = bytesBefore
    let reading = try FileReading<Taker>(
      TextCutter(text, blockSize: blockSize), options, gathered, workers: takers.count)
    // Rows that are written are to be held by nobody else.
    gathered = Gathered()
    try reading.readAll(takers, relieve) { reading in
      progress(
        ImportProgress(
          bytes: before + reading.bytes, bytesTotal: bytesTotal, rows: reading.rows,
          rejected: reading.rejected))
    }
    gathered = reading.gathered
    gathered.fileEnds.append(gathered.rowCount)
    bytesBefore += text.bytesRead
    let (digest, plain) = text.digest
    let file = ImportedFile(name: lastPart(text.name), digest: digest, sha256: plain)
    if let other = gathered.files.first(where: { $0.digest == file.digest }), !options.again {
      throw .sameContent(file: text.name, other: other.name)
    }
    gathered.files.append(file)
  }
  return gathered
}

private func lastPart(_ path: String) -> String {
  String(path.split(separator: "/").last ?? "-")
}

/// A value that a thread takes and gives back.
final class Held<Value> {
  var value: Value

  init(_ value: Value) { self.value = value }
}

/// What the threads that read one file share.
private final class FileReading<Taker: RowTaker> {
  struct Outcome {
    var rows: Taker.Rows?
    var lines = 0
    var rejects: ChunkRejects
    var failure: ImportError?
  }

  let cutter: TextCutter
  private let options: ImportOptions
  private let rowsMax: Int
  private let monitor = Monitor()
  private let firstChunk = Chunk()
  private let firstReader: RecordReader
  // All below under the lock, once there are threads.
  private var header: Header
  private var keys: JSONKeys
  /// How many chunks are done, all of them the first ones.
  private var done = 0
  private var waiting: [Int: Outcome] = [:]
  private var line = 1
  private var failure: ImportError?
  private var isOver = false
  /// Whether memory is full, so that no thread reads on.
  private var isFull = false
  /// Bytes of the texts of each thread.
  private var textSizes: [Int]
  private(set) var gathered: Gathered<Taker.Rows>

  /// Reads the header.
  init(
    _ cutter: TextCutter, _ options: ImportOptions, _ gathered: Gathered<Taker.Rows>,
    workers: Int
  ) throws(ImportError) {
    self.cutter = cutter
    textSizes = Array(repeating: 0, count: workers)
    self.options = options
    self.gathered = gathered
    let linesBefore: Int
    (header, firstReader, linesBefore) = try readHeader(
      cutter, firstChunk, fields: Taker.fields, required: Taker.required, options)
    keys = firstReader.keys
    line = 1 + linesBefore
    done = firstChunk.index
    rowsMax = options.rowsMax.map { gathered.rowCount + $0 } ?? .max
    for event in options.events where header.column(event.column) == nil {
      throw .unknownEventColumn(
        file: cutter.input.name, column: event.column, headers: header.headers)
    }
  }

  func readAll(
    _ takers: [Held<Taker>], _ relieve: Relief<Taker.Rows>, progress: (FileReading) -> Void
  ) throws(ImportError) {
    // The rest of the chunk that the header stands in. Of JSON lines the first one has no header.
    var hasFirst = cutter.delimiter != nil
    repeat {
      // A thread may not have met the last names: now all have the same columns.
      for taker in takers { taker.value.begin(header) }
      isFull = false
      Cores.runUnchecked(cutter.isOneBlock ? 1 : takers.count) { worker in
        // Held by value, so that no access in a loop is checked.
        var taker = takers[worker].value
        self.work(&taker, worker, isFirst: worker == 0 && hasFirst) {
          if worker == 0 { progress(self) }
        }
        takers[worker].value = taker
      }
      hasFirst = false
      if let failure { throw failure }
      for taker in takers { taker.value.begin(header) }
      if isFull { try relieve(&gathered, needsRelief) }
    } while !isOver
    gathered.warnings += header.warnings
    gathered.headers.append(header)
  }

  /// Whether the rows take all the memory that they may.
  private var needsRelief: Bool {
    gathered.size + textSizes.reduce(0, +) >= options.memoryMax
  }

  private func work(
    _ taker: inout Taker, _ worker: Int, isFirst: Bool, progress: () -> Void
  ) {
    let columns = ChunkColumns(self)
    let reader = RecordReader(delimiter: cutter.delimiter, columns: columns)
    reader.keys = monitor.withLock { keys }
    if isFirst {
      reader.open(firstChunk.text, from: firstReader.place)
      reader.line = firstReader.line
      finish(firstChunk.index, parse(firstChunk, reader, &taker), worker, taker.textSize)
      progress()
    }
    let chunk = Chunk()
    while claim(chunk) {
      columns.chunk = chunk.index
      reader.open(chunk.text)
      finish(chunk.index, parse(chunk, reader, &taker), worker, taker.textSize)
      progress()
    }
  }

  private func claim(_ chunk: Chunk) -> Bool {
    monitor.withLock {
      guard !isOver, !isFull else { return false }
      do throws(ImportError) {
        isOver = try !cutter.next(into: chunk)
      } catch {
        isOver = true
        waiting[chunk.index] = Outcome(
          rejects: ChunkRejects(isStrict: false), failure: error)
        settle()
      }
      return !isOver
    }
  }

  private func parse(_ chunk: Chunk, _ reader: RecordReader, _ taker: inout Taker) -> Outcome {
    var outcome = Outcome(rejects: ChunkRejects(isStrict: options.strict))
    do throws(ImportError) {
      try taker.read(chunk, reader, &outcome.rejects) { self.monitor.withLock { self.header } }
    } catch {
      outcome.failure = error
    }
    outcome.rows = taker.endChunk()
    outcome.lines = reader.line
    return outcome
  }

  private func finish(_ index: Int, _ outcome: Outcome, _ worker: Int, _ textSize: Int) {
    monitor.withLock {
      waiting[index] = outcome
      textSizes[worker] = textSize
      settle()
      isFull = needsRelief || gathered.rejects.bytes.count >= options.rejectsMax
      monitor.wake()
    }
  }

  /// Takes in what is done and in order.
  private func settle() {
    while let outcome = waiting.removeValue(forKey: done) {
      done += 1
      if failure != nil { continue }
      if let rows = outcome.rows {
        gathered.rowCount += Taker.count(rows)
        gathered.size += Taker.size(rows)
        gathered.rows.append(rows)
      }
      for reject in outcome.rejects.lines {
        gathered.rejects.add(
          reject.reason, file: cutter.input.name, line: line + reject.line, record: reject.record)
      }
      failure = outcome.failure.map { $0.in(cutter.input.name, from: line) }
      if failure == nil, gathered.rowCount >= Int(UInt32.max) - 1 << 24 {
        failure = .tooLarge(what: "rows")
      }
      isOver = isOver || failure != nil
      if gathered.rowCount >= rowsMax {
        isOver = true
        gathered.isCut = gathered.isCut || !cutter.isAtEnd
      }
      line += outcome.lines
    }
  }

  // How far it is; asked by the thread that reports.
  var bytes: Int { monitor.withLock { cutter.input.bytesRead } }
  var rows: Int { monitor.withLock { gathered.rowCount } }
  var rejected: Int { monitor.withLock { gathered.rejects.count } }

  fileprivate func latestKeys(before chunk: Int) -> JSONKeys {
    monitor.withLock {
      monitor.wait { done >= chunk }
      return keys
    }
  }

  fileprivate func add(_ keys: JSONKeys, line: Int) throws(ImportError) {
    try monitor.withLock { () throws(ImportError) in
      self.keys = keys
      header = try header.with(keys.names, of: Taker.self, cutter.input.name, line, options)
    }
  }

  /// The columns as one thread sees them while it reads a chunk.
  private final class ChunkColumns: ColumnKeeper {
    private unowned let reading: FileReading
    var chunk = 0

    init(_ reading: FileReading) { self.reading = reading }

    func latest() -> JSONKeys { reading.latestKeys(before: chunk) }

    func add(_ keys: JSONKeys, line: Int) throws(ImportError) {
      try reading.add(keys, line: line)
    }
  }
}

extension Header {
  /// The columns with those that came later; the earlier ones stay what they are.
  fileprivate func with<Taker: RowTaker>(
    _ names: [String], of taker: Taker.Type, _ file: String, _ line: Int, _ options: ImportOptions
  ) throws(ImportError) -> Header {
    let header = try Header(
      names, file: file, fields: Taker.fields, required: Taker.required, map: options.map)
    guard header.extends(self) else {
      throw .lateColumn(file: file, line: line, header: names[count])
    }
    return header
  }
}

extension ImportError {
  /// The error with the number of its line in the file, where it has that in a chunk.
  fileprivate func `in`(_ file: String, from line: Int) -> ImportError {
    switch self {
    case .rejected(_, let inChunk, let reason):
      .rejected(file: file, line: line + inChunk, reason: reason)
    case .lateColumn(_, let inChunk, let header):
      .lateColumn(file: file, line: line + inChunk, header: header)
    case .lineTooLong(_, let inChunk): .lineTooLong(file: file, line: line + inChunk)
    default: self
    }
  }
}
