// A decision is one line, written at once and synced, under the store's lock. What the writer saw in
// all journals moves its clock. A line that a crash cut short is moved into journal/<writer>.torn
// before anything is added after it.

import KithSystem

extension Store {
  /// Writes a decision into the caller's journal.
  /// - Returns: the entry as written.
  /// - Throws: where it is not valid, the store is locked or read-only, or the disk fails; the
  ///   journal is then as before. Cost: the size of the journals.
  @discardableResult
  public func decide(_ decision: Decision) throws(StoreError) -> JournalEntry {
    let decision = try decision.checked()
    return try locked { lock throws(StoreError) in try decide(decision, under: lock) }
  }

  /// As ``decide(_:)``, for a caller that holds the lock.
  @discardableResult
  package func decide(
    _ decision: Decision, under lock: WriteLock
  ) throws(StoreError) -> JournalEntry {
    let writer = try self.writer()
    let history = try journals.history()
    if let unknown = history.unknownDecision { throw .readOnly(.unknownDecision(unknown)) }
    let name = StoreFile.journalFile(of: writer)
    let own = history.files.first { $0.name == name } ?? JournalProgress(name: name)
    let now = outside.clock.now()
    let entry = JournalEntry(
      id: "\(writer)-\(own.lastNumber + 1)",
      clock: .next(after: history.log.latestClock(at: now), now: now),
      at: now, by: outside.userName, decision: decision)
    try files.reach { () throws(FileError) in
      try files.setAsideTornLine(of: own, writer: writer)
      try files.append(JournalLine.text(entry), to: own, writer: writer)
    }
    return entry
  }

  /// The caller's writer: 64 random bits, kept outside every store and made at first use.
  package func writer() throws(StoreError) -> String {
    do throws(FileError) {
      let state = try outside.stateFiles()
      if let writer = try state.knownWriter() { return writer }
      guard case .held(let lock) = try state.lock("writer.lock", holder: "") else {
        throw FileError(
          operation: "write", name: "writer", reason: .failed("another process is writing it"))
      }
      defer { lock.release() }
      if let writer = try state.knownWriter() { return writer }
      let writer = hex(outside.randomness.bytes(8))
      try state.writeAtomically("writer", Array((writer + "\n").utf8))
      return writer
    } catch {
      throw .noState(path: outside.stateHome, error)
    }
  }

  /// Sets a torn last line of the caller's own journal aside, where that can be done at once.
  /// - Parameter history: what was just read.
  func recoverOwnJournal(_ history: History) throws(StoreError) {
    let torn = history.files.filter { !$0.torn.isEmpty }
    guard !torn.isEmpty, readOnlyReason == nil,
      let writer = (try? outside.stateFiles()).flatMap({ try? $0.knownWriter() }),
      torn.contains(where: { $0.name == StoreFile.journalFile(of: writer) }),
      case .held(let lock)? = try? files.lock(StoreFile.lock, holder: holder.line)
    else { return }
    defer { lock.release() }
    let name = StoreFile.journalFile(of: writer)
    guard let own = try journals.history().files.first(where: { $0.name == name }) else { return }
    try files.reach { () throws(FileError) in
      try files.setAsideTornLine(of: own, writer: writer)
    }
  }
}

extension StoreFile {
  static func journalFile(of writer: String) -> String { "\(journal)/\(writer).jsonl" }
}

extension FileSystem {
  /// The writer's name in a state directory; nil where there is none yet.
  fileprivate func knownWriter() throws(FileError) -> String? {
    guard try info("writer") != nil else { return nil }
    let line = String(decoding: try read("writer").prefix { $0 != 0x0A }, as: UTF8.self)
    return bytes(hex: line)?.count == 8 ? line : nil
  }

  fileprivate func setAsideTornLine(of own: JournalProgress, writer: String) throws(FileError) {
    guard !own.torn.isEmpty else { return }
    let aside = try open("\(StoreFile.journal)/\(writer).torn", .append)
    try aside.write(own.torn + [0x0A])
    try aside.sync()
    try aside.close()
    try syncDirectory(StoreFile.journal)
    let file = try open(own.name, .append)
    try file.truncate(to: own.length)
    try file.sync()
    try file.close()
  }

  fileprivate func append(
    _ line: [UInt8], to own: JournalProgress, writer: String
  ) throws(FileError) {
    let file = try open(own.name, .append)
    var bytes = line
    if own.length == 0 { bytes = JournalLine.header(writer: writer) + bytes }
    if own.lacksNewline { bytes.insert(0x0A, at: 0) }
    do throws(FileError) {
      try file.write(bytes)
      try file.sync()
    } catch {
      // Nobody may read what the caller is told was not written.
      try? file.truncate(to: own.length)
      try? file.sync()
      throw error
    }
    try file.close()
    if own.length == 0 { try syncDirectory(StoreFile.journal) }
  }
}
