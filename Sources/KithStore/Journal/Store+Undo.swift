// Undo and redo are entries like any other. A person's undo looks at the entries that this writer
// wrote under the person's name; a redo brings back what the last undo took, as long as nothing new
// was decided since.

public import KithSystem

extension Store {
  /// What the journals fold to as of an instant (by each entry's `at`); without one, all of it.
  /// Cost: the users decided about; without an instant, those decided about since the last call.
  public func decisions(until: Instant? = nil) throws(StoreError) -> Decisions {
    guard let until else {
      return try journals.decisions { list throws(StoreError) in try users(of: list) }
    }
    return try journals.history().decisions(until: until) { list throws(StoreError) in
      try users(of: list)
    }
  }

  /// Every entry, the newest first.
  public func entries() throws(StoreError) -> [ListedEntry] {
    let history = try journals.history()
    let undone = history.undone()
    return history.entries.reversed().map { entry in
      let isUndone = entry.decision.isUndoable && undone.contains(entry.id)
      return ListedEntry(
        entry: entry, isUndone: isUndone, isUndoable: entry.decision.isUndoable && !isUndone)
    }
  }

  /// Takes an entry back; without one, the last of the caller's own that still counts.
  /// - Returns: the entry that says so. To undo an undo is to redo.
  @discardableResult
  public func undo(_ entry: String? = nil) throws(StoreError) -> JournalEntry {
    try locked { lock throws(StoreError) in
      let history = try journals.history()
      let undone = history.undone()
      guard let wanted = entry else {
        let last = try own(history).last { $0.decision.isUndoable && !undone.contains($0.id) }
        guard let last else { throw .decision(.nothingToUndo) }
        return try decide(.undo(entry: last.id), under: lock)
      }
      guard let found = history.entries.last(where: { $0.id == wanted }) else {
        throw .decision(.noEntry(wanted, nearest: nearest(wanted, in: history.entries.map(\.id))))
      }
      switch found.decision {
      case .undo(let target): return try decide(.redo(entry: target), under: lock)
      case .redo(let target): return try decide(.undo(entry: target), under: lock)
      case .imported: throw .decision(.notUndoable(entry: wanted, what: "an import"))
      case .campaign(_, _, let step):
        throw .decision(.notUndoable(entry: wanted, what: "a campaign's step, \(step)"))
      default:
        if undone.contains(wanted) { throw .decision(.alreadyUndone(entry: wanted)) }
        return try decide(.undo(entry: wanted), under: lock)
      }
    }
  }

  /// Brings back what the caller's last undo took, unless something was decided since.
  @discardableResult
  public func redo() throws(StoreError) -> JournalEntry {
    try locked { lock throws(StoreError) in
      let history = try journals.history()
      let undone = history.undone()
      for entry in try own(history).reversed() {
        if entry.decision.isUndoable { break }
        if case .undo(let target) = entry.decision, undone.contains(target) {
          return try decide(.redo(entry: target), under: lock)
        }
      }
      throw .decision(.nothingToRedo)
    }
  }

  private func own(_ history: History) throws(StoreError) -> [JournalEntry] {
    let prefix = try writer() + "-"
    return history.entries.filter { $0.id.hasPrefix(prefix) && $0.by == outside.userName }
  }
}
