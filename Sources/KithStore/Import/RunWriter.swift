/// What the manifest says of a run, apart from its file.
struct RunSummary: Sendable, Equatable {
  var rows = 0
  var firstTime: Int64 = 0
  var lastTime: Int64 = 0
  var firstUser = ""
  var lastUser = ""
  var dictionaries: [Dictionary] = []

  struct Dictionary: Sendable, Equatable {
    var name: String
    var values: Int
  }
}

/// Sorts gathered rows and writes them as one Arrow file. Every dictionary is sorted by bytes, so that
/// the order of codes is the order of texts.
struct RunWriter<Failure: Error> {
  typealias Writer = ArrowWriter<Failure>

  private let order: [UInt32]
  /// The first row of each user, then the number of rows.
  private let starts: [UInt32]
  private var columns: [Writer.Column] = []
  private(set) var summary = RunSummary()

  private init(users: DictionaryBuilder, times: [Int64]) {
    let sorted = users.interner.sorted()
    (order, starts) = rowOrder(users: users.codes, ranks: sorted.ranks, times: times)
    summary.rows = times.count
    summary.firstTime = times.min() ?? 0
    summary.lastTime = times.max() ?? 0
    if sorted.table.count > 0 {
      summary.firstUser = sorted.table.text(0)
      summary.lastUser = sorted.table.text(sorted.table.count - 1)
    }
    add(users, sorted, role: nil, codeBits: 32, large: true)
  }

  static func events(_ rows: EventColumns, to sink: @escaping Writer.Sink) throws(Failure)
    -> RunSummary
  {
    var run = RunWriter(users: rows.users, times: rows.times)
    run.add("time", .timestamp, rows.times, absent: 0)
    run.add(rows.events)
    run.add(rows.sources)
    run.add("value", .decimal, rows.values, absent: rows.absentValues)
    if let eventIDs = rows.eventIDs { run.add("event_id", eventIDs) }
    for property in rows.properties { run.add(property, role: "property") }
    try run.write(kind: EventRun.kind, to: sink)
    return run.summary
  }

  static func users(_ rows: UserColumns, to sink: @escaping Writer.Sink) throws(Failure)
    -> RunSummary
  {
    var run = RunWriter(users: rows.users, times: rows.times)
    run.add("updated_at", .timestamp, rows.times, absent: 0)
    for attribute in rows.attributes { run.add(attribute, role: "attribute") }
    try run.write(kind: UserRun.kind, to: sink)
    return run.summary
  }

  private func write(kind: String, to sink: @escaping Writer.Sink) throws(Failure) {
    try Writer.write(
      rows: order.count, columns: columns, notes: ["format": "1", "kind": kind],
      RunStarts.appendix(rows: order.count) { [starts] in starts }, to: sink)
  }

  private mutating func add(_ column: DictionaryBuilder, role: String? = nil) {
    let sorted = column.interner.sorted()
    let bits = sorted.table.count <= 1 << 8 ? 8 : sorted.table.count <= 1 << 16 ? 16 : 32
    add(column, sorted, role: role, codeBits: bits, large: false)
  }

  private mutating func add(
    _ column: DictionaryBuilder, _ sorted: (table: TextTable, ranks: [UInt32]), role: String?,
    codeBits: Int, large: Bool
  ) {
    let (order, codes, ranks) = (order, column.codes, sorted.ranks)
    func rank(_ row: Int) -> UInt32 {
      let code = codes[Int(order[row])]
      return code == absentCode ? 0 : ranks[Int(code)]
    }
    let data: Writer.Buffer =
      switch codeBits {
      case 8: .numbers(order.count) { UInt8(truncatingIfNeeded: rank($0)) }
      case 16: .numbers(order.count) { UInt16(truncatingIfNeeded: rank($0)) }
      default: .numbers(order.count) { rank($0) }
      }
    let validity: Writer.Buffer =
      column.nullCount == 0
      ? .empty : .bits(order.count) { codes[Int(order[$0])] != absentCode }
    columns.append(
      Writer.Column(
        field: ArrowField(
          name: column.name,
          type: .dictionary(id: columns.count, codeBits: codeBits, large: large),
          nullable: column.nullCount > 0, notes: role.map { ["role": $0] } ?? [:]),
        nullCount: column.nullCount, buffers: [validity, data],
        dictionary: (
          sorted.table.count, sorted.table.offsetBuffer(large: large), sorted.table.byteBuffer()
        )))
    summary.dictionaries.append(.init(name: column.name, values: sorted.table.count))
  }

  private mutating func add(_ name: String, _ type: ArrowType, _ numbers: [Int64], absent: Int) {
    let order = order
    columns.append(
      Writer.Column(
        field: ArrowField(name: name, type: type, nullable: absent > 0), nullCount: absent,
        buffers: [
          absent == 0
            ? .empty : .bits(order.count) { numbers[Int(order[$0])] != absentValue },
          .numbers(order.count) { row in
            let number = numbers[Int(order[row])]
            return number == absentValue ? 0 : number
          },
        ]))
  }

  private mutating func add(_ name: String, _ column: TextBuilder) {
    let (order, ends, bytes) = (order, column.ends, column.bytes)
    func range(_ row: Int) -> Range<Int> {
      ends[Int(order[row])]..<ends[Int(order[row]) + 1]
    }
    var end: Int64 = 0
    let texts = Writer.Buffer(size: bytes.count) { (sink) throws(Failure) in
      var block: [UInt8] = []
      for row in order.indices {
        block.append(contentsOf: bytes[range(row)])
        if block.count > 1 << 20 || row == order.count - 1 {
          try send(block, to: sink)
          block.removeAll(keepingCapacity: true)
        }
      }
    }
    columns.append(
      Writer.Column(
        field: ArrowField(
          name: name, type: .text(large: true), nullable: column.nullCount > 0),
        nullCount: column.nullCount,
        buffers: [
          column.nullCount == 0 ? .empty : .bits(order.count) { !range($0).isEmpty },
          // Asked for once, in order, so that the sum can run along.
          .numbers(order.count + 1) { row in
            if row > 0 { end += Int64(range(row - 1).count) }
            return end
          },
          texts,
        ]))
  }
}

extension TextTable {
  /// More than 32-bit offsets can reach; such a column cannot be written.
  static let bytesMax = Int(Int32.max)

  fileprivate func offsetBuffer<Failure>(large: Bool) -> ArrowWriter<Failure>.Buffer {
    large
      ? .numbers(count + 1) { Int64(self.end($0)) }
      : .numbers(count + 1) { Int32(truncatingIfNeeded: self.end($0)) }
  }

  fileprivate func byteBuffer<Failure>() -> ArrowWriter<Failure>.Buffer {
    ArrowWriter<Failure>.Buffer(size: all.count) { (sink) throws(Failure) in try sink(all) }
  }
}
