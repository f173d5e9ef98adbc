// Several runs are written as one: the rows in the order of the plan, without those that are dropped;
// the columns of all, by name; dictionaries united, without the texts that no row has any more. What
// is held in memory is the plan, the users' codes and the dictionaries' translations, never a column:
// each is made a block at a time when its turn to be written comes.

import KithSystem

/// Runs of one kind on their way to becoming one.
struct RunMerge {
  let kind: RunKind
  let sources: [RunSource]
  let plan: RowPlan
  private let users: TextUnion
  private let columns: [MergedColumn]
  /// The journal entry and the zone of each import that it holds, in order of arrival.
  let imports: [Manifest.Import]

  /// Why runs cannot be written as one; they stay as they are.
  enum Problem: Error {
    case damaged(DamagedFile)
    /// More text in a column than one run can hold.
    case tooLarge
  }

  /// Runs in order of arrival; what holds several imports has the column `import`.
  init(_ sources: [RunSource], kind: RunKind) throws(Problem) {
    precondition(sources.count <= RowPlan.sourcesMax, "few runs become one")
    self.kind = kind
    self.sources = sources
    imports = sources.flatMap(\.run.allImports).reduce(into: []) { imports, next in
      // An import that was written in parts is one all the same.
      if !imports.contains(next) { imports.append(next) }
    }
    let withImports = imports.count > 1
    var ordered = (users: TextUnion([], used: []), plan: RowPlan([], ranks: []))
    var columns: Result<[MergedColumn], DamagedFile> = .success([])
    Cores.runUnchecked(2) { step in
      if step == 0 {
        ordered = Self.order(of: sources)
      } else {
        columns = Result { () throws(DamagedFile) in
          try MergedColumn.all(of: sources, kind: kind, withImports: withImports)
        }
      }
    }
    (users, plan) = ordered
    do { self.columns = try columns.get() } catch { throw .damaged(error) }
    guard self.columns.allSatisfy({ $0.size <= TextTable.bytesMax }) else { throw .tooLarge }
  }

  /// The users that are left, and the order of the rows.
  private static func order(of sources: [RunSource]) -> (users: TextUnion, plan: RowPlan) {
    let tables = sources.map(\.users)
    let all = TextUnion(tables, used: tables.map { _ in nil })
    let plan = RowPlan(sources, ranks: all.translations)
    let used = sources.map { source in
      source.dropped.isEmpty
        ? nil : source.used(source.users.count) { Int(source.userCodes[$0]) }
    }
    return (used.allSatisfy { $0 == nil } ? all : TextUnion(tables, used: used), plan)
  }

  /// Writes the run.
  func write<Failure: Error>(
    to sink: @escaping ArrowWriter<Failure>.Sink
  ) throws(Failure) -> RunSummary {
    var summary = RunSummary()
    summary.rows = plan.rows
    (summary.firstTime, summary.lastTime) = times
    if users.count > 0 {
      summary.firstUser = String(decoding: users[0], as: UTF8.self)
      summary.lastUser = String(decoding: users[users.count - 1], as: UTF8.self)
    }
    summary.dictionaries = [.init(name: "user", values: users.count)]
    let rows = WorkArray<UInt32>(users.count)
    var written: [ArrowWriter<Failure>.Column] = [userColumn(counting: rows), timeColumn()]
    for column in columns {
      written.append(column.written(by: plan, id: written.count))
      if let texts = column.texts {
        summary.dictionaries.append(.init(name: column.name, values: texts.count))
      }
    }
    try ArrowWriter<Failure>.write(
      rows: plan.rows, columns: written, notes: ["format": "1", "kind": kind.note],
      RunStarts.appendix(rows: plan.rows) {
        rows.all.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
      }, to: sink)
    return summary
  }

  private var times: (first: Int64, last: Int64) {
    guard plan.rows > 0 else { return (0, 0) }
    if sources.allSatisfy(\.dropped.isEmpty) {
      let runs = sources.map(\.run)
      return (runs.map(\.firstTime).min() ?? 0, runs.map(\.lastTime).max() ?? 0)
    }
    var (first, last) = (Int64.max, Int64.min)
    plan.forEachPiece { (source, rows) throws(Never) in
      for time in sources[source].times[rows] {
        first = min(first, time)
        last = max(last, time)
      }
    }
    return (first, last)
  }

  /// - Parameter counts: for the rows of each user.
  private func userColumn<Failure>(
    counting counts: WorkArray<UInt32>
  ) -> ArrowWriter<Failure>.Column {
    let (sources, translations) = (sources, users.translations)
    return .init(
      field: ArrowField(
        name: "user", type: .dictionary(id: 0, codeBits: 32, large: true), nullable: false),
      nullCount: 0,
      buffers: [
        .empty,
        plan.numbers { (source, rows, out: UnsafeMutablePointer<UInt32>) in
          let codes = sources[source].userCodes
          translations[source].withUnsafeBufferPointer { translation in
            for row in rows {
              let user = translation[Int(codes[row])]
              out[row &- rows.lowerBound] = user
              counts.numbers[Int(user)] &+= 1
            }
          }
        },
      ],
      dictionary: users.written(large: true))
  }

  private func timeColumn<Failure>() -> ArrowWriter<Failure>.Column {
    let sources = sources
    return .init(
      field: ArrowField(name: kind.time, type: .timestamp, nullable: false), nullCount: 0,
      buffers: [
        .empty,
        plan.numbers { (source, rows, out: UnsafeMutablePointer<Int64>) in
          copy(sources[source].times, rows, to: out)
        },
      ])
  }
}

extension RunSource {
  /// Which of `count` codes rows have that are kept.
  func used(_ count: Int, code: (Int) -> Int) -> [Bool] {
    var used = [Bool](repeating: false, count: count)
    used.withUnsafeMutableBufferPointer { used in
      forEachKept { rows in
        for row in rows {
          let code = code(row)
          if code < used.count { used[code] = true }
        }
      }
    }
    return used
  }

  /// Calls for each range of rows that is kept.
  func forEachKept(_ body: (Range<Int>) -> Void) {
    var start = 0
    for hole in dropped {
      if hole.lowerBound > start { body(start..<hole.lowerBound) }
      start = hole.upperBound
    }
    if start < rows { body(start..<rows) }
  }
}

extension TextUnion {
  /// As the dictionary of a column.
  func written<Failure>(
    large: Bool
  ) -> (count: Int, offsets: ArrowWriter<Failure>.Buffer, bytes: ArrowWriter<Failure>.Buffer) {
    // Asked for once, in order, so that the sum can run along.
    var end = 0
    func next(_ index: Int) -> Int {
      if index > 0 { end += self[index - 1].count }
      return end
    }
    return (
      count,
      large
        ? .numbers(count + 1) { Int64(next($0)) }
        : .numbers(count + 1) { Int32(truncatingIfNeeded: next($0)) },
      .init(size: size) { (sink) throws(Failure) in
        var block: [UInt8] = []
        block.reserveCapacity(1 << 20)
        for code in 0..<count {
          block.append(contentsOf: self[code])
          if block.count >= 1 << 20 - 1024 || code == count - 1 {
            try send(block, to: sink)
            block.removeAll(keepingCapacity: true)
          }
        }
      }
    )
  }
}
