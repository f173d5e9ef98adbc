// Undo and redo are entries like any other. A person's undo looks at the entries that this writer
// wrote under the person's name; a redo brings back what the last undo took, as long as nothing new
// was decided since.

public import KithSystem

extension Store {
  /// What the journals fold to as of an instant (by each entry's `at`); without one, all of it.
  /// Cost: the users decided about; without an instant, those decided about since the last call.
  ///
  /// - Parameters:
  ///   - other: decisions whose persons of several ids are taken for those of the instant, so that both speak
  ///     of the same users.
  ///   - asOpened: what was read of the journals before will do, by ``open(at:outside:readOnly:)`` at least.
  public func decisions(
    until: Instant? = nil, personsOf other: Decisions? = nil, asOpened: Bool = false
  ) throws(StoreError) -> Decisions {
    try journals.decisions(
      until: until, persons: other?.persons, asOpened: asOpened, Forgotten(files, manifests))
  }

  /// Every entry, the newest first; each is read when it is asked for.
  public func entries() throws(StoreError) -> JournalListing {
    let history = try journals.history()
    let manifest = try manifest()
    let imports = (manifest.eventRuns + manifest.userRuns).flatMap(\.allImports).map(\.id)
    return JournalListing(history.log, history.lines, imports: Set(imports))
  }

  /// The entries about campaigns alone, the newest first.
  package func campaignEntries() throws(StoreError) -> JournalListing {
    let history = try journals.history()
    return JournalListing(history.log, history.lines) {
      $0.kind == EntryLog.Kind.campaign.rawValue
    }
  }

  /// Takes an entry back; without one, the last of the caller's own that still counts.
  /// - Returns: the entry that says so. To undo an undo is to redo.
  @discardableResult
  public func undo(_ entry: String? = nil) throws(StoreError) -> JournalEntry {
    try locked { lock throws(StoreError) in
      let history = try journals.history()
      let undone = history.log.undone()
      guard let wanted = entry else {
        let isOwn = try own(history)
        let last = history.log.last { isOwn($0) && $0.isUndoable && !undone.contains($0.key) }
        guard let last else { throw .decision(.nothingToUndo) }
        return try decide(.undo(entry: history.log.id(last.key)), under: lock)
      }
      guard let found = history.listing.entry(wanted) else {
        let ids = history.listing.prefix(10_000).reversed().map(\.entry.id)
        throw .decision(.noEntry(wanted, nearest: nearest(wanted, in: ids)))
      }
      switch found.entry.decision {
      case .undo(let target): return try decide(.redo(entry: target), under: lock)
      case .redo(let target): return try decide(.undo(entry: target), under: lock)
      case .imported: throw .decision(.notUndoable(entry: wanted, what: "an import"))
      case .campaign(_, _, let step):
        throw .decision(.notUndoable(entry: wanted, what: "a campaign's step, \(step)"))
      case .forget: throw .decision(.notUndoable(entry: wanted, what: "an erasure"))
      default:
        if found.isUndone { throw .decision(.alreadyUndone(entry: wanted)) }
        return try decide(.undo(entry: wanted), under: lock)
      }
    }
  }

  /// Brings back what the caller's last undo took, unless something was decided since.
  @discardableResult
  public func redo() throws(StoreError) -> JournalEntry {
    try locked { lock throws(StoreError) in
      let history = try journals.history()
      let undone = history.log.undone()
      let isOwn = try own(history)
      // What was decided since, or the undo that may be taken back, whichever came last.
      let last = history.log.last { item in
        isOwn(item)
          && (item.isUndoable
            || item.kind == EntryLog.Kind.undo.rawValue && undone.contains(item.targetKey))
      }
      guard let last, !last.isUndoable else { throw .decision(.nothingToRedo) }
      return try decide(.redo(entry: history.log.id(last.targetKey)), under: lock)
    }
  }

  /// Whether an entry is of the caller: of this writer, under this name.
  private func own(_ history: History) throws(StoreError) -> (EntryLog.Item) -> Bool {
    let tables = history.log.tables
    let writer = withBytes(try writer()) { tables.writers.find($0) }
    let person = withBytes(outside.userName) { tables.people.find($0) }
    return { UInt32($0.writer) == writer && UInt32($0.person) == person }
  }
}
