package import KithSystem

/// What entries that were never on disk fold to, up to an instant: they are written as one writer's
/// journal into memory and read from there, by the code that writes and reads files.
package func memoryDecisions(
  _ entries: [JournalEntry], until instant: Instant? = nil, persons: [[String]]? = nil
) throws(StoreError) -> Decisions {
  let text = JournalLine.header(writer: "memory") + entries.flatMap { JournalLine.text($0) }
  let bytes = MappedBytes(copying: text)
  var log = EntryLog()
  var lines = JournalLines()
  var file = JournalProgress(name: "memory")
  try file.read(bytes.bytes, file: lines.place("memory", bytes), into: &log)
  _ = log.settle(from: 0) { lines.bytes($0) }
  let until = instant?.milliseconds ?? .max
  return Decisions(
    log, until: until, undone: log.undone(until: until), lines: lines,
    persons: persons)
}
