import KithSystem

extension Store {
  /// Imports events: CSV, tab-separated or JSON lines, plain, gzip or Zstandard.
  ///
  /// Cost: one pass over the inputs on all cores, a sort by user, and one run written; of files that are
  /// larger than ``ImportOptions/memoryMax``, a run for each part that fills it.
  /// - Throws: ``ImportError``; the store is then as before.
  public func importEvents(
    _ inputs: [ImportInput], _ options: ImportOptions = ImportOptions(),
    progress: (ImportProgress) -> Void = { _ in }
  ) throws(ImportError) -> ImportReport {
    try importEvents(inputs, options, EventReading(), progress: progress)
  }

  func importEvents(
    _ inputs: [ImportInput], _ options: ImportOptions, _ reading: EventReading,
    progress: (ImportProgress) -> Void = { _ in }
  ) throws(ImportError) -> ImportReport {
    let start = try begin()
    let seed = seed()
    let takers = (0..<reading.workers).map {
      var rows = EventRows(
        worker: $0, seed: seed, zone: settings.zone, source: options.source)
      rows.isCareful = reading.isCareful
      return Held(rows)
    }
    defer { for taker in takers { taker.value.free() } }
    let writer = ImportWriter(
      self, isUsers: false, comparing: options.overlap ? .counts : nil)
    defer { writer.end() }
    let gathered = try gather(
      inputs, options, into: takers, alsoSHA256: try knowsFilesBySHA256(),
      blockSize: reading.blockSize, progress: progress
    ) { (gathered, areRowsDue) throws(ImportError) in
      try asImport { () throws(StoreError) in try writer.write(&gathered.rejects) }
      let rows = GatheredEvents(takers, gathered, bucketRows: reading.bucketRows)
      // Columns wait for the first row that comes with them.
      guard areRowsDue, rows.rows > 0 else { return }
      try write(rows, to: writer)
      gathered.letRowsGo()
      for taker in takers { taker.value.renew() }
    }
    let commit = Commit(writer, gathered, start: start, again: options.again)
    return try self.commit(commit) { () throws(ImportError) in
      let rows = GatheredEvents(takers, gathered, bucketRows: reading.bucketRows)
      try write(rows, to: writer, isLast: true)
      return try leaveOutOverlap(writer, fileEnds: gathered.fileEnds, options)
    }
  }

  private func write(
    _ rows: GatheredEvents, to writer: ImportWriter, isLast: Bool = false
  ) throws(ImportError) {
    try checkSizes(rows.columnSizes)
    let knowsOrder = writer.comparing != nil && (rows.hasEventIDs || rows.areOfSeveralFiles)
    try asImport { () throws(StoreError) in
      try writer.write(Part(rows, knowsOrder: knowsOrder), isLast: isLast)
    }
  }

  private func leaveOutOverlap(
    _ writer: ImportWriter, fileEnds: [Int], _ options: ImportOptions
  ) throws(ImportError) -> (duplicates: Int, replaced: ReplacedRows) {
    try asImport { () throws(StoreError) in
      try writer.leaveOutOverlap(fileEnds: fileEnds, seed: seed(), keysMax: options.keysMax)
    }
  }

  /// Imports attributes of users; as ``importEvents(_:_:progress:)``, but by one thread.
  public func importUsers(
    _ inputs: [ImportInput], _ options: ImportOptions = ImportOptions(),
    progress: (ImportProgress) -> Void = { _ in }
  ) throws(ImportError) -> ImportReport {
    try importUsers(inputs, options, blockSize: 1 << 20, progress: progress)
  }

  func importUsers(
    _ inputs: [ImportInput], _ options: ImportOptions, blockSize: Int,
    progress: (ImportProgress) -> Void = { _ in }
  ) throws(ImportError) -> ImportReport {
    let start = try begin()
    let held = Held(UserTaker(seed: seed(), zone: settings.zone, now: start, options))
    let writer = ImportWriter(
      self, isUsers: true, comparing: options.events.isEmpty ? nil : .once)
    defer { writer.end() }
    let gathered = try gather(
      inputs, options, into: [held], alsoSHA256: try knowsFilesBySHA256(), blockSize: blockSize,
      progress: progress
    ) { (gathered, areRowsDue) throws(ImportError) in
      try asImport { () throws(StoreError) in try writer.write(&gathered.rejects) }
      guard areRowsDue, held.value.columns.rows > 0 else { return }
      try write(&held.value, to: writer)
      gathered.letRowsGo()
    }
    let commit = Commit(writer, gathered, start: start, again: options.again)
    return try self.commit(commit) { () throws(ImportError) in
      try write(&held.value, to: writer)
      return try leaveOutOverlap(writer, fileEnds: [], options)
    }
  }

  private func write(_ taker: inout UserTaker, to writer: ImportWriter) throws(ImportError) {
    let (columns, events) = taker.takeRows()
    try checkSizes(columns.attributes.map { ($0.name, $0.interner.size) })
    try asImport { () throws(StoreError) in
      try writer.write(Part(columns))
      try writer.write(Part(events))
    }
  }

  private func begin() throws(ImportError) -> Instant {
    if let readOnlyReason { throw .store(.readOnly(readOnlyReason)) }
    // Without the key nobody knows whom to leave out.
    try asImport { () throws(StoreError) in _ = try erasedMatcher() }
    return outside.clock.now()
  }

  private func seed() -> UInt64 {
    outside.randomness.bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  private func checkSizes(_ columns: [(name: String, size: Int)]) throws(ImportError) {
    for column in columns where column.size > TextTable.bytesMax {
      throw .tooLarge(what: "the values of \(column.name)")
    }
  }
}

/// How events are read.
struct EventReading {
  var workers = Cores.count
  /// Bytes that a thread reads at a time.
  var blockSize = 1 << 20
  /// So many rows of a run are put into their order by way of buckets.
  var bucketRows = 1 << 20
  /// Keeps off the fast paths: what tests compare them with.
  var isCareful = false
}

/// One import whose rows are read.
private struct Commit {
  let writer: ImportWriter
  let files: [ImportedFile]
  var rejects: Rejects
  let warnings: [String]
  let start: Instant
  let again: Bool

  init<Rows>(_ writer: ImportWriter, _ gathered: Gathered<Rows>, start: Instant, again: Bool) {
    self.writer = writer
    files = gathered.files
    rejects = gathered.rejects
    warnings = gathered.warnings
    self.start = start
    self.again = again
  }
}

extension Store {
  /// `writeRest` writes the rows that are left, under the lock; it gives how many were left out since the
  /// store has them, and which of the store's give way.
  private func commit(
    _ commit: Commit,
    _ writeRest: () throws(ImportError) -> (duplicates: Int, replaced: ReplacedRows)
  ) throws(ImportError) -> ImportReport {
    let writer = commit.writer
    let begun = try asImport { () throws(StoreError) in try writer.begin() }
    if !commit.again { try refuseRepeated(commit, begun.manifest) }
    let (duplicates, replaced) = try writeRest()
    let types = ColumnTypes(self, begun.manifest)
    var rejects = commit.rejects
    try asImport { () throws(StoreError) in
      try writer.write(&rejects)
      try writer.commit(commit.files, rejected: rejects.count, replacing: replaced)
    }
    var report = ImportReport(
      rows: writer.rows(ofUsers: writer.isUsers), events: writer.rows(ofUsers: false),
      users: try asImport { () throws(StoreError) in try writer.userCount },
      rejected: rejects.byColumn, duplicates: duplicates, seconds: 0, run: writer.firstRun,
      rejectedFile: rejects.count > 0 ? "rejected/\(begun.name).csv" : nil,
      warnings: commit.warnings)
    let areRejectsDone = rejects.count == 0 || (try? files.finishRejected(begun.name)) != nil
    if writer.firstRun != nil {
      try settle(commit, begun, areRejectsDone: areRejectsDone, &report)
      if let now = try? self.manifest() {
        report.typeChanges = types.changes(to: ColumnTypes(self, now))
      }
    }
    report.seconds =
      Double(outside.clock.now().milliseconds - commit.start.milliseconds) / 1000
    return report
  }

  /// What follows once the import is in.
  private func settle(
    _ commit: Commit, _ begun: ImportWriter.Begun, areRejectsDone: Bool,
    _ report: inout ImportReport
  ) throws(ImportError) {
    if areRejectsDone {
      do {
        let erased = try dropForgotten(after: begun.lastSequence, under: begun.lock)
        report.leaveOut(erased, areUsers: commit.writer.isUsers)
        try fold(under: begun.lock)
      } catch {
        report.warnings.append("small runs stay beside the large one: \(error.diagnostic.line)")
      }
    } else {
      // The next import finishes it by the run's name, which a fold would take away.
      report.rejectedFile = "rejected/\(begun.name).csv.new"
    }
    prepareDerivedState()
    let writer = try asImport { () throws(StoreError) in try self.writer() }
    if let home = begun.manifest.home, home != writer {
      report.warnings.append(
        "earlier imports of this store were made elsewhere (by \(home)); import in one place alone"
      )
    }
  }

  /// The name of a new run at a place in the order of arrival.
  func runName(_ sequence: Int) -> String {
    pad(Int64(sequence), 6) + "-" + hex(outside.randomness.bytes(4))
  }

  /// Refuses content that a live run holds already.
  private func refuseRepeated(_ commit: Commit, _ manifest: Manifest) throws(ImportError) {
    for (entry, run, files) in try liveImports(manifest, ofUsers: commit.writer.isUsers) {
      for file in commit.files where files.contains(where: { $0.hasContent(of: file) }) {
        throw .importedBefore(file: file.name, run: run, at: entry.at)
      }
    }
  }

  /// The imports whose rows are in a live run.
  private func liveImports(
    _ manifest: Manifest, ofUsers areUsers: Bool
  ) throws(ImportError) -> [(entry: JournalEntry, run: String, files: [ImportedFile])] {
    let runs = areUsers ? manifest.userRuns : manifest.eventRuns
    let live = Set(runs.flatMap(\.allImports).map(\.id))
    return try asImport { () throws(StoreError) in try journals.history() }.imports.compactMap {
      guard case .imported(let run, let files, _, _, let users) = $0.decision, users == areUsers,
        live.contains($0.id)
      else { return nil }
      return ($0, run, files)
    }
  }

  /// Whether an earlier version imported something, which knew files by their SHA-256 alone.
  private func knowsFilesBySHA256() throws(ImportError) -> Bool {
    let manifest = try asImport { () throws(StoreError) in try self.manifest() }
    guard !manifest.eventRuns.isEmpty || !manifest.userRuns.isEmpty else { return false }
    let all =
      try liveImports(manifest, ofUsers: false) + liveImports(manifest, ofUsers: true)
    return all.contains { $0.files.contains { $0.digest == nil } }
  }

  func asImport<Value>(
    _ body: () throws(StoreError) -> Value
  ) throws(ImportError) -> Value {
    do { return try body() } catch { throw .store(error) }
  }
}
