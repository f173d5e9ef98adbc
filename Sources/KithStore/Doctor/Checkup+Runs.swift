import KithSystem

extension Checkup {
  /// Every run against its own bytes and against what the manifest says of it.
  /// - Returns: all runs as one view; nil where one of them is damaged.
  mutating func checkRuns(of manifest: Manifest) -> RunSnapshot? {
    var names: Set<String> = []
    var sequences: Set<Int> = []
    for run in manifest.eventRuns + manifest.userRuns {
      if !names.insert(run.name).inserted || !sequences.insert(run.sequence).inserted {
        add(StoreFile.manifest, "the run \(run.name) stands in it twice")
      }
      if let last = run.imports.last, last.id != run.importID {
        add(StoreFile.manifest, "the run \(run.name) came with another import than its last")
      }
      if (try? Zone.named(run.zone)) == nil {
        add(StoreFile.manifest, "the run \(run.name) has an unknown time zone, \(run.zone)")
      }
    }
    checkHome(of: manifest)
    let before = findings.count
    var eventRuns: [EventRun] = []
    for run in manifest.eventRuns.sorted(by: { $0.sequence < $1.sequence }) {
      guard
        let opened = check(
          run, in: "events", EventRun.init, { (run) throws(DamagedFile) in try run.check() })
      else { continue }
      compare(run, opened.name, opened.facts)
      userTables.append((opened.name, opened.users))
      eventRuns.append(opened)
    }
    var userRuns: [UserRun] = []
    for run in manifest.userRuns.sorted(by: { $0.sequence < $1.sequence }) {
      guard
        let opened = check(
          run, in: "users",
          { (mapped, name) throws(DamagedFile) in try UserRun(mapped, name: name) },
          { (run) throws(DamagedFile) in try run.check() })
      else { continue }
      compare(run, opened.name, opened.facts)
      userTables.append((opened.name, opened.users))
      userRuns.append(opened)
    }
    guard findings.count == before else { return nil }
    return RunSnapshot(
      generation: manifest.generation, horizon: manifest.eventRuns.map(\.lastTime).max(),
      eventRuns: eventRuns, userRuns: userRuns)
  }

  /// The writer that imports has imported something, or at least decided something.
  private mutating func checkHome(of manifest: Manifest) {
    guard let home = manifest.home else { return }
    let imports = (manifest.eventRuns + manifest.userRuns).flatMap(\.allImports)
    guard !imports.contains(where: { $0.id.hasPrefix(home + "-") }),
      !list(StoreFile.journal).contains(home + ".jsonl")
    else { return }
    add(StoreFile.manifest, "the writer that imports, \(visible(home)), has no journal here")
  }

  /// Size, each MiB's checksum, structure, codes and order, each of them said.
  private mutating func check<Opened>(
    _ run: Manifest.Run, in folder: String,
    _ open: (MappedBytes, String) throws(DamagedFile) -> Opened,
    _ look: (Opened) throws(DamagedFile) -> Void
  ) -> Opened? {
    let name = run.file(in: folder)
    guard let mapped = reach(name, { (files) throws(FileError) in try files.map(name) }) else {
      return nil
    }
    for problem in run.damage(of: mapped) { add(name, DamagedFile(name, problem).words) }
    do throws(DamagedFile) {
      let opened = try open(mapped, name)
      try look(opened)
      return opened
    } catch {
      if case .format = error.problem, run.damage(of: mapped).isEmpty {
        add(name, error.words, remedy: "install the newer version of kith")
        return nil
      }
      add(name, error.words)
      return nil
    }
  }

  private mutating func compare(_ run: Manifest.Run, _ name: String, _ facts: RunFacts) {
    if facts != RunFacts(run) {
      add(name, "it does not hold what the manifest says of it")
    }
  }
}

/// What the manifest says of a run and the run itself shows.
private struct RunFacts: Equatable {
  var rows: Int
  var times: ClosedRange<Int64>?
  var users: [String]
  var dictionaries: [String: Int]

  init(_ run: Manifest.Run) {
    rows = run.rows
    times = run.firstTime <= run.lastTime ? run.firstTime...run.lastTime : nil
    users = [run.firstUser, run.lastUser]
    // A folded run's own `import` is held against the manifest by itself.
    dictionaries = Dictionary(
      run.ownersDictionaries.map { ($0.name, $0.values) }, uniquingKeysWith: { first, _ in first })
  }

  init(rows: Int, times: IntegerView, users: TextTable, columns: [DictionaryColumn]) {
    let numbers = times.numbers.prefix(rows)
    self.rows = rows
    self.times = numbers.min().flatMap { first in numbers.max().map { first...$0 } }
    self.users = users.count == 0 ? ["", ""] : [users.text(0), users.text(users.count - 1)]
    dictionaries = Dictionary(
      columns.map { ($0.name, $0.texts.count) } + [("user", users.count)],
      uniquingKeysWith: { first, _ in first })
  }
}

extension EventRun {
  fileprivate var facts: RunFacts {
    RunFacts(rows: rows, times: times, users: users, columns: [events, sources] + properties)
  }
}

extension UserRun {
  fileprivate var facts: RunFacts {
    RunFacts(rows: rows, times: times, users: users, columns: attributes)
  }
}
