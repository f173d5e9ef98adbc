// An import, in whole or not at all. Rows are read before the lock is taken; then, under it:
//
//   1. leftovers of earlier imports are removed; the content is looked for among the live runs
//   2. events/<run>.arrow.new (or users/…, or one of each) and rejected/<run>.csv.new are written and synced
//   3. the run is renamed and its directory synced
//   4. the journal gets its entry, with the digest of each file
//   5. the manifest is replaced: from here on the import is in
//   6. the rejected lines are renamed; where that is cut short, the next writer does it
//
// A digest counts only while its run is live, so an import that was cut short between 4 and 5 can be
// repeated.

import KithSystem

extension Store {
  /// Imports events: CSV, tab-separated or JSON lines, plain, gzip or Zstandard, into one run.
  ///
  /// Cost: one pass over the inputs on all cores, a sort by user, and one run written.
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
    let gathered = try gather(
      inputs, options, into: takers, alsoSHA256: try knowsFilesBySHA256(),
      blockSize: reading.blockSize, progress: progress)
    let rows = GatheredEvents(takers, gathered)
    try checkSizes(rows.columnSizes)
    let commit = Commit(
      isUsers: false, gathered: Content(gathered), start: start, again: options.again)
    return try self.commit(commit) { () throws(ImportError) in
      guard options.overlap else { return ([Part(rows)], 0, [:]) }
      let snapshot = try asImport { () throws(StoreError) in try self.runSnapshot() }
      let (rest, duplicates, replaced) = rows.columns.withoutOverlap(
        snapshot, fileEnds: gathered.fileEnds)
      return ([Part(rest)], duplicates, replaced)
    }
  }

  /// Imports attributes of users; as ``importEvents(_:_:progress:)``.
  public func importUsers(
    _ inputs: [ImportInput], _ options: ImportOptions = ImportOptions(),
    progress: (ImportProgress) -> Void = { _ in }
  ) throws(ImportError) -> ImportReport {
    let start = try begin()
    let held = Held(UserTaker(seed: seed(), zone: settings.zone, now: start, options))
    let gathered = try gather(
      inputs, options, into: [held], alsoSHA256: try knowsFilesBySHA256(), blockSize: 1 << 20,
      progress: progress)
    held.value.finish()
    let columns = held.value.columns
    try checkSizes(columns.attributes.map { ($0.name, $0.interner.size) })
    let events = held.value.events
    let commit = Commit(
      isUsers: true, gathered: Content(gathered), start: start, again: options.again)
    return try self.commit(commit) { () throws(ImportError) in
      let attributes = Part(columns)
      guard !options.events.isEmpty else { return ([attributes], 0, [:]) }
      let (missing, present) = events.missing(
        from: try asImport { () throws(StoreError) in try self.runSnapshot() })
      return ([attributes, Part(missing)], present, [:])
    }
  }

  private func begin() throws(ImportError) -> Instant {
    if let readOnlyReason { throw .store(.readOnly(readOnlyReason)) }
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
  /// Keeps off the fast paths: what tests compare them with.
  var isCareful = false
}

/// What of the inputs does not become rows.
private struct Content {
  var files: [ImportedFile]
  var rejects: Rejects
  var warnings: [String]

  init<Rows>(_ gathered: Gathered<Rows>) {
    files = gathered.files
    rejects = gathered.rejects
    warnings = gathered.warnings
  }
}

/// One import on its way into the store.
private struct Commit {
  var isUsers: Bool
  var gathered: Content
  var start: Instant
  var again: Bool
}

/// What becomes one run.
private struct Part {
  let isUsers: Bool
  let rows: Int
  let users: Int
  let write: (RunFile) throws(FileError) -> RunSummary
  /// Given under the lock, once it is known that there are rows.
  var name = ""
  var sequence = 0

  init(_ gathered: GatheredEvents) {
    isUsers = false
    rows = gathered.rows
    let table = gathered.table()
    users = table.sorted.users.count
    write = { (file) throws(FileError) in try table.write(to: file) }
  }

  init(_ columns: EventColumns) {
    isUsers = false
    rows = columns.rows
    users = columns.users.interner.count
    write = { (file) throws(FileError) in
      try RunWriter.events(columns) { (bytes) throws(FileError) in try file.write(bytes) }
    }
  }

  init(_ columns: UserColumns) {
    isUsers = true
    rows = columns.rows
    users = columns.users.interner.count
    write = { (file) throws(FileError) in
      try RunWriter.users(columns) { (bytes) throws(FileError) in try file.write(bytes) }
    }
  }

  var folder: String { isUsers ? "users" : "events" }
  var path: String { "\(folder)/\(name).arrow" }
}

extension Store {
  /// `parts` are asked for under the lock, with how many rows were left out since the store has them.
  private func commit(
    _ commit: Commit,
    _ parts: () throws(ImportError) -> (taken: [Part], duplicates: Int, replaced: ReplacedRows)
  ) throws(ImportError) -> ImportReport {
    let lock = try asImport { () throws(StoreError) in try self.lock() }
    defer { lock.release() }
    let manifest = try asImport { () throws(StoreError) in try self.manifest() }
    if !commit.again { try refuseRepeated(commit, manifest) }
    let (all, duplicates, replaced) = try parts()
    let types = ColumnTypes(self, manifest)
    var taken = all.filter { $0.rows > 0 }
    let last = (manifest.eventRuns + manifest.userRuns).map(\.sequence).max() ?? 0
    for index in taken.indices {
      taken[index].sequence = last + 1 + index
      taken[index].name = runName(taken[index].sequence)
    }
    let name = taken.first?.name ?? runName(last + 1)
    let rejected = commit.gathered.rejects
    var report = ImportReport(
      rows: all.first?.rows ?? 0,
      events: all.reduce(0) { $0 + ($1.isUsers ? 0 : $1.rows) }, users: all.first?.users ?? 0,
      rejected: rejected.byColumn, duplicates: duplicates, seconds: 0, run: taken.first?.name,
      rejectedFile: rejected.count > 0 ? "rejected/\(name).csv" : nil,
      warnings: commit.gathered.warnings)
    if taken.isEmpty {
      try asImport { () throws(StoreError) in
        try files.reach { () throws(FileError) in
          try files.removeImportLeftovers(manifest)
          guard rejected.count > 0 else { return }
          try files.makeDirectory("rejected")
          try files.writeAtomically("rejected/\(name).csv", rejected.bytes)
        }
      }
    } else {
      try asImport { () throws(StoreError) in
        try self.write(
          commit, taken, manifest, rejects: "rejected/\(name).csv.new",
          replacing: replaced, lock: lock)
      }
      if rejected.count > 0, (try? files.finishRejected(name)) == nil {
        // The next import finishes it by the run's name, which a fold would take away.
        report.rejectedFile = "rejected/\(name).csv.new"
      } else {
        do {
          try dropForgotten(after: last, under: lock)
          try fold(under: lock)
        } catch {
          report.warnings.append("small runs stay beside the large one: \(error.diagnostic.line)")
        }
      }
      prepareDerivedState()
      if let now = try? self.manifest() {
        report.typeChanges = types.changes(to: ColumnTypes(self, now))
      }
      let writer = try asImport { () throws(StoreError) in try self.writer() }
      if let home = manifest.home, home != writer {
        report.warnings.append(
          "earlier imports of this store were made elsewhere (by \(home)); import in one place alone"
        )
      }
    }
    report.seconds =
      Double(outside.clock.now().milliseconds - commit.start.milliseconds) / 1000
    return report
  }

  /// The name of a new run at a place in the order of arrival.
  func runName(_ sequence: Int) -> String {
    pad(Int64(sequence), 6) + "-" + hex(outside.randomness.bytes(4))
  }

  /// Refuses content that a live run holds already.
  private func refuseRepeated(_ commit: Commit, _ manifest: Manifest) throws(ImportError) {
    for (entry, run, files) in try liveImports(manifest, ofUsers: commit.isUsers) {
      for file in commit.gathered.files where files.contains(where: { $0.hasContent(of: file) }) {
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

  /// Steps 1 to 5 of the head comment. What a failure leaves is removed, now or by the next writer.
  private func write(
    _ commit: Commit, _ parts: [Part], _ manifest: Manifest, rejects: String,
    replacing replaced: ReplacedRows, lock: WriteLock
  ) throws(StoreError) {
    do throws(StoreError) {
      let written = try files.reach { () throws(FileError) in
        try files.removeImportLeftovers(manifest)
        try files.makeDirectory("rejected")
        var written: [(summary: RunSummary, file: RunFile)] = []
        for part in parts {
          try files.makeDirectory(part.folder)
          let file = RunFile(try files.open(part.path + ".new", .create))
          let summary = try part.write(file)
          // A run that is about to be folded is not worth it.
          let stays =
            !part.isUsers && FoldRule.count(manifest.eventRuns.map(\.rows) + [summary.rows]) == 0
          try file.finish {
            guard stays else { return }
            prepareDerivedState(ofFile: part.path + ".new", run: part.name, file)
          }
          written.append((summary, file))
        }
        if commit.gathered.rejects.count > 0 {
          try files.writeSynced(rejects, commit.gathered.rejects.bytes)
        }
        for part in parts {
          try files.rename(part.path + ".new", to: part.path)
          try files.syncDirectory(part.folder)
        }
        return written
      }
      var next = manifest
      if next.home == nil { next.home = try writer() }
      for (part, (summary, file)) in zip(parts, written) {
        let entry = try decide(
          .imported(
            run: part.name, files: commit.gathered.files, rows: summary.rows,
            rejected: part.isUsers == commit.isUsers ? commit.gathered.rejects.count : 0,
            users: part.isUsers), under: lock)
        let run = Manifest.Run(
          name: part.name, sequence: part.sequence, importID: entry.id, zone: settings.zone.name,
          rows: summary.rows, firstTime: summary.firstTime, lastTime: summary.lastTime,
          firstUser: summary.firstUser, lastUser: summary.lastUser,
          dictionaries: summary.dictionaries.map { ($0.name, $0.values) }, bytes: file.bytes,
          checksums: file.checksums)
        if part.isUsers { next.userRuns.append(run) } else { next.eventRuns.append(run) }
      }
      let old = try replace(replaced, in: &next, under: lock)
      try self.commit(next, replacing: old, under: lock)
    } catch {
      // The manifest may be in place although its directory could not be synced.
      if let now = try? self.manifest(), let first = parts.first, !now.holds(first.name) {
        for part in parts {
          for leftover in [part.path + ".new", part.path] { try? files.remove(leftover) }
        }
        try? files.remove(rejects)
      }
      throw error
    }
  }

  /// Writes runs anew without rows that give way; returns the files whose place they take.
  private func replace(
    _ rows: ReplacedRows, in manifest: inout Manifest, under lock: WriteLock
  ) throws(StoreError) -> [String] {
    var old: [String] = []
    for run in manifest.eventRuns {
      let file = run.file(in: RunKind.events.folder)
      guard let dropped = rows[file] else { continue }
      var source = try source(run, .events)
      source.dropped = dropped.map { $0..<($0 + 1) }
      manifest.eventRuns.removeAll { $0.name == run.name }
      if dropped.count < source.rows, let rest = try written([source], .events, under: lock) {
        manifest.eventRuns.append(rest)
      }
      old.append(file)
    }
    return old
  }

  func asImport<Value>(
    _ body: () throws(StoreError) -> Value
  ) throws(ImportError) -> Value {
    do { return try body() } catch { throw .store(error) }
  }
}

extension Manifest {
  func holds(_ run: String) -> Bool {
    (eventRuns + userRuns).contains { $0.name == run }
  }
}

extension FileSystem {
  /// Removes what imports left behind that were cut short; called under the lock.
  func removeImportLeftovers(_ manifest: Manifest) throws(FileError) {
    for (folder, runs) in [("events", manifest.eventRuns), ("users", manifest.userRuns)] {
      let live = Set(runs.map { $0.name + ".arrow" })
      for name in try list(folder) where !live.contains(name) {
        if name.hasSuffix(".arrow") || name.hasSuffix(".arrow.new") {
          try remove(folder + "/" + name)
        }
      }
    }
    for name in try list("rejected") where name.hasSuffix(".csv.new") {
      let run = String(name.dropLast(8))
      if manifest.holds(run) { try finishRejected(run) } else { try remove("rejected/" + name) }
    }
  }

  fileprivate func finishRejected(_ run: String) throws(FileError) {
    try rename("rejected/\(run).csv.new", to: "rejected/\(run).csv")
    try syncDirectory("rejected")
  }

  fileprivate func writeSynced(_ name: String, _ bytes: [UInt8]) throws(FileError) {
    let file = try open(name, .replace)
    try file.write(bytes)
    try file.sync()
    try file.close()
    try syncDirectory("rejected")
  }
}
