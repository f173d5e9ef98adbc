// Erasing a person. The journal entry has the keyed hash of the id alone: from then on
// nobody who reads decisions sees the person, and no import takes the id in. Then the files are written
// again one by one, each beside its place and renamed into it, so that each is as before or as after:
//
//   1. runs that have the id are written without it, beside those that are live
//   2. the journal gets its entry, and at once one manifest takes all of them in
//   3. `cache/` is emptied; sets and journals, `.torn` and rejected lines
//   4. what other rooms keep: audiences and delivery logs
//   5. the id in texts that people wrote is listed
//
// Killed anywhere, the same command goes on: what is done already has nothing left to be found. Until it
// does, the doctor names what still has the id.

import KithSystem

/// What erasing a person came to.
public struct ForgetReport: Sendable, Equatable {
  /// Rows of events, and of attributes, that are gone.
  public var events = 0
  public var attributes = 0
  /// Journal lines that were written again.
  public var journal = 0
  /// Lines of delivery logs that were.
  public var deliveries = 0
  /// Where texts that people wrote name the id: the file, with the line where it has lines.
  public var mentions: [String] = []

  var isEmpty: Bool { events + attributes + journal + deliveries == 0 }
}

extension Store {
  /// Erases a person from every file of the store; other people's texts that name the id are listed.
  ///
  /// `others` does the same for the files of rooms above, and returns how many lines it changed.
  /// Cost: every run that has the id is written again.
  /// - Throws: where nobody has the id, a file is damaged or the disk fails; run it again to go on.
  package func forget(
    _ user: String, others: () throws(StoreError) -> Int
  ) throws(StoreError) -> ForgetReport {
    do throws(DecisionMistake) { try check(userID: user) } catch { throw .decision(error) }
    let sending = try sendingLock()
    defer { sending.release() }
    let lock = try lock()
    defer { lock.release() }
    let erasure = Erasure(user)
    var report = ForgetReport()
    let manifest = try self.manifest()
    var found: [RunKind: [(source: RunSource, user: Int)]] = [:]
    for kind in RunKind.allCases {
      for run in kind.runs(manifest) {
        let source = try source(run, kind)
        guard let place = withBytes(user, { source.users.find($0) }) else { continue }
        found[kind, default: []].append((source, place))
      }
    }
    // What takes long is done before the entry, so that there is no time in which the person has no
    // decisions and still has events.
    let (next, old) = try rewritten(found, manifest, &report, under: lock)
    try note(erasure, isKnown: !found.isEmpty, under: lock)
    if !old.isEmpty { try commit(next, replacing: old, under: lock) }
    try files.reach { () throws(FileError) in
      for name in try files.list("cache") { try files.remove("cache/" + name) }
    }
    report.journal = try rewriteJournals(erasure)
    try rewriteLines(erasure)
    report.deliveries = try others()
    try removeOld(manifest: try self.manifest())
    report.mentions = try mentions(of: erasure)
    return report
  }

  /// Writes the entry, unless it is there from a time before.
  private func note(
    _ erasure: Erasure, isKnown: Bool, under lock: WriteLock
  ) throws(StoreError) {
    let matcher = try Forgotten(files, manifests).matcher([])
    let hash = erasure.id.withUnsafeBytes { matcher.hash($0) }
    let log = try journals.history().log
    let isNoted = log.last {
      $0.kind == EntryLog.Kind.forget.rawValue && log.tables.hashes.text($0.subject) == hash
    }
    guard isNoted == nil else { return }
    let isDecided = erasure.id.withUnsafeBytes { log.tables.users.find($0) } != nil
    let isTagged = try !decisionSets(having: erasure).isEmpty
    guard isKnown || isDecided || isTagged else { throw .decision(.noUser(erasure.text)) }
    try decide(.forget(hash: hash), under: lock)
  }

  /// Files that are live no more, gone for good: a removal that is not synced may be undone by a power cut.
  private func removeOld(manifest: Manifest) throws(StoreError) {
    try files.reach { () throws(FileError) in
      try files.removeImportLeftovers(manifest)
      for folder in ["events", "users", StoreFile.sets, StoreFile.journal, "rejected", "cache"] {
        if try files.info(folder) != nil { try files.syncDirectory(folder) }
      }
    }
  }

  /// Writes runs without a user.
  /// - Returns: the manifest that has them, and the files that it no longer names.
  private func rewritten(
    _ found: [RunKind: [(source: RunSource, user: Int)]], _ manifest: Manifest,
    _ report: inout ForgetReport, under lock: WriteLock
  ) throws(StoreError) -> (next: Manifest, old: [String]) {
    var next = manifest
    var old: [String] = []
    for kind in RunKind.allCases {
      for (source, user) in found[kind] ?? [] {
        var source = source
        source.dropped = [source.rows(of: user)]
        let gone = source.dropped[0].count
        if kind == .events { report.events += gone } else { report.attributes += gone }
        next[kind].removeAll { $0.name == source.run.name }
        old.append(source.run.file(in: kind.folder))
        guard gone < source.rows else { continue }
        guard let run = try written([source], kind, under: lock) else { continue }
        next[kind].append(run)
      }
    }
    return (next, old)
  }

  /// The sets that have the id: digest, and their bytes without it.
  private func decisionSets(
    having erasure: Erasure
  ) throws(StoreError) -> [String: [UInt8]] {
    var sets: [String: [UInt8]] = [:]
    let names = try files.reach { () throws(FileError) in try files.list(StoreFile.sets) }
    for name in names where name.hasSuffix(".zst") {
      let digest = String(name.dropLast(4))
      let packed = try files.reach { () throws(FileError) in
        try files.read(StoreFile.sets + "/" + name)
      }
      guard
        let bytes = UserSet.unpacked(
          packed, sha256: digest, limit: max(1 << 20, packed.count << 12))
      else {
        throw .damaged(
          file: UserSet.name(digest), line: nil, problem: "it is not the set that it should be")
      }
      var rest: [UInt8] = []
      rest.reserveCapacity(bytes.count)
      UserSet.forEach(bytes) { id in
        if !id.elementsEqual(erasure.id) { UserSet.append(id, to: &rest) }
      }
      if rest.count < bytes.count { sets[digest] = rest }
    }
    return sets
  }

  private func rewriteJournals(_ erasure: Erasure) throws(StoreError) -> Int {
    let sets = try decisionSets(having: erasure)
    var replaced: [String: (sha256: String, count: Int)] = [:]
    for (digest, bytes) in sets {
      let other = UserSet.digest(bytes)
      guard let packed = UserSet.compress(bytes) else {
        throw .damaged(file: UserSet.name(other), line: nil, problem: "it cannot be compressed")
      }
      try files.reach { () throws(FileError) in
        try files.writeAtomically(UserSet.name(other), packed)
      }
      replaced[digest] = (other, UserSet.count(bytes))
    }
    var changed = 0
    for name in try journalFiles(".jsonl") {
      let bytes = try files.reach { () throws(FileError) in try files.read(name) }
      var next: [UInt8] = []
      next.reserveCapacity(bytes.count)
      let before = changed
      for line in wholeLines(bytes) {
        let body = line.last == 0x0A ? line.dropLast() : line
        // A line that no reader believes keeps nothing of the person either.
        guard sealedCheck(body) else {
          if !erasure.isNamed(in: body) { next += line }
          continue
        }
        if let value = try? JSON(utf8: body),
          let other = try erasure.erased(
            value, set: { (digest) throws(StoreError) in replaced[digest] })
        {
          next += other
          changed += 1
        } else {
          next += line
        }
      }
      guard changed > before || next.count != bytes.count else { continue }
      try files.reach { () throws(FileError) in try files.writeAtomically(name, next) }
    }
    try files.reach { () throws(FileError) in
      for digest in sets.keys { try files.remove(UserSet.name(digest)) }
    }
    return changed
  }

  private func journalFiles(_ ending: String) throws(StoreError) -> [String] {
    try files.reach { () throws(FileError) in
      try files.list(StoreFile.journal).filter { $0.hasSuffix(ending) }
        .map { StoreFile.journal + "/" + $0 }
    }
  }

  /// Lines of `.torn` and of rejected rows: what cannot be read by its members goes as a whole.
  private func rewriteLines(_ erasure: Erasure) throws(StoreError) {
    let rejected = try files.reach { () throws(FileError) in try files.list("rejected") }
    // What an import left unfinished comes first: it has the name that the next write goes by.
    let names = rejected.filter { $0.hasSuffix(".new") } + rejected.filter { !$0.hasSuffix(".new") }
    for name in try journalFiles(".torn") + names.map({ "rejected/" + $0 }) {
      let isThere = try files.reach { () throws(FileError) in try files.info(name) != nil }
      guard isThere else { continue }
      let bytes = try files.reach { () throws(FileError) in try files.read(name) }
      guard erasure.isNamed(in: bytes) else { continue }
      let kept = records(bytes, quoted: name.hasPrefix("rejected/"))
        .filter { !erasure.isNamed(in: $0) }
      try files.reach { () throws(FileError) in
        try files.writeAtomically(name, Array(kept.joined()))
      }
    }
  }

  /// The records of a text: its lines, or rows of CSV, whose quoted cells may hold line ends.
  private func records(_ bytes: [UInt8], quoted: Bool) -> [ArraySlice<UInt8>] {
    guard quoted else { return wholeLines(bytes) }
    var records: [ArraySlice<UInt8>] = []
    var start = 0
    var isInside = false
    for (index, byte) in bytes.enumerated() {
      if byte == 0x22 { isInside.toggle() }
      if byte == 0x0A, !isInside {
        records.append(bytes[start...index])
        start = index + 1
      }
    }
    if start < bytes.count { records.append(bytes[start...]) }
    return records
  }

  /// Where texts that people wrote name the id.
  private func mentions(of erasure: Erasure) throws(StoreError) -> [String] {
    try files.reach { () throws(FileError) in
      var names = [StoreFile.settings]
      for folder in ["segments", "templates", StoreFile.journal] {
        for name in try files.list(folder) { names.append(folder + "/" + name) }
      }
      for campaign in try files.list("campaigns") {
        names.append("campaigns/\(campaign)/campaign.yaml")
      }
      var found: [String] = []
      for name in names where try files.info(name)?.kind == .file {
        for (index, line) in wholeLines(try files.read(name)).enumerated()
        where erasure.isNamed(in: line) {
          found.append("\(name):\(index + 1)")
        }
      }
      return found
    }
  }
}

private func sealedCheck(_ line: ArraySlice<UInt8>) -> Bool {
  line.withUnsafeBytes { sealedCheck($0) } != nil
}
