// The entries of all journals in order, and what counts of them at an instant. An undo or a redo
// names a decision; of those that name the same one, the last in order holds.

import KithSystem

/// Every decision, in order.
struct History: Sendable {
  let files: [JournalFile]
  /// In order of (hybrid time, id).
  let entries: [JournalEntry]

  init(_ files: [JournalFile]) {
    self.files = files
    var lines = files.flatMap(\.entries)
    lines.sort { left, right in
      if left.entry.clock != right.entry.clock { return left.entry.clock < right.entry.clock }
      if left.entry.id != right.entry.id {
        return left.entry.id.utf8.lexicographicallyPrecedes(right.entry.id.utf8)
      }
      return left.checksum < right.checksum
    }
    var entries: [JournalEntry] = []
    entries.reserveCapacity(lines.count)
    var last: UInt32?
    for line in lines {
      if last == line.checksum, entries.last == line.entry { continue }
      entries.append(line.entry)
      last = line.checksum
    }
    self.entries = entries
  }

  /// The first `do` that this version does not know.
  var unknownDecision: String? {
    files.lazy.compactMap(\.unknownDecision).first
  }

  /// The largest time that a writer's clock has to be after.
  func latestClock(at now: Instant) -> HybridTime? {
    entries.last { $0.clock.isAdoptable(at: now) }?.clock
  }

  /// The decisions that are undone, up to an instant.
  func undone(until: Instant? = nil) -> Set<String> {
    var undone: Set<String> = []
    for entry in entries where until.map({ entry.at <= $0 }) ?? true {
      switch entry.decision {
      case .undo(let target): undone.insert(target)
      case .redo(let target): undone.remove(target)
      default: continue
      }
    }
    return undone
  }

  /// The state as of an instant; without one, nothing is hidden.
  func decisions<Failure>(
    until: Instant?, members: (UserList) throws(Failure) -> [String]
  ) throws(Failure) -> Decisions {
    var fold = Fold(undone: undone(until: until))
    try fold.apply(entries[...], until: until, members: members)
    return fold.decisions
  }

  /// The state with nothing hidden, from an earlier one where that is its beginning: the same
  /// entries first, the same of them undone.
  func fold<Failure>(
    from earlier: Fold?, members: (UserList) throws(Failure) -> [String]
  ) throws(Failure) -> Fold {
    let undone = undone()
    var fold = Fold(undone: undone)
    if let earlier, earlier.undone == undone, earlier.count <= entries.count,
      earlier.last == entries.prefix(earlier.count).last
    {
      fold = earlier
    }
    try fold.apply(entries[fold.count...], until: nil, members: members)
    return fold
  }
}

/// The state after the first entries of a history.
struct Fold: Sendable {
  let undone: Set<String>
  private(set) var decisions = Decisions()
  private(set) var count = 0
  private(set) var last: JournalEntry?

  init(undone: Set<String>) {
    self.undone = undone
  }

  mutating func apply<Failure>(
    _ entries: ArraySlice<JournalEntry>, until: Instant?,
    members: (UserList) throws(Failure) -> [String]
  ) throws(Failure) {
    for entry in entries {
      count += 1
      last = entry
      if let until, entry.at > until { continue }
      if undone.contains(entry.id), entry.decision.isUndoable { continue }
      try decisions.apply(entry, members: members)
    }
  }
}

extension Decision {
  /// Whether it changes only the store's own state, so that taking it out of the fold takes it back.
  public var isUndoable: Bool {
    switch self {
    case .tagAdd, .tagRemove, .note, .owner, .suppressAdd, .suppressRemove: true
    case .imported, .campaign, .undo, .redo: false
    }
  }
}

/// An entry as the journal is listed.
public struct ListedEntry: Sendable, Equatable {
  public var entry: JournalEntry
  public var isUndone: Bool
  /// Whether it can be taken back now.
  public var isUndoable: Bool
}
