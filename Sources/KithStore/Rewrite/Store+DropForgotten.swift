import KithSystem

extension Store {
  /// Takes ids that were erased out of the runs of an import, those above a sequence, under its lock.
  /// Cost: nothing where nobody was ever erased, else a keyed hash for each user of these runs.
  /// - Returns: rows taken out of each kind of run.
  func dropForgotten(
    after sequence: Int, under lock: WriteLock
  ) throws(StoreError) -> [RunKind: Int] {
    let log = try journals.history().log
    var hashes: [String] = []
    log.forEach { item in
      if item.kind == EntryLog.Kind.forget.rawValue {
        hashes.append(log.tables.hashes.text(item.subject))
      }
    }
    guard !hashes.isEmpty, let matcher = Forgotten(files).matcher(hashes) else { return [:] }
    var manifest = try self.manifest()
    var old: [String] = []
    var dropped: [RunKind: Int] = [:]
    for kind in RunKind.allCases {
      for run in kind.runs(manifest) where run.sequence > sequence {
        var source = try source(run, kind)
        source.dropped = (0..<source.users.count).filter { matcher.matches(source.users[$0]) }
          .map { source.rows(of: $0) }
        guard !source.dropped.isEmpty else { continue }
        manifest[kind].removeAll { $0.name == run.name }
        old.append(run.file(in: kind.folder))
        let gone = source.dropped.reduce(0) { $0 + $1.count }
        dropped[kind, default: 0] += gone
        if gone < source.rows, let rest = try written([source], kind, under: lock) {
          manifest[kind].append(rest)
        }
      }
    }
    if !old.isEmpty { try commit(manifest, replacing: old, under: lock) }
    return dropped
  }
}
