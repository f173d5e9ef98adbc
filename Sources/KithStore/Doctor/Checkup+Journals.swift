import KithSystem

extension Checkup {
  /// Every line of every journal, and every set of users that a decision names or that is there.
  mutating func checkJournals(_ manifest: Manifest?) {
    var entries: [String: JournalFile.Line] = [:]
    for leaf in list(StoreFile.journal) where leaf.hasSuffix(".jsonl") {
      let name = "\(StoreFile.journal)/\(leaf)"
      guard let bytes = read(name) else { continue }
      var file = JournalFile(name: name)
      do throws(StoreError) {
        try file.read(bytes)
      } catch {
        add(name, error)
      }
      check(file)
      for line in file.entries {
        let other = entries.updateValue(line, forKey: line.entry.id)
        if let other, other.checksum != line.checksum {
          add(name, "the entry \(line.entry.id) stands in the journals twice, and differs")
        }
      }
    }
    if let manifest { checkImports(manifest, entries) }
    checkSets(named: entries.values.compactMap { $0.entry.decision.userSet })
  }

  private mutating func check(_ file: JournalFile) {
    for line in file.damagedLines {
      add(file.name, "line \(line) is damaged and passed over")
    }
    if !file.torn.isEmpty {
      add(
        file.name, "its last line was cut short and does not count",
        remedy: "any decision of its writer sets it aside; decide it again if it is missing")
    }
    if let kind = file.unknownDecision {
      add(
        file.name, "it holds a decision that this version does not know: \(kind)",
        remedy: "install the newer version of kith")
    }
  }

  /// A journal that was cut between two lines shows by the imports that it no longer tells of.
  private mutating func checkImports(
    _ manifest: Manifest, _ entries: [String: JournalFile.Line]
  ) {
    for run in manifest.eventRuns + manifest.userRuns where entries[run.importID] == nil {
      let writer = run.importID.prefix { $0 != "-" }
      let name = StoreFile.journalFile(of: String(writer))
      guard !findings.contains(where: { $0.file == name }) else { continue }
      add(name, "the entry of the import of \(run.name) is missing")
    }
  }

  private mutating func checkSets(named: [(sha256: String, count: Int)]) {
    let folder = list(StoreFile.sets).filter { $0.hasSuffix(".zst") }
    let there = folder.map { String($0.dropLast(4)) }
    let counts = Dictionary(named, uniquingKeysWith: { first, _ in first })
    for digest in Set(there).union(counts.keys).sorted() {
      let name = UserSet.name(digest)
      guard let packed = read(name) else { continue }
      let users = UserSet.unpack(packed, sha256: digest, limit: packed.count << 10)
      let isInOrder = users.map { $0.sortedUnique().count == $0.count && $0 == $0.sortedUnique() }
      if isInOrder != true || counts[digest].map({ $0 != users?.count }) ?? false {
        add(name, "it is not the set that it should be")
      }
    }
  }
}

extension Decision {
  /// The set that it names its users by.
  fileprivate var userSet: (sha256: String, count: Int)? {
    switch self {
    case .tagAdd(_, .set(let sha256, let count)), .tagRemove(_, .set(let sha256, let count)),
      .owner(_, .set(let sha256, let count)):
      (sha256, count)
    default: nil
    }
  }
}
