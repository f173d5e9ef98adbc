// An import, in whole or not at all. Rows are read before the lock is taken; then, under it:
//
//   1. leftovers of earlier imports are removed; the content is looked for among the live runs
//   2. events/<run>.arrow.new and rejected/<run>.csv.new are written and synced
//   3. the run is renamed and its directory synced
//   4. the journal gets its entry, with the digest of each file
//   5. the manifest is replaced: from here on the import is in
//   6. the rejected lines are renamed; where that is cut short, the next writer does it
//
// A digest counts only while its run is live, so an import that was cut short between 4 and 5 can be
// repeated.

import Crypto
import KithSystem

extension Store {
  /// Imports events: CSV or tab-separated, plain, gzip or Zstandard, into one run.
  ///
  /// Cost: one pass over the inputs, a sort by user, and one run written; all rows are held in memory.
  /// - Throws: ``ImportError``; the store is then as before.
  public func importEvents(
    _ inputs: [ImportInput], _ options: ImportOptions = ImportOptions(),
    progress: (ImportProgress) -> Void = { _ in }
  ) throws(ImportError) -> ImportReport {
    let start = try begin()
    var taker = EventTaker(seed: seed(), zone: settings.zone, source: options.source)
    let gathered = try gather(inputs, options, into: &taker, progress: progress)
    taker.finish()
    let columns = taker.columns
    try checkSizes([columns.events, columns.sources] + columns.properties)
    return try commit(
      Commit(folder: "events", gathered: gathered, start: start, again: options.again),
      rows: columns.rows, users: columns.users.interner.count
    ) { (sink) throws(FileError) in try RunWriter.events(columns, to: sink) }
  }

  /// Imports attributes of users; as ``importEvents(_:_:progress:)``.
  public func importUsers(
    _ inputs: [ImportInput], _ options: ImportOptions = ImportOptions(),
    progress: (ImportProgress) -> Void = { _ in }
  ) throws(ImportError) -> ImportReport {
    let start = try begin()
    var taker = UserTaker(seed: seed(), zone: settings.zone, now: start)
    let gathered = try gather(inputs, options, into: &taker, progress: progress)
    taker.finish()
    let columns = taker.columns
    try checkSizes(columns.attributes)
    return try commit(
      Commit(folder: "users", gathered: gathered, start: start, again: options.again),
      rows: columns.rows, users: columns.users.interner.count
    ) { (sink) throws(FileError) in try RunWriter.users(columns, to: sink) }
  }

  private func begin() throws(ImportError) -> Instant {
    if let readOnlyReason { throw .store(.readOnly(readOnlyReason)) }
    return outside.clock.now()
  }

  private func seed() -> UInt64 {
    outside.randomness.bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  private func checkSizes(_ columns: [DictionaryBuilder]) throws(ImportError) {
    for column in columns where column.interner.size > TextTable.bytesMax {
      throw .tooLarge(what: "the values of \(column.name)")
    }
  }
}

/// One import on its way into the store.
private struct Commit {
  var folder: String
  var gathered: Gathered
  var start: Instant
  var again: Bool

  var isUsers: Bool { folder == "users" }
}

private typealias Sink = ArrowWriter<FileError>.Sink

extension Store {
  private func commit(
    _ commit: Commit, rows: Int, users: Int,
    _ write: (@escaping Sink) throws(FileError) -> RunSummary
  ) throws(ImportError) -> ImportReport {
    let lock = try asImport { () throws(StoreError) in try self.lock() }
    defer { lock.release() }
    let manifest = try asImport { () throws(StoreError) in try self.manifest() }
    if !commit.again { try refuseRepeated(commit, manifest) }
    let sequence = ((manifest.eventRuns + manifest.userRuns).map(\.sequence).max() ?? 0) + 1
    let name = pad(Int64(sequence), 6) + "-" + hex(outside.randomness.bytes(4))
    let rejected = commit.gathered.rejects
    var report = ImportReport(
      rows: rows, events: commit.isUsers ? 0 : rows, users: users, rejected: rejected.byColumn,
      duplicates: 0, seconds: 0,
      run: rows > 0 ? name : nil,
      rejectedFile: rejected.count > 0 ? "rejected/\(name).csv" : nil,
      warnings: commit.gathered.warnings)
    if rows == 0 {
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
        try self.write(commit, manifest, sequence: sequence, name: name, lock: lock, write)
      }
      if rejected.count > 0, (try? files.finishRejected(name)) == nil {
        report.rejectedFile = "rejected/\(name).csv.new"
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

  /// Refuses content that a live run holds already.
  private func refuseRepeated(_ commit: Commit, _ manifest: Manifest) throws(ImportError) {
    let live = Set((commit.isUsers ? manifest.userRuns : manifest.eventRuns).map(\.name))
    let history = try asImport { () throws(StoreError) in try journals.history() }
    for entry in history.entries {
      guard case .imported(let run, let files, _, _, let users) = entry.decision,
        users == commit.isUsers, live.contains(run)
      else { continue }
      for file in commit.gathered.files where files.contains(where: { $0.sha256 == file.sha256 }) {
        throw .importedBefore(file: file.name, run: run, at: entry.at)
      }
    }
  }

  /// Steps 1 to 5 of the head comment. What a failure leaves is removed, now or by the next writer.
  private func write(
    _ commit: Commit, _ manifest: Manifest, sequence: Int, name: String, lock: WriteLock,
    _ write: (@escaping Sink) throws(FileError) -> RunSummary
  ) throws(StoreError) {
    let path = "\(commit.folder)/\(name).arrow"
    let rejects = "rejected/\(name).csv.new"
    do throws(StoreError) {
      let (summary, file) = try files.reach { () throws(FileError) in
        try files.removeImportLeftovers(manifest)
        try files.makeDirectory(commit.folder)
        try files.makeDirectory("rejected")
        let file = RunFile(try files.open(path + ".new", .create))
        let summary = try write { (bytes) throws(FileError) in try file.write(bytes) }
        try file.finish()
        if commit.gathered.rejects.count > 0 {
          try files.writeSynced(rejects, commit.gathered.rejects.bytes)
        }
        try files.rename(path + ".new", to: path)
        try files.syncDirectory(commit.folder)
        return (summary, file)
      }
      let entry = try decide(
        .imported(
          run: name, files: commit.gathered.files, rows: summary.rows,
          rejected: commit.gathered.rejects.count, users: commit.isUsers), under: lock)
      var next = manifest
      if next.home == nil { next.home = try writer() }
      let run = Manifest.Run(
        name: name, sequence: sequence, importID: entry.id, zone: settings.zone.name,
        rows: summary.rows, firstTime: summary.firstTime, lastTime: summary.lastTime,
        firstUser: summary.firstUser, lastUser: summary.lastUser,
        dictionaries: summary.dictionaries.map { ($0.name, $0.values) }, bytes: file.bytes,
        checksums: file.checksums)
      if commit.isUsers { next.userRuns.append(run) } else { next.eventRuns.append(run) }
      try replaceManifest(next, under: lock)
    } catch {
      // The manifest may be in place although its directory could not be synced.
      if let now = try? self.manifest(), !now.holds(name) {
        for leftover in [path + ".new", path, rejects] { try? files.remove(leftover) }
      }
      throw error
    }
  }

  private func asImport<Value>(
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
  fileprivate func removeImportLeftovers(_ manifest: Manifest) throws(FileError) {
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
