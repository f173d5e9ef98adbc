import KithSystem

extension Store {
  /// Everything that was imported and can be read, as of now: a later import does not change it.
  ///
  /// A run that is missing or damaged is left out: ``takeWarnings()`` names it, and
  /// ``checkComplete()`` throws from then on. Cost: one pass over the columns that hold codes and
  /// times, in which they are checked.
  /// - Parameter asOpened: the manifest that was read before will do, by ``open(at:outside:readOnly:)`` at
  ///   least.
  public func snapshot(asOpened: Bool = false) throws(StoreError) -> RunSnapshot {
    let opened = asOpened ? manifests.manifest : nil
    var manifest = if let opened { opened } else { try manifest() }
    while true {
      var leftOut: [StoreError] = []
      let snapshot = try runSnapshot(manifest) { (error) throws(StoreError) in
        // Who wrote it knows more than this version: nothing here may guess.
        if case .newerFormat = error { throw error }
        // A process at its limits says nothing about the file.
        if case .file(let cause) = error, case .exhausted = cause.reason { throw error }
        leftOut.append(error)
      }
      // A run that is gone may have been folded into another meanwhile.
      if !leftOut.isEmpty {
        let newer = try self.manifest()
        if newer.generation != manifest.generation {
          manifest = newer
          continue
        }
      }
      for error in leftOut { notices.add(error.asOmission) }
      notices.leftOut = leftOut.first
      return snapshot
    }
  }

  /// For who acts on the answers, and must not where events are missing from them.
  /// - Throws: ``StoreError`` that names the first run that the latest ``snapshot()`` left out, or a set or a
  ///   journal that is missing.
  public func checkComplete() throws(StoreError) {
    if let error = notices.leftOut ?? notices.damagedSet ?? notices.lost { throw error }
  }

  /// All runs; with `verifying`, every byte is held against the manifest's checksums.
  /// - Throws: ``StoreError`` that names the file where one is missing or damaged.
  func runSnapshot(verifying: Bool = false) throws(StoreError) -> RunSnapshot {
    try runSnapshot(try manifest(), verifying: verifying) { (error) throws(StoreError) in
      throw error
    }
  }

  /// The runs of a manifest, those that cannot be read being left to `damaged`.
  private func runSnapshot(
    _ manifest: Manifest, verifying: Bool = false,
    damaged: (StoreError) throws(StoreError) -> Void
  ) throws(StoreError) -> RunSnapshot {
    var eventRuns: [EventRun] = []
    var horizon: Int64?
    for run in manifest.eventRuns.sorted(by: { $0.sequence < $1.sequence }) {
      let derived = DerivedState(place(of: run))
      do throws(StoreError) {
        let opened = try opened(run, in: "events", verifying) {
          (mapped, name) throws(DamagedFile) in
          let opened = try EventRun(
            mapped, name: name, imports: run.imports, derived: derived)
          if verifying { try opened.check() }
          return opened
        }
        horizon = max(horizon ?? run.lastTime, run.lastTime)
        eventRuns.append(opened)
      } catch {
        try damaged(error)
      }
    }
    var userRuns: [UserRun] = []
    for run in manifest.userRuns.sorted(by: { $0.sequence < $1.sequence }) {
      do throws(StoreError) {
        userRuns.append(
          try opened(run, in: "users", verifying) { (mapped, name) throws(DamagedFile) in
            let opened = try UserRun(mapped, name: name, imports: run.imports)
            if verifying { try opened.check() }
            return opened
          })
      } catch {
        try damaged(error)
      }
    }
    return RunSnapshot(
      generation: manifest.generation, horizon: horizon, eventRuns: eventRuns, userRuns: userRuns)
  }

  private func place(of run: Manifest.Run) -> DerivedState.Place {
    DerivedState.Place(
      files: files, run: run.name, source: run.source, isWritable: readOnlyReason == nil)
  }

  private func opened<Opened>(
    _ run: Manifest.Run, in folder: String, _ verifying: Bool,
    _ open: (MappedBytes, String) throws(DamagedFile) -> Opened
  ) throws(StoreError) -> Opened {
    let name = run.file(in: folder)
    let mapped = try files.reach { () throws(FileError) in try files.map(name) }
    do throws(DamagedFile) {
      if let problem = run.damage(of: mapped, verifying: verifying).first {
        throw DamagedFile(name, problem)
      }
      return try open(mapped, name)
    } catch {
      if let newer = run.newerFormat(error, in: mapped) { throw newer }
      throw .damaged(file: name, line: nil, problem: error.words)
    }
  }
}

extension StoreError {
  /// What a reader is told of a run that is left out.
  fileprivate var asOmission: Diagnostic {
    let told = diagnostic
    return Diagnostic(
      said: "a run is left out, \(told.phrase)", subject: told.subject,
      remedy: "put back a copy of the file; the rest is read, and `kith doctor` checks all of it")
  }
}

extension Store {
  /// Refuses to write where a run is of a format that this version does not know. Cost: O(1) for each run.
  func checkFormats() throws(StoreError) {
    guard let manifest = try? manifest() else { return }
    for kind in RunKind.allCases {
      for run in kind.runs(manifest) {
        let name = run.file(in: kind.folder)
        guard let mapped = try? files.map(name) else { continue }
        do throws(DamagedFile) {
          _ = try ArrowFile(mapped, name: name, kind: kind.note)
        } catch {
          if let newer = run.newerFormat(error, in: mapped) { throw newer }
        }
      }
    }
  }
}

extension Manifest.Run {
  /// The error of a format that is newer; nil where a format is wrong since its bytes are.
  fileprivate func newerFormat(_ problem: DamagedFile, in mapped: MappedBytes) -> StoreError? {
    guard case .format(let text) = problem.problem, let format = Int(text), format > 1,
      damage(of: mapped).isEmpty
    else { return nil }
    return .newerFormat(file: problem.file, format: format)
  }

  /// The run's file, in `events` or `users`.
  func file(in folder: String) -> String { "\(folder)/\(name).arrow" }

  /// What a cache of the run is known by.
  var source: UInt64 { Self.source(name, bytes: self.bytes, checksums) }

  /// A hash of a run's name, size and checksums.
  static func source(_ name: String, bytes size: Int, _ checksums: [UInt32]) -> UInt64 {
    var name = name
    let named = name.withUTF8 { hashed(UnsafeRawBufferPointer($0), seed: UInt64(size)) }
    return checksums.withUnsafeBytes { hashed($0, seed: named) }
  }

  /// Where a file is not what was written: its size and, `verifying`, each MiB that differs. With
  /// `lettingPagesGo`, what was read is not kept in memory.
  func damage(
    of mapped: MappedBytes, verifying: Bool = true, lettingPagesGo: Bool = false
  ) -> [DamagedFile.Problem] {
    guard mapped.bytes.count == bytes else {
      return [.length(want: bytes, found: mapped.bytes.count)]
    }
    guard verifying else { return [] }
    let starts = Array(stride(from: 0, to: bytes, by: RunFile.blockSize))
    guard checksums.count == starts.count else { return [.size] }
    var damaged: [Int] = []
    let lock = Monitor()
    Cores.runUnchecked(over: starts.count, least: 1 << 5) { blocks in
      for index in blocks {
        let block = UnsafeRawBufferPointer(
          rebasing: mapped.bytes[starts[index]..<min(starts[index] + RunFile.blockSize, bytes)])
        let isWhole = CRC32C.of(block) == checksums[index]
        if lettingPagesGo { mapped.letPagesGo(of: block) }
        if !isWhole { lock.withLock { damaged.append(index) } }
      }
    }
    return damaged.sorted().map { .checksum(offset: starts[$0]) }
  }
}
