import KithSystem

/// What was taken out of one kind of run, since it is about people who were erased.
struct Dropped: Sendable {
  var rows = 0
  /// Their ids; several runs of one import may have the same.
  var users: Set<[UInt8]> = []
}

extension Store {
  /// Takes ids that were erased out of the runs of an import, those above a sequence, under its lock.
  /// Cost: nothing where nobody was ever erased, else a keyed hash for each user of these runs.
  func dropForgotten(
    after sequence: Int, under lock: WriteLock
  ) throws(StoreError) -> [RunKind: Dropped] {
    guard let matcher = try erasedMatcher() else { return [:] }
    var manifest = try self.manifest()
    var old: [String] = []
    var dropped: [RunKind: Dropped] = [:]
    for kind in RunKind.allCases {
      for run in kind.runs(manifest) where run.sequence > sequence {
        var source = try source(run, kind)
        let users = (0..<source.users.count).filter { matcher.matches(source.users[$0]) }
        guard !users.isEmpty else { continue }
        source.dropped = users.map { source.rows(of: $0) }
        manifest[kind].removeAll { $0.name == run.name }
        old.append(run.file(in: kind.folder))
        let gone = source.dropped.reduce(0) { $0 + $1.count }
        dropped[kind, default: Dropped()].rows += gone
        dropped[kind]?.users.formUnion(users.map { Array(source.users[$0]) })
        if gone < source.rows, let rest = try written([source], kind, under: lock) {
          manifest[kind].append(rest)
        }
      }
    }
    if !old.isEmpty { try commit(manifest, replacing: old, under: lock) }
    return dropped
  }

  /// Recognises who was erased; nil where nobody was.
  func erasedMatcher() throws(StoreError) -> Forgotten.Matcher? {
    let hashes = try journals.history().log.erasedHashes
    return hashes.isEmpty ? nil : try Forgotten(files, manifests).matcher(hashes)
  }

  /// Which rows that are not written yet are of people who were not erased, by the column of their users;
  /// nil where all are. Cost: as of ``dropForgotten(after:under:)``.
  func withoutErased(
    _ users: DictionaryBuilder
  ) throws(StoreError) -> (rows: [Int], dropped: Dropped)? {
    guard let matcher = try erasedMatcher() else { return nil }
    let texts = users.interner
    let isErased = (0..<texts.count).map { texts.withText(UInt32($0), matcher.matches) }
    let rows = users.codes.indices.filter { !isErased[Int(users.codes[$0])] }
    guard rows.count < users.codes.count else { return nil }
    var dropped = Dropped(rows: users.codes.count - rows.count)
    for code in isErased.indices where isErased[code] {
      dropped.users.insert(texts.withText(UInt32(code)) { Array($0) })
    }
    return (rows, dropped)
  }
}
