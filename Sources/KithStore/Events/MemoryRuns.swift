import KithSystem

/// A snapshot of rows that were never on disk: they are written as runs into memory and read from
/// there, by the code that writes and reads files.
package func memorySnapshot(
  eventRuns: [EventColumns], userRuns: [UserColumns] = [], generation: Int = 1
) throws(DamagedFile) -> RunSnapshot {
  var opened: [EventRun] = []
  for rows in eventRuns where rows.rows > 0 {
    opened.append(try EventRun(inMemory { RunWriter.events(rows, to: $0) }, name: "memory"))
  }
  var users: [UserRun] = []
  for rows in userRuns where rows.rows > 0 {
    users.append(try UserRun(inMemory { RunWriter.users(rows, to: $0) }, name: "memory"))
  }
  return RunSnapshot(
    generation: generation, horizon: eventRuns.flatMap { $0.times }.max(), eventRuns: opened,
    userRuns: users)
}

/// The bytes of a run, as a file would hold them.
func inMemory(_ write: (@escaping ArrowWriter<Never>.Sink) -> RunSummary) -> MappedBytes {
  let collected = Collected()
  _ = write { collected.bytes.append(contentsOf: $0) }
  return MappedBytes(copying: collected.bytes)
}

private final class Collected {
  var bytes: [UInt8] = []
}
