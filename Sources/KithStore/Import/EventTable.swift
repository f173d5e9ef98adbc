// A run of events from the rows of all threads. A column is put into the order of the run when its turn
// comes, and let go of when it is written, so that one of them is in memory at a time.

import KithSystem

/// All rows of a run, and the texts that their codes stand for.
struct EventTable {
  let sorted: SortedRows
  let threads: [EventRows]
  /// Properties that the run has, in the order in which they were met.
  let properties: [String]
  let hasEventIDs: Bool
  /// Whether there may be texts that stand in no row.
  let mayHoldUnused: Bool
}

extension EventTable {
  func write(to file: RunFile) throws(FileError) -> RunSummary {
    let users = sorted.users
    var summary = RunSummary()
    summary.rows = sorted.rows
    (summary.firstTime, summary.lastTime) = sorted.span
    if users.count > 0 {
      summary.firstUser = users.id(0)
      summary.lastUser = users.id(users.count - 1)
    }
    summary.dictionaries.append(.init(name: "user", values: users.count))
    var columns = [userColumn, timeColumn]
    func add(
      _ name: String, role: String?, _ indices: [TextIndex?],
      _ codes: @escaping (RowBlock) -> RowBlock.Codes?
    ) {
      let column = CodeColumn(sorted, indices, mayHoldUnused: mayHoldUnused, codes)
      summary.dictionaries.append(.init(name: name, values: column.names.count))
      columns.append(column.arrow(name, role: role, id: columns.count))
    }
    add("event", role: nil, threads.map(\.events.index)) { $0.events }
    add("source", role: nil, threads.map(\.sources.index)) { $0.sources }
    columns.append(valueColumn)
    if hasEventIDs { columns.append(PlacedTexts(sorted).arrow("event_id")) }
    for name in properties {
      let places = threads.map { thread in
        thread.properties.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
      }
      let indices = zip(threads, places).map { thread, place in
        place.map { thread.properties[$0].index }
      }
      add(name, role: "property", indices) { block in
        guard let place = places[block.worker], place < block.properties.count else { return nil }
        return block.properties[place]
      }
    }
    try ArrowWriter<FileError>.write(
      rows: sorted.rows, columns: columns.map { $0.written(to: file) },
      notes: ["format": "1", "kind": EventRun.kind]
    ) { (bytes) throws(FileError) in try file.write(bytes) }
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

  private var timeColumn: ArrowColumn {
    let times = sorted.times
    var numbers = ArrowBuffer(size: sorted.rows * 8) { range, out in
      guard let memory = times.value else { return }
      out.copyMemory(from: memory.address + range.lowerBound, byteCount: range.count)
    }
    numbers.release = { times.value = nil }
    return ArrowColumn(
      field: ArrowField(name: "time", type: .timestamp, nullable: false), nullCount: 0,
      buffers: [.empty, numbers])
  }

  private var valueColumn: ArrowColumn {
    let sorted = sorted
    let absent = sorted.rows - sorted.blocks.reduce(0) { $0 + $1.values.count }
    let values = PlacedColumn(sorted, width: 8) { block, memory in
      let out = memory.assumingMemoryBound(to: UInt64.self)
      for (row, value) in block.values {
        // 0 is left to rows without a value.
        out[Int(block.users[Int(row)])] = UInt64(bitPattern: value ^ .min)
      }
    }
    let validity = ArrowBuffer.present(sorted.rows) { values.numbers(UInt64.self) }
    let numbers = ArrowBuffer(size: sorted.rows * 8) { range, out in
      let held = values.numbers(UInt64.self) + range.lowerBound / 8
      let out = out.assumingMemoryBound(to: Int64.self)
      for index in 0..<(range.count / 8) {
        out[index] = held[index] == 0 ? 0 : Int64(bitPattern: held[index]) ^ .min
      }
    }
    return ArrowColumn(
      field: ArrowField(name: "value", type: .decimal, nullable: absent > 0), nullCount: absent,
      buffers: values.held(over: [absent == 0 ? .empty : validity, numbers]))
  }
}
