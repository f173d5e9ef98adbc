import KithSystem

extension Checkup {
  /// Every line of every journal, and every set of users that a decision names or that is there.
  mutating func checkJournals(_ manifest: Manifest?) {
    var log = EntryLog()
    var lines = JournalLines()
    for leaf in list(StoreFile.journal) where leaf.hasSuffix(".jsonl") {
      let name = "\(StoreFile.journal)/\(leaf)"
      guard let bytes = reach(name, { (files) throws(FileError) in try files.map(name) }) else {
        continue
      }
      var file = JournalProgress(name: name)
      let place = lines.place(name, bytes)
      do throws(StoreError) {
        try file.read(bytes.bytes, file: place, into: &log)
      } catch {
        add(name, error)
      }
      check(file)
    }
    checkTwice(&log, lines)
    if let manifest { checkImports(manifest, log) }
    checkErased(log)
    checkSets(log)
    checkCheckpoint(log)
    campaignEntries =
      JournalListing(log, lines) { $0.kind == EntryLog.Kind.campaign.rawValue }
      .reversed().map(\.entry)
  }

  private mutating func check(_ file: JournalProgress) {
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

  private mutating func checkTwice(_ log: inout EntryLog, _ lines: JournalLines) {
    var checks: [EntryKey: UInt32] = [:]
    var twice: [EntryLog.Item] = []
    for item in log.items.sorted(by: { $0.place < $1.place }) {
      let other = checks.updateValue(item.check, forKey: item.key)
      if let other, other != item.check { twice.append(item) }
    }
    for item in twice {
      add(
        lines.names[Int(item.place >> 48)],
        "the entry \(log.id(item.key)) stands in the journals twice, and differs")
    }
    _ = log.settle(from: 0) { lines.bytes($0) }
  }

  /// A journal that was cut between two lines shows by the imports that it no longer tells of.
  private mutating func checkImports(_ manifest: Manifest, _ log: EntryLog) {
    var known: Set<EntryKey> = []
    for item in log.items { known.insert(item.key) }
    for run in manifest.eventRuns + manifest.userRuns {
      for entry in run.allImports.map(\.id) where log.key(entry).map(known.contains) != true {
        let writer = entry.prefix { $0 != "-" }
        let name = StoreFile.journalFile(of: String(writer))
        guard !findings.contains(where: { $0.file == name }) else { continue }
        add(name, "the entry of the import of \(run.name) is missing")
      }
    }
  }

  private mutating func checkSets(_ log: EntryLog) {
    let folder = list(StoreFile.sets).filter { $0.hasSuffix(".zst") }
    let there = folder.map { String($0.dropLast(4)) }
    var counts: [String: Int] = [:]
    for (code, count) in log.tables.setCounts.enumerated() {
      counts[log.tables.sets.text(UInt32(code))] = count
    }
    for digest in Set(there).union(counts.keys).sorted() {
      let name = UserSet.name(digest)
      guard let packed = read(name) else { continue }
      let bytes = UserSet.unpacked(packed, sha256: digest, limit: packed.count << 10)
      if bytes == nil || counts[digest].map({ $0 != UserSet.count(bytes ?? []) }) ?? false {
        add(name, "it is not the set that it should be")
      }
    }
  }

  /// The checkpoint is only a memory: where it is damaged or tells other things than the journals, the
  /// answers come from the journals, more slowly.
  private mutating func checkCheckpoint(_ log: EntryLog) {
    guard (try? files.info(Checkpoint.name)) ?? nil != nil else { return }
    let remedy = "remove it: it is made again"
    guard let checkpoint = Checkpoint.read(files) else {
      add(Checkpoint.name, "its bytes are not those that were written", remedy: remedy)
      return
    }
    let covered = checkpoint.log
    let isSame =
      covered.count <= log.count
      && (0..<covered.count).allSatisfy { index in
        let (one, other) = (covered[index], log[index])
        return one.clock == other.clock && one.check == other.check && one.kind == other.kind
      }
    if !isSame { add(Checkpoint.name, "it is older than a change of the journals", remedy: remedy) }
  }
}
