package import KithSystem

/// What entries that were never on disk fold to, up to an instant: they are written as one writer's
/// journal into memory and read from there, by the code that writes and reads files.
package func memoryDecisions(
  _ entries: [JournalEntry], until instant: Instant? = nil
) throws(StoreError) -> Decisions {
  var file = JournalFile(name: "memory")
  try file.read(
    JournalLine.header(writer: "memory") + entries.flatMap { JournalLine.text($0) })
  return History([file]).decisions(until: instant) { (list) throws(Never) in
    if case .named(let ids) = list { ids } else { [] }
  }
}
