import KithSystem

/// Rows of a run that are marked, by one byte each: threads may mark different rows at once.
final class RowMarks {
  private let rows: Int
  private let memory: LargeMemory

  init(_ rows: Int) {
    self.rows = rows
    memory = LargeMemory(rows)
  }

  subscript(row: Int) -> Bool {
    get { memory.of(UInt8.self)[row] != 0 }
    set { memory.of(UInt8.self)[row] = newValue ? 1 : 0 }
  }

  var isAny: Bool { (0..<rows).contains { self[$0] } }

  /// The rows that are marked, ascending and apart.
  var ranges: [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start: Int?
    for row in 0..<rows {
      if self[row] {
        start = start ?? row
      } else if let first = start {
        ranges.append(first..<row)
        start = nil
      }
    }
    if let start { ranges.append(start..<rows) }
    return ranges
  }
}

/// A part of an import that is written and not live yet, and which of its rows are left out.
final class ArrivedRun {
  let run: EventRun
  let left: RowMarks
  /// The number of its first row among all that arrived.
  private let first: Int
  /// The places at which its rows arrived, in the order of the run; nil where nobody will ask.
  private let order: MappedBytes?
  private let fileEnds: [Int]
  /// The one file that its rows are of, where it is one.
  private let file: Int?

  /// - Parameters:
  ///   - order: by row the place at which it arrived, from 0, with 32 bits; of a run with ids, or with rows
  ///     of several files.
  ///   - fileEnds: how many rows had arrived at the end of each file.
  init(_ run: EventRun, first: Int, order: MappedBytes?, fileEnds: [Int]) {
    var run = run
    run.isReadOnce = true
    self.run = run
    self.first = first
    self.order = order
    self.fileEnds = fileEnds
    left = RowMarks(run.rows)
    let holdsEnd = fileEnds.contains { $0 > first && $0 < first + run.rows }
    file = holdsEnd ? nil : fileEnds.count { $0 <= first }
  }

  /// The number of a row among all that arrived.
  func arrival(_ row: Int) -> Int {
    guard let order else { return first }
    return first + Int(order.bytes.loadUnaligned(fromByteOffset: row &* 4, as: UInt32.self))
  }

  /// The number of the file that a row is of.
  func file(of row: Int) -> Int {
    if let file { return file }
    let arrival = arrival(row)
    return firstIndex(in: 0..<fileEnds.count) { fileEnds[$0] > arrival }
  }

  /// As ``EventRun/passed(_:since:)``.
  func passed(_ row: Int, since last: inout Int) {
    let before = last
    run.passed(row, since: &last)
    if last != before { order?.letPagesGo() }
  }
}

extension EventTable {
  /// Writes for each row of the run the place at which it arrived.
  func writeOrder(to file: RunFile) throws(FileError) {
    let blocks = sorted.blocks
    let order = LargeMemory(blocks.rows * 4)
    var starts = [0]
    for block in blocks.all { starts.append(starts[starts.count - 1] + block.rows) }
    Cores.runUnchecked(blocks.shares.count) { share in
      let order = order.of(UInt32.self)
      for index in blocks.shares[share] {
        let block = blocks.all[index]
        let start = UInt32(truncatingIfNeeded: starts[index])
        for row in 0..<block.rows {
          order[Int(block.users[row])] = start &+ UInt32(truncatingIfNeeded: row)
        }
      }
    }
    try file.put(.memory(order, size: blocks.rows * 4))
  }
}
