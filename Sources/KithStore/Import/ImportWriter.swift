// An import, in whole or not at all. Rows are read before the lock is taken, or, where memory does not
// hold all of them, up to the first part. Then, under the lock:
//
//   1. leftovers of earlier imports are removed
//   2. events/<run>.arrow.new (or users/…, or one of each) is written and synced, one for each part;
//      rejected lines go into rejected/<run>.csv.new, named by the first run
//   3. once all is read, the content is looked for among the live runs; where rows may be there already, the
//      parts that have such rows are written anew without them (ImportWriter+Overlap.swift)
//   4. the runs are renamed and their directory synced
//   5. the journal gets its entry, with the digest of each file
//   6. the manifest is replaced: from here on the import is in, with all its runs
//   7. the rejected lines are renamed; where that is cut short, the next writer does it
//
// A digest counts only while its run is live, so an import that was cut short between 5 and 6 can be
// repeated.

import KithSystem

/// Rows that become one run.
struct Part {
  let isUsers: Bool
  let rows: Int
  let users: Int
  let write: (RunFile) throws(FileError) -> RunSummary
  /// Writes at which place each row arrived; called before ``write``, and nil where nobody will ask.
  var writeOrder: ((RunFile) throws(FileError) -> Void)?

  init(_ gathered: GatheredEvents, knowsOrder: Bool = false) {
    isUsers = false
    rows = gathered.rows
    let table = gathered.table(keepingPlaces: knowsOrder)
    users = table.sorted.users.count
    write = { (file) throws(FileError) in try table.write(to: file) }
    if knowsOrder { writeOrder = { (file) throws(FileError) in try table.writeOrder(to: file) } }
  }

  init(_ columns: EventColumns) {
    self.init(columns.rows, columns.users, isUsers: false) { (sink) throws(FileError) in
      try RunWriter.events(columns, to: sink)
    }
  }

  init(_ columns: UserColumns) {
    self.init(columns.rows, columns.users, isUsers: true) { (sink) throws(FileError) in
      try RunWriter.users(columns, to: sink)
    }
  }

  private init(
    _ rows: Int, _ users: DictionaryBuilder, isUsers: Bool,
    _ write: @escaping (@escaping ArrowWriter<FileError>.Sink) throws(FileError) -> RunSummary
  ) {
    self.isUsers = isUsers
    self.rows = rows
    self.users = users.interner.count
    self.write = { (file) throws(FileError) in
      try write { (bytes) throws(FileError) in try file.write(bytes) }
    }
  }

  var folder: String { (isUsers ? RunKind.users : .events).folder }
}

/// Writes the runs of one import, which become live all at once.
final class ImportWriter {
  /// What is known from the moment on at which the lock is held.
  struct Begun {
    let lock: WriteLock
    let manifest: Manifest
    /// The place in the order of arrival before the first run's.
    let lastSequence: Int
    /// The name of the first run, and of the rejected lines.
    let name: String
  }

  struct WrittenRun {
    let isUsers: Bool
    var users: Int
    /// Where it lies until all runs are renamed.
    var file: String
    var run: Manifest.Run
    /// Of events that are yet to be compared.
    var compared: Compared?

    var path: String { run.file(in: (isUsers ? RunKind.users : .events).folder) }
  }

  struct Compared {
    /// Not closed, and not synced: it may not stay.
    let file: RunFile
    /// Where it says at which place each row arrived.
    let order: String?
  }

  /// Whether the files hold attributes; what times among them stand for are events all the same.
  let isUsers: Bool
  /// By what rule some of the events are left out before they are live; nil: none are.
  let comparing: Overlap.Rule?
  let store: Store
  private var begun: Begun?
  var runs: [WrittenRun] = []
  private var rejects: (any WritableFile)?
  /// What is to be removed unless the import gets in.
  var paths: [String] = []

  init(_ store: Store, isUsers: Bool, comparing: Overlap.Rule? = nil) {
    self.store = store
    self.isUsers = isUsers
    self.comparing = comparing
  }

  var files: any FileSystem { store.files }

  /// Takes the lock, unless it is held.
  func begin() throws(StoreError) -> Begun {
    if let begun { return begun }
    let lock = try store.lock()
    let manifest = try store.manifest()
    let last = (manifest.eventRuns + manifest.userRuns).map(\.sequence).max() ?? 0
    let begun = Begun(
      lock: lock, manifest: manifest, lastSequence: last, name: store.runName(last + 1))
    self.begun = begun
    try files.reach { () throws(FileError) in try files.removeImportLeftovers(manifest) }
    return begun
  }

  /// Writes a run that is not live yet; nothing where it has no rows. What is derived of the last one is
  /// made meanwhile, unless it is about to be folded; of the others it is made once they are live.
  func write(_ part: Part, isLast: Bool = false) throws(StoreError) {
    guard part.rows > 0 else { return }
    let begun = try begin()
    let isCompared = comparing != nil && !part.isUsers
    let sequence = begun.lastSequence + 1 + runs.count
    // The first run that stays has the name of the import.
    let name = runs.isEmpty && !isCompared ? begun.name : store.runName(sequence)
    let path = "\(part.folder)/\(name).arrow"
    paths += [path + ".new", path]
    let (summary, file, compared) = try files.reach { () throws(FileError) in
      try files.makeDirectory(part.folder)
      let order = try writeOrder(of: part, path)
      let file = RunFile(try files.open(path + ".new", .create))
      let summary = try part.write(file)
      guard !isCompared else {
        try file.end()
        return (summary, file, Compared?.some(Compared(file: file, order: order)))
      }
      let rows = begun.manifest.eventRuns.map(\.rows) + runs.map(\.run.rows) + [summary.rows]
      let stays = isLast && !part.isUsers && FoldRule.count(rows) == 0
      try file.finish {
        guard stays else { return }
        store.prepareDerivedState(ofFile: path + ".new", run: name, file)
      }
      return (summary, file, nil)
    }
    let run = Manifest.Run(
      name: name, sequence: sequence, importID: "", zone: store.settings.zone.name,
      rows: summary.rows, firstTime: summary.firstTime, lastTime: summary.lastTime,
      firstUser: summary.firstUser, lastUser: summary.lastUser,
      dictionaries: summary.dictionaries.map { ($0.name, $0.values) }, bytes: file.bytes,
      checksums: file.checksums)
    runs.append(
      WrittenRun(
        isUsers: part.isUsers, users: part.users, file: path + ".new", run: run,
        compared: compared))
  }

  private func writeOrder(of part: Part, _ path: String) throws(FileError) -> String? {
    guard let write = part.writeOrder else { return nil }
    let name = path + ".order.new"
    paths.append(name)
    let file = RunFile(try files.open(name, .create))
    try write(file)
    try file.end()
    try file.close()
    return name
  }

  /// Writes the rejected lines that are in memory, and takes them out of it.
  func write(_ rejected: inout Rejects) throws(StoreError) {
    let bytes = rejected.takeBytes()
    guard !bytes.isEmpty else { return }
    let name = "rejected/\(try begin().name).csv.new"
    if rejects == nil { paths.append(name) }
    try files.reach { () throws(FileError) in
      if rejects == nil {
        try files.makeDirectory("rejected")
        rejects = try files.open(name, .replace)
      }
      try rejects?.write(bytes)
    }
  }

  /// Makes all runs live.
  func commit(
    _ imported: [ImportedFile], rejected: Int, replacing replaced: ReplacedRows
  ) throws(StoreError) {
    let begun = try begin()
    try files.reach { () throws(FileError) in
      if let rejects {
        try rejects.sync()
        try rejects.close()
        try files.syncDirectory("rejected")
      }
      for written in runs where written.file != written.path {
        try files.rename(written.file, to: written.path)
      }
      for kind in RunKind.allCases where rows(ofUsers: kind == .users) > 0 {
        try files.syncDirectory(kind.folder)
      }
    }
    guard !runs.isEmpty else { return paths = [] }
    var next = begun.manifest
    if next.home == nil { next.home = try store.writer() }
    for isUsers in [isUsers, !isUsers] {
      guard let first = runs.first(where: { $0.isUsers == isUsers }) else { continue }
      let entry = try store.decide(
        .imported(
          run: first.run.name, files: imported, rows: rows(ofUsers: isUsers),
          rejected: isUsers == self.isUsers ? rejected : 0, users: isUsers), under: begun.lock)
      for index in runs.indices where runs[index].isUsers == isUsers {
        runs[index].run.importID = entry.id
        next[isUsers ? .users : .events].append(runs[index].run)
      }
    }
    let old = try store.replace(replaced, in: &next, under: begun.lock)
    try store.commit(next, replacing: old, under: begun.lock)
    paths = []
  }

  func rows(ofUsers areUsers: Bool) -> Int {
    runs.reduce(0) { $0 + ($1.isUsers == areUsers ? $1.run.rows : 0) }
  }

  /// The name of the first run; nil where no row was taken.
  var firstRun: String? { runs.first?.run.name }

  /// Distinct users in the rows that were taken.
  var userCount: Int {
    get throws(StoreError) {
      let own = runs.filter { $0.isUsers == isUsers }
      guard own.count > 1 else { return own.first?.users ?? 0 }
      let kind: RunKind = isUsers ? .users : .events
      var tables: [TextTable] = []
      for written in own {
        let mapped = try files.reach { () throws(FileError) in try files.map(written.path) }
        do throws(DamagedFile) {
          let file = try ArrowFile(mapped, name: written.path, kind: kind.note)
          tables.append(try file.codes(try file.own("user")).texts)
        } catch {
          throw .damaged(file: written.path, line: nil, problem: error.words)
        }
      }
      var count = 0
      mergeSorted(tables) { _, _ in count += 1 }
      return count
    }
  }

  /// Lets go of the lock, and removes what was written of an import that did not get in.
  func end() {
    guard let begun else { return }
    // The manifest may be in place although its directory could not be synced.
    if !paths.isEmpty, let now = try? store.manifest(), !now.holds(begun.name) {
      for path in paths { try? files.remove(path) }
    }
    begun.lock.release()
    self.begun = nil
  }
}

extension Store {
  /// Writes runs anew without rows that give way; returns the files whose place they take.
  fileprivate func replace(
    _ rows: ReplacedRows, in manifest: inout Manifest, under lock: WriteLock
  ) throws(StoreError) -> [String] {
    var old: [String] = []
    for run in manifest.eventRuns {
      let file = run.file(in: RunKind.events.folder)
      guard let dropped = rows[file] else { continue }
      var source = try source(run, .events)
      source.dropped = dropped.ranges
      manifest.eventRuns.removeAll { $0.name == run.name }
      if source.dropped != [0..<source.rows], let rest = try written([source], .events, under: lock)
      {
        manifest.eventRuns.append(rest)
      }
      old.append(file)
    }
    return old
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
        if name.hasSuffix(".arrow") || name.hasSuffix(".new") {
          try remove(folder + "/" + name)
        }
      }
    }
    for name in try list("rejected") where name.hasSuffix(".csv.new") {
      let run = String(name.dropLast(8))
      if manifest.holds(run) { try finishRejected(run) } else { try remove("rejected/" + name) }
    }
  }

  /// Lets the rejected lines of an import that is in be seen.
  func finishRejected(_ run: String) throws(FileError) {
    try rename("rejected/\(run).csv.new", to: "rejected/\(run).csv")
    try syncDirectory("rejected")
  }
}
