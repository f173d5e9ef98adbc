// All journals of a store, read together: the union of the writers' files. Two copies of a line
// count once. The order is (hybrid time, id), whatever file a line came from.

import KithSystem
import Synchronization

/// What was read of a store's journals so far, and the state they fold to.
final class Journals: Sendable {
  private let files: any FileSystem
  private let memory: Mutex<Memory>

  init(files: any FileSystem, notices: Notices) {
    self.files = files
    memory = Mutex(Memory(notices: notices))
  }

  /// Reads what was added since the last time.
  func history() throws(StoreError) -> History {
    var contents: [(name: String, bytes: [UInt8])] = []
    try files.reach { () throws(FileError) in
      for name in try files.list(StoreFile.journal) where name.hasSuffix(".jsonl") {
        contents.append((name, try files.read(StoreFile.journal + "/" + name)))
      }
    }
    let found = contents
    let result: Result<History, StoreError> = memory.withLock { memory in
      do throws(StoreError) {
        return .success(try memory.take(found))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// What all entries fold to; the last answer is kept, and gone on from.
  func decisions(
    _ members: (UserList) throws(StoreError) -> [String]
  ) throws(StoreError) -> Decisions {
    let fold = try history().fold(from: memory.withLock { $0.fold }, members: members)
    memory.withLock { $0.fold = fold }
    return fold.decisions
  }
}

private struct Memory: Sendable {
  let notices: Notices
  private var read: [String: JournalFile] = [:]
  private var history: History?
  var fold: Fold?

  init(notices: Notices) {
    self.notices = notices
  }

  mutating func take(_ contents: [(name: String, bytes: [UInt8])]) throws(StoreError) -> History {
    var now: [String: JournalFile] = [:]
    var changed = history == nil || contents.count != read.count
    for (name, bytes) in contents {
      var file = read[name] ?? JournalFile(name: StoreFile.journal + "/" + name)
      let before = (file.length, file.torn.count)
      try file.read(bytes)
      changed = changed || before != (file.length, file.torn.count) || read[name] == nil
      now[name] = file
    }
    read = now
    if let history, !changed { return history }
    let history = History(now.values.sorted { $0.name < $1.name })
    self.history = history
    for file in history.files { warn(about: file) }
    return history
  }

  private func warn(about file: JournalFile) {
    for line in file.damagedLines {
      notices.add(
        Diagnostic(
          "a line is damaged and passed over", subject: "\(file.name):\(line)",
          remedy: "put back a copy of the file; the rest was read"))
    }
    if !file.torn.isEmpty {
      notices.add(
        Diagnostic(
          "the last line was cut short and does not count", subject: file.name,
          remedy: "decide it again if it is missing"))
    }
  }
}
