import KithSystem

extension ImportWriter {
  /// Leaves out events that the store has, or an earlier file, once all parts are written.
  ///
  /// - Parameters:
  ///   - fileEnds: how many rows had been read at the end of each file.
  ///   - keysMax: how many rows' keys are held in memory at a time, for each thread.
  /// - Returns: how many were left out since they are there, and which rows of the store give way.
  func leaveOutOverlap(
    fileEnds: [Int], seed: UInt64, keysMax: Int
  ) throws(StoreError) -> (duplicates: Int, replaced: ReplacedRows) {
    guard let comparing, runs.contains(where: { $0.compared != nil }) else { return (0, [:]) }
    var own: [ArrivedRun] = []
    var first = 0
    for written in runs where written.compared != nil {
      own.append(try arrived(written, first: first, fileEnds))
      first += written.run.rows
    }
    let overlap = Overlap(
      own, try store.runSnapshot().runs, comparing, seed: seed, keysMax: keysMax)
    var rest = own[...]
    var kept: [WrittenRun] = []
    for written in runs {
      let left = written.compared == nil ? [] : rest.removeFirst().left.ranges
      if let written = try settled(written, without: left, isFirst: kept.isEmpty) {
        kept.append(written)
      }
    }
    runs = kept
    return (overlap.duplicates, overlap.replaced)
  }

  private func arrived(
    _ written: WrittenRun, first: Int, _ fileEnds: [Int]
  ) throws(StoreError) -> ArrivedRun {
    let order = try files.reach { () throws(FileError) in
      try written.compared?.order.map { (name) throws(FileError) in try files.map(name) }
    }
    let mapped = try files.reach { () throws(FileError) in try files.map(written.file) }
    do throws(DamagedFile) {
      let run = try EventRun(mapped, name: written.file)
      return ArrivedRun(run, first: first, order: order, fileEnds: fileEnds)
    } catch {
      throw .damaged(file: written.file, line: nil, problem: error.words)
    }
  }

  /// A run as it is to become live; nil where none of its rows is left.
  private func settled(
    _ written: WrittenRun, without left: [Range<Int>], isFirst: Bool
  ) throws(StoreError) -> WrittenRun? {
    guard let compared = written.compared else { return written }
    let begun = try begin()
    var settled = written
    settled.compared = nil
    if isFirst { settled.run.name = begun.name }
    paths.append(settled.path)
    if left.isEmpty {
      try files.reach { () throws(FileError) in try compared.file.finish() }
    } else {
      try files.reach { () throws(FileError) in try compared.file.close() }
      if left == [0..<written.run.rows] {
        settled.run.rows = 0
      } else {
        var source = try store.source(written.run, .events, file: written.file)
        source.dropped = left
        let name = isFirst ? begun.name : store.runName(written.run.sequence)
        guard let run = try store.written([source], .events, name: name, under: begun.lock) else {
          preconditionFailure("a run holds some of the rows of another")
        }
        settled.run = run
        settled.users = run.dictionaries.first?.values ?? 0
        settled.file = settled.path
      }
      try files.reach { () throws(FileError) in try files.remove(written.file) }
    }
    if let order = compared.order {
      try files.reach { () throws(FileError) in try files.remove(order) }
    }
    return settled.run.rows == 0 ? nil : settled
  }
}
