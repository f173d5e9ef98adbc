// A look at what an import would make of its files: their first rows are read as the import reads them,
// made a run in memory, and thrown away. Nothing is written, and no lock is taken.

import KithSystem

/// What an import would make of the first rows of its files.
public struct ImportPreview: Sendable {
  /// A column of a file and what becomes of it.
  public struct Column: Sendable, Equatable {
    /// As the import names the file.
    public var file: String
    /// Its header; empty for a column without one.
    public var header: String
    /// `user_id`, `time`, `event`, …; nil for a property or an attribute.
    public var field: String?
    /// What a property or an attribute is called, and its type by the values that were read; nil for a
    /// field, and for a column that would be left out, since it has neither a name nor a value.
    public var name: String?
    public var type: ValueType?
    /// The first values that differ, as they would be kept; at most ``ImportPreview/examplesMax``.
    public var examples: [String]
  }

  public static let examplesMax = 3
  /// At least as many rows of each file are read, where it has them.
  public static let rowsMax = 1000

  public var columns: [Column]
  /// What the import would report had the files these rows alone; `run` is nil.
  public var report: ImportReport
  /// The first lines that would be rejected.
  public var rejected: [(file: String, line: Int, reason: RejectReason)]
  /// Whether the files hold nothing more.
  public var isWhole: Bool
}

extension Store {
  /// Reads the first rows of files of events, or with `users` of attributes, as an import would.
  ///
  /// Cost: a few MiB of each file.
  /// - Throws: ``ImportError``, as the import would.
  public func preview(
    _ inputs: [ImportInput], _ options: ImportOptions = ImportOptions(), users: Bool = false
  ) throws(ImportError) -> ImportPreview {
    let start = outside.clock.now()
    var options = options
    options.rowsMax = ImportPreview.rowsMax
    if users { return try previewUsers(inputs, options, start) }
    let taker = Held(EventRows(worker: 0, seed: 1, zone: settings.zone, source: options.source))
    defer { taker.value.free() }
    let gathered = try gather(
      inputs, options, into: [taker], alsoSHA256: false, blockSize: 1 << 20, progress: { _ in })
    var columns = GatheredEvents([taker], gathered, bucketRows: .max).columns
    var duplicates = 0
    if options.overlap {
      (columns, duplicates) = try withoutOverlap(
        columns, .counts, fileEnds: gathered.fileEnds, options)
    }
    var report = ImportReport(
      rows: columns.rows, events: columns.rows, users: columns.users.interner.count,
      rejected: [], duplicates: duplicates, seconds: 0, warnings: [])
    if let rest = try asImport({ () throws(StoreError) in try withoutErased(columns.users) }) {
      columns = columns.keeping(rest.rows)
      report.leaveOut([.events: rest.dropped], areUsers: false)
    }
    var examples = ColumnExamples()
    examples.add(.user, columns.users)
    examples.add(.event, columns.events)
    examples.add(.source, columns.sources)
    examples.add(.time, columns.times.map { Instant(milliseconds: $0).rfc3339 })
    examples.add(
      .value, columns.values.filter { $0 != absentValue }.map { Exact(micros: $0).description })
    if let ids = columns.eventIDs { examples.add(.eventID, rows: columns.rows, ids.withText) }
    for property in columns.properties { examples.add(property) }
    return preview(of: gathered, options, examples, start, report)
  }

  private func previewUsers(
    _ inputs: [ImportInput], _ options: ImportOptions, _ start: Instant
  ) throws(ImportError) -> ImportPreview {
    let taker = Held(UserTaker(seed: 1, zone: settings.zone, now: start, options))
    let gathered = try gather(
      inputs, options, into: [taker], alsoSHA256: false, blockSize: 1 << 20, progress: { _ in })
    let (all, events) = taker.value.takeRows()
    var columns = all
    let (missing, present) = try withoutOverlap(events, .once, fileEnds: [], options)
    var report = ImportReport(
      rows: columns.rows, events: missing.rows, users: columns.users.interner.count, rejected: [],
      duplicates: present, seconds: 0, warnings: [])
    if let rest = try asImport({ () throws(StoreError) in try withoutErased(columns.users) }) {
      let events = try asImport { () throws(StoreError) in try withoutErased(missing.users) }
      columns = columns.keeping(rest.rows)
      report.leaveOut(
        [.users: rest.dropped, .events: events?.dropped ?? Dropped()], areUsers: true)
    }
    var examples = ColumnExamples()
    examples.add(.user, columns.users)
    examples.add(.updatedAt, columns.times.map { Instant(milliseconds: $0).rfc3339 })
    for attribute in columns.attributes { examples.add(attribute) }
    return preview(of: gathered, options, examples, start, report)
  }

  /// The rows that an import would take, in the order of arrival.
  private func withoutOverlap(
    _ columns: EventColumns, _ rule: Overlap.Rule, fileEnds: [Int], _ options: ImportOptions
  ) throws(ImportError) -> (columns: EventColumns, duplicates: Int) {
    guard columns.rows > 0 else { return (columns, 0) }
    let order = rowOrder(
      users: columns.users.codes, ranks: columns.users.interner.sorted().ranks,
      times: columns.times
    ).order
    return try asImport { () throws(StoreError) in
      let stored = try self.runSnapshot().runs
      do throws(DamagedFile) {
        let run = try EventRun(inMemory { RunWriter.events(columns, to: $0) }, name: "memory")
        let bytes = order.withUnsafeBytes { MappedBytes(copying: Array($0)) }
        let own = ArrivedRun(run, first: 0, order: bytes, fileEnds: fileEnds)
        let overlap = Overlap([own], stored, rule, seed: columns.seed, keysMax: options.keysMax)
        let kept = order.indices.filter { !own.left[$0] }.map { Int(order[$0]) }.sorted()
        return (columns.keeping(kept), overlap.duplicates)
      } catch {
        throw .damaged(file: error.file, line: nil, problem: error.words)
      }
    }
  }

  private func preview<Rows>(
    of gathered: Gathered<Rows>, _ options: ImportOptions, _ examples: ColumnExamples,
    _ start: Instant, _ report: ImportReport
  ) -> ImportPreview {
    var report = report
    report.rejected = gathered.rejects.byColumn
    report.warnings = gathered.warnings + report.warnings
    report.seconds = Double(outside.clock.now().milliseconds - start.milliseconds) / 1000
    let columns = zip(gathered.files, gathered.headers).flatMap { file, header in
      examples.columns(of: header, file: file.name)
    }
    return ImportPreview(
      columns: columns, report: report, rejected: gathered.rejects.first,
      isWhole: !gathered.isCut)
  }
}

/// The first values of each column.
private struct ColumnExamples {
  private var ofFields: [Field: [String]] = [:]
  private var ofNames: [[UInt8]: (values: [String], type: ValueType)] = [:]

  mutating func add(_ field: Field, _ texts: [String]) {
    var values: [String] = []
    for text in texts where !text.isEmpty && !values.contains(text) {
      values.append(text)
      if values.count == ImportPreview.examplesMax { break }
    }
    ofFields[field] = values
  }

  mutating func add(_ field: Field, _ column: DictionaryBuilder) {
    add(field, column.first)
  }

  mutating func add(
    _ field: Field, rows: Int, _ withText: (Int, (UnsafeRawBufferPointer) -> Void) -> Void
  ) {
    var texts: [String] = []
    for row in 0..<min(rows, 100) {
      withText(row) { texts.append(String(decoding: $0, as: UTF8.self)) }
    }
    add(field, texts)
  }

  /// A property or an attribute.
  mutating func add(_ column: DictionaryBuilder) {
    let type = ValueType(ofAll: column.interner)
    ofNames[Array(column.name.utf8)] = (column.first, type)
  }

  func columns(of header: Header, file: String) -> [ImportPreview.Column] {
    let fields = Dictionary(uniqueKeysWithValues: header.fields.map { ($0.value, $0.key) })
    return header.headers.indices.map { place in
      var column = ImportPreview.Column(file: file, header: header.headers[place], examples: [])
      if let field = fields[place] {
        column.field = field.rawValue
        column.examples = ofFields[field] ?? []
      } else if let other = header.others.first(where: { $0.column == place }),
        let known = ofNames[Array(other.name.utf8)], other.isNamed || !known.values.isEmpty
      {
        column.name = other.name
        column.type = known.type
        column.examples = known.values
      }
      return column
    }
  }
}

extension DictionaryBuilder {
  /// The first values in order of the rows.
  fileprivate var first: [String] {
    (0..<min(interner.count, ImportPreview.examplesMax)).map { code in
      interner.withText(UInt32(code)) { String(decoding: $0, as: UTF8.self) }
    }
  }
}

extension ValueType {
  /// The type that texts give a column (language.md); `text` where there are none.
  fileprivate init(ofAll texts: Interner) {
    func all(_ holds: (UnsafeRawBufferPointer) -> Bool) -> Bool {
      texts.count > 0 && (0..<texts.count).allSatisfy { texts.withText(UInt32($0), holds) }
    }
    self =
      all { Exact(bytes: $0) != nil }
      ? .number
      : all { Day(bytes: $0) != nil }
        ? .date
        : all { $0.elementsEqual("true".utf8) || $0.elementsEqual("false".utf8) } ? .boolean : .text
  }
}
