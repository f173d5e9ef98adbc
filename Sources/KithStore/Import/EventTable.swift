// A run of events from the rows of all threads.

import KithSystem

/// All rows of a run.
struct EventTable {
  let sorted: SortedRows
  /// Properties that the run has, in the order in which they were met.
  let properties: [String]
  let hasEventIDs: Bool
}

extension EventTable {
  /// Writes the run; rows are no longer in memory after that.
  func write(to file: RunFile) throws(FileError) -> RunSummary {
    let (users, words) = (sorted.users, sorted.words)
    let codes = words.packing.codes
    var columns = [
      userColumn, words.timeColumn(), words.column(codes[0], "event", role: nil, id: 2),
      words.column(codes[1], "source", role: nil, id: 3),
      PlacedValues(sorted.blocks).arrow("value") { words.letGo() },
    ]
    if hasEventIDs { columns.append(PlacedTexts(sorted).arrow("event_id")) }
    for (name, codes) in zip(properties, codes.dropFirst(2)) {
      columns.append(words.column(codes, name, role: "property", id: columns.count))
    }
    try ArrowWriter<FileError>.write(
      rows: sorted.rows, columns: columns.map { $0.written(to: file) },
      notes: ["format": "1", "kind": EventRun.kind],
      RunStarts.appendix(rows: sorted.rows) { users.starts }
    ) { (bytes) throws(FileError) in try file.write(bytes) }
    words.letGo()
    sorted.blocks.letPlacesGo()
    let span = words.packing.times.span
    var summary = RunSummary()
    summary.rows = sorted.rows
    (summary.firstTime, summary.lastTime) = (span.lowerBound, span.upperBound)
    if users.count > 0 {
      summary.firstUser = users.id(0)
      summary.lastUser = users.id(users.count - 1)
    }
    for (name, count) in zip(
      ["user", "event", "source"] + properties, [users.count] + codes.map(\.names.count))
    {
      summary.dictionaries.append(.init(name: name, values: count))
    }
    return summary
  }

  private var userColumn: ArrowColumn {
    let sorted = sorted
    return ArrowColumn(
      field: ArrowField(
        name: "user", type: .dictionary(id: 0, codeBits: 32, large: true), nullable: false),
      nullCount: 0,
      buffers: [
        .empty,
        ArrowBuffer(size: sorted.rows * 4) { range, out in
          sorted.users.fillCodes(
            (range.lowerBound / 4)..<(range.upperBound / 4),
            out.assumingMemoryBound(to: UInt32.self))
        },
      ],
      dictionary: (
        sorted.users.count, sorted.users.idEndsBuffer, sorted.users.idBytesBuffer
      ))
  }
}
