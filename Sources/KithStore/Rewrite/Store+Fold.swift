// Small runs beside the base become one, by the rule: after an import, under its lock. The new run is
// written, synced and renamed before the manifest takes it in; the old ones are removed after. Killed
// anywhere, the store holds the same rows, and what lies around is removed by the next import. Who reads
// with the old manifest keeps the files that are open; who does not find one reads the manifest again.

import KithSystem

extension Store {
  /// Folds the runs that the rule names.
  /// - Throws: where a run is damaged or the disk fails; the store is then as before.
  /// - Returns: how many runs became one of each kind.
  @discardableResult
  func fold(under lock: WriteLock) throws(StoreError) -> Int {
    var folded = 0
    for kind in RunKind.allCases {
      var manifest = try self.manifest()
      let runs = kind.runs(manifest)
      let last = Array(runs.suffix(FoldRule.count(runs.map(\.rows))))
      guard !last.isEmpty else { continue }
      var sources: [RunSource] = []
      for run in last { sources.append(try source(run, kind)) }
      // Too much text for one run is no reason to fail: the runs stay beside each other.
      guard let run = try written(sources, kind, under: lock) else { continue }
      let names = Set(last.map(\.name))
      manifest[kind] = manifest[kind].filter { !names.contains($0.name) } + [run]
      try commit(manifest, replacing: last.map { $0.file(in: kind.folder) }, under: lock)
      folded += last.count
    }
    return folded
  }

  /// Opens a run to be written again; `file` is where it lies while it is not live.
  func source(
    _ run: Manifest.Run, _ kind: RunKind, file: String? = nil
  ) throws(StoreError) -> RunSource {
    let name = file ?? run.file(in: kind.folder)
    let mapped = try files.reach { () throws(FileError) in try files.map(name) }
    do {
      return try RunSource(run, mapped, kind: kind)
    } catch {
      throw .damaged(file: name, line: nil, problem: error.words)
    }
  }

  /// Writes one run that has the rows of several; it is there, but not live. `name` is its own, where it
  /// has one already.
  /// - Returns: nil where one run cannot hold them.
  func written(
    _ sources: [RunSource], _ kind: RunKind, name: String? = nil, under lock: WriteLock
  ) throws(StoreError) -> Manifest.Run? {
    let merge: RunMerge
    do {
      merge = try RunMerge(sources, kind: kind)
    } catch {
      switch error {
      case .tooLarge: return nil
      case .damaged(let file): throw .damaged(file: file.file, line: nil, problem: file.words)
      }
    }
    let runs = sources.map(\.run)
    guard let last = runs.last else { return nil }
    let name = name ?? runName(last.sequence)
    let path = "\(kind.folder)/\(name).arrow"
    do throws(StoreError) {
      let (summary, file) = try files.reach { () throws(FileError) in
        let file = RunFile(try files.open(path + ".new", .create))
        let summary = try merge.write { (bytes) throws(FileError) in try file.write(bytes) }
        try file.finish()
        try files.rename(path + ".new", to: path)
        try files.syncDirectory(kind.folder)
        return (summary, file)
      }
      return Manifest.Run(
        name: name, sequence: last.sequence, importID: last.importID, zone: last.zone,
        rows: summary.rows, firstTime: summary.firstTime, lastTime: summary.lastTime,
        firstUser: summary.firstUser, lastUser: summary.lastUser,
        dictionaries: summary.dictionaries.map { ($0.name, $0.values) }, bytes: file.bytes,
        checksums: file.checksums, imports: merge.imports.count > 1 ? merge.imports : [],
        unknown: unknownMembers(of: runs))
    } catch {
      for leftover in [path + ".new", path] { try? files.remove(leftover) }
      throw error
    }
  }

  /// Makes a manifest live, and removes the files that it no longer names.
  func commit(
    _ manifest: Manifest, replacing old: [String], under lock: WriteLock
  ) throws(StoreError) {
    try replaceManifest(manifest, under: lock)
    // What cannot be removed now is by the next import.
    for name in old { try? files.remove(name) }
  }

  private func unknownMembers(of runs: [Manifest.Run]) -> [JSON.Member] {
    var members: [JSON.Member] = []
    for member in runs.reversed().flatMap(\.unknown) {
      if !members.contains(where: { $0.name == member.name }) { members.append(member) }
    }
    return members
  }
}
