import KithSystem

extension Store {
  /// Everything that was imported, as of now: a later import does not change it.
  ///
  /// Cost: one pass over the columns that hold codes and times, in which they are checked.
  /// - Throws: ``StoreError`` that names the file where one is missing or damaged.
  public func snapshot() throws(StoreError) -> any Snapshot {
    try runSnapshot()
  }

  /// As ``snapshot()``; with `verifying`, every byte is held against the manifest's checksums.
  func runSnapshot(verifying: Bool = false) throws(StoreError) -> RunSnapshot {
    let manifest = try manifest()
    var eventRuns: [EventRun] = []
    for run in manifest.eventRuns.sorted(by: { $0.sequence < $1.sequence }) {
      eventRuns.append(try opened(run, in: "events", verifying, EventRun.init))
    }
    var userRuns: [UserRun] = []
    for run in manifest.userRuns.sorted(by: { $0.sequence < $1.sequence }) {
      userRuns.append(try opened(run, in: "users", verifying, UserRun.init))
    }
    return RunSnapshot(
      generation: manifest.generation, eventRuns: eventRuns, userRuns: userRuns)
  }

  private func opened<Opened>(
    _ run: Manifest.Run, in folder: String, _ verifying: Bool,
    _ open: (MappedBytes, String) throws(DamagedFile) -> Opened
  ) throws(StoreError) -> Opened {
    let name = "\(folder)/\(run.name).arrow"
    let mapped = try files.reach { () throws(FileError) in try files.map(name) }
    do throws(DamagedFile) {
      guard mapped.bytes.count == run.bytes else {
        throw DamagedFile(name, .length(want: run.bytes, found: mapped.bytes.count))
      }
      if verifying { try verify(mapped, run, name) }
      return try open(mapped, name)
    } catch {
      throw .damaged(file: name, line: nil, problem: error.words)
    }
  }

  private func verify(
    _ mapped: MappedBytes, _ run: Manifest.Run, _ name: String
  ) throws(DamagedFile) {
    let blocks = stride(from: 0, to: mapped.bytes.count, by: RunFile.blockSize)
    guard run.checksums.count == Array(blocks).count else { throw DamagedFile(name, .size) }
    for (index, start) in blocks.enumerated() {
      let end = min(start + RunFile.blockSize, mapped.bytes.count)
      let block = UnsafeRawBufferPointer(rebasing: mapped.bytes[start..<end])
      guard CRC32C.of(block) == run.checksums[index] else {
        throw DamagedFile(name, .checksum(offset: start))
      }
    }
  }
}
