// All journals of a store, read together: the union of the writers' files. Two copies of a line
// count once. The order is (hybrid time, id), whatever file a line came from. What was read is kept,
// here and in the checkpoint, so that a process begins where the last one ended.

import KithSystem
import Synchronization

/// What was read of a store's journals so far, and the state they fold to.
final class Journals: Sendable {
  private let files: any FileSystem
  private let memory: Mutex<JournalMemory>

  /// `keepsCheckpoint`: whether this process may write into the store's cache.
  init(files: any FileSystem, notices: Notices, keepsCheckpoint: Bool = false) {
    self.files = files
    memory = Mutex(JournalMemory(notices: notices, keepsCheckpoint: keepsCheckpoint))
  }

  /// The journals as they lie on the disk now.
  private func contents() throws(StoreError) -> [JournalContent] {
    try files.reach { () throws(FileError) in
      var contents: [JournalContent] = []
      for name in try files.list(StoreFile.journal) where name.hasSuffix(".jsonl") {
        let path = StoreFile.journal + "/" + name
        contents.append(JournalContent(name: path, bytes: try files.map(path)))
      }
      return contents
    }
  }

  /// What was read, file by file, and all entries.
  func history() throws(StoreError) -> History {
    let (found, files) = (try contents(), files)
    let result: Result<History, StoreError> = memory.withLock { memory in
      do throws(StoreError) {
        try memory.take(found, files)
        return .success(memory.history)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// What the entries up to an instant fold to, else all of them; the last answer about all is kept, and
  /// gone on from. With `asOpened`, of what was read before, where anything was.
  func decisions(
    until: Instant? = nil, persons: [[String]]? = nil, asOpened: Bool = false,
    _ forgotten: Forgotten
  ) throws(StoreError) -> Decisions {
    let isRead = asOpened && memory.withLock(\.hasBegun)
    let (found, files) = (isRead ? nil : try contents(), files)
    let result: Result<Decisions, StoreError> = memory.withLock { memory in
      do throws(StoreError) {
        if let found { try memory.take(found, files) }
        guard let until else { return .success(memory.decisions(files, forgotten)) }
        return .success(memory.decisions(until: until.milliseconds, persons, files, forgotten))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}

/// One journal as it lies on the disk.
struct JournalContent: Sendable {
  var name: String
  var bytes: MappedBytes
}

/// What was read of the journals at one time.
struct History: Sendable {
  let files: [JournalProgress]
  let log: EntryLog
  let lines: JournalLines

  /// The first `do` that this version does not know.
  var unknownDecision: String? { files.lazy.compactMap(\.unknownDecision).first }

  var listing: JournalListing { JournalListing(log, lines) }

  /// The imports, the earliest first.
  var imports: [JournalEntry] {
    JournalListing(log, lines) { $0.kind == EntryLog.Kind.imported.rawValue }
      .reversed().map(\.entry)
  }
}

struct JournalMemory: Sendable {
  private let notices: Notices
  private let keepsCheckpoint: Bool
  /// A list, not a table: there are few writers, and a table of names costs each start more to make.
  private var read: [JournalProgress] = []
  private var log = EntryLog()
  private var lines = JournalLines()
  /// The fold of all entries up to `folded`.
  private var state: Decisions?
  private var folded = 0
  private(set) var hasBegun = false
  /// Entries that no checkpoint holds.
  private var uncovered = 0
  /// Users who were erased, among those that were looked at, by so many hashes.
  private var erased = (users: SparseBits(), looked: UInt32(0), hashes: 0)

  init(notices: Notices, keepsCheckpoint: Bool) {
    self.notices = notices
    self.keepsCheckpoint = keepsCheckpoint
  }

  var history: History {
    History(files: read.sorted { $0.name < $1.name }, log: log, lines: lines)
  }

  mutating func take(
    _ contents: [JournalContent], _ files: any FileSystem
  ) throws(StoreError) {
    if !hasBegun, let checkpoint = Checkpoint.read(files) {
      read = checkpoint.files
      log = checkpoint.log
      for name in checkpoint.names {
        _ = lines.place(name, contents.first { $0.name == name }?.bytes ?? .empty)
      }
    }
    hasBegun = true
    let isKnown = read.allSatisfy { known in
      contents.contains { $0.name == known.name && known.continues(in: $0.bytes.bytes) }
    }
    if !isKnown {
      (read, log, lines, state, folded) = ([], EntryLog(), JournalLines(), nil, 0)
      erased = (SparseBits(), 0, 0)
    }
    let start = log.count
    for content in contents {
      let (name, bytes) = (content.name, content.bytes)
      let known = read.firstIndex { $0.name == name }
      var progress = known.map { read[$0] } ?? JournalProgress(name: name)
      let file = lines.place(name, bytes)
      guard progress.length < bytes.bytes.count || known == nil || !progress.torn.isEmpty
      else { continue }
      try progress.read(bytes.bytes, file: file, into: &log)
      if let known { read[known] = progress } else { read.append(progress) }
      warn(about: progress)
    }
    guard log.count > start else { return }
    let stayed = log.settle(from: start) { [lines] in lines.bytes($0) }
    if !stayed || !goesOn(from: start) { state = nil }
    uncovered += max(0, log.count - start)
  }

  /// Whether the entries from a place on can be applied to the state of those before.
  private func goesOn(from start: Int) -> Bool {
    guard state != nil, folded <= start else { return false }
    var goesOn = true
    log.forEach(from: start) { item in
      switch EntryLog.Kind(rawValue: item.kind) {
      case .undo, .redo, .forget, .alias, nil: goesOn = false
      default: break
      }
    }
    return goesOn
  }

  mutating func decisions(_ files: any FileSystem, _ forgotten: Forgotten) -> Decisions {
    loadSets(files)
    let undone = log.undone()
    if var state, folded <= log.count {
      if folded < log.count {
        // An undo may have come before what it undoes.
        let start = folded
        if undone.isEmpty {
          self.state = nil
          state.apply(log, from: start, lines: lines)
        } else {
          state = Decisions(log, undone: undone, lines: lines)
        }
        hide(&state, forgotten)
      }
      (self.state, folded) = (state, log.count)
      return state
    }
    var state = Decisions(log, undone: undone, lines: lines)
    hide(&state, forgotten)
    (self.state, folded) = (state, log.count)
    keep(files)
    return state
  }

  mutating func decisions(
    until: Int64, _ persons: [[String]]?, _ files: any FileSystem, _ forgotten: Forgotten
  ) -> Decisions {
    loadSets(files)
    var state = Decisions(
      log, until: until, undone: log.undone(until: until), lines: lines, persons: persons)
    hide(&state, forgotten)
    return state
  }

  /// Ids that were erased may come back with a journal of another copy; nobody sees them.
  private mutating func hide(_ state: inout Decisions, _ forgotten: Forgotten) {
    let hashes = log.erasedHashes
    guard !hashes.isEmpty else { return }
    let matcher: Forgotten.Matcher
    do throws(StoreError) {
      matcher = try forgotten.matcher(hashes)
    } catch {
      notices.addUnreadKey(error)
      return
    }
    if hashes.count != erased.hashes { erased = (SparseBits(), 0, hashes.count) }
    let count = UInt32(log.tables.users.count)
    for number in min(erased.looked, count)..<count {
      if log.tables.users.withID(number, { matcher.matches($0) }) { erased.users.insert(number) }
    }
    erased.looked = count
    state.erase(erased.users)
  }

  /// Reads the sets that are not known yet. One that is missing or damaged is said, and left out.
  private mutating func loadSets(_ files: any FileSystem) {
    for code in 0..<log.tables.setCounts.count where log.tables.setUsers[code] == nil {
      let digest = log.tables.sets.text(UInt32(code))
      let name = UserSet.name(digest)
      let count = log.tables.setCounts[code]
      do throws(StoreError) {
        let packed = try files.reach { () throws(FileError) in try files.read(name) }
        guard
          let bytes = UserSet.unpacked(
            packed, sha256: digest, limit: min(count, 1 << 32) * (UserSet.longestID + 4)),
          UserSet.count(bytes) == count
        else {
          throw .damaged(file: name, line: nil, problem: "it is not the set that it should be")
        }
        var users = SparseBits()
        for user in log.tables.users.internSorted({ UserSet.forEach(bytes, $0) }) {
          users.insert(user)
        }
        log.tables.setUsers[code] = users
        uncovered += count / 16
      } catch {
        notices.addDamagedSet(error)
      }
    }
  }

  /// Writes a checkpoint where enough came since the last one.
  private mutating func keep(_ files: any FileSystem) {
    guard keepsCheckpoint, uncovered > 4096 + log.count / 16,
      !read.contains(where: { $0.lacksNewline || $0.unknownDecision != nil }),
      !log.tables.setUsers.contains(where: { $0 == nil })
    else { return }
    // A cache that cannot be written is no loss.
    if Checkpoint.write(log, read, lines.names, to: files) { uncovered = 0 }
  }

  private func warn(about file: JournalProgress) {
    for line in file.damagedLines {
      notices.add(
        Diagnostic(
          said: "a line is damaged and passed over", subject: "\(file.name):\(line)",
          remedy: "put back a copy of the file; the rest was read"))
    }
    if !file.torn.isEmpty {
      notices.add(
        Diagnostic(
          said: "the last line was cut short and does not count", subject: file.name,
          remedy: "decide it again if it is missing"))
    }
  }
}
