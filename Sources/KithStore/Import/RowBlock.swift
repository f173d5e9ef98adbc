import KithSystem

/// Some rows of events in the order of arrival, column by column, as narrow as they allow. Codes are
/// those of the thread that read the rows.
struct RowBlock {
  /// Codes of one, two or four bytes; all bits set stand for an absent cell.
  struct Codes {
    var start: UnsafeMutableRawPointer
    var width: Int
    /// How many cells are absent.
    var absent: Int

    /// The codes of a width that is known.
    func of<Code: FixedWidthInteger>(_ type: Code.Type) -> UnsafePointer<Code> {
      UnsafePointer(start.assumingMemoryBound(to: type))
    }

    @inline(__always)
    subscript(row: Int) -> UInt32 {
      switch width {
      case 1:
        let code = start.load(fromByteOffset: row, as: UInt8.self)
        return code == .max ? absentCode : UInt32(code)
      case 2:
        let code = start.load(fromByteOffset: row &* 2, as: UInt16.self)
        return code == .max ? absentCode : UInt32(code)
      default: return start.load(fromByteOffset: row &* 4, as: UInt32.self)
      }
    }
  }

  /// The rows that have a value, ascending, and these.
  struct Values {
    let count: Int
    let rows: UnsafeMutablePointer<UInt32>
    let numbers: UnsafeMutablePointer<Int64>
    /// What holds both.
    let piece: BlockMemory.Piece

    fileprivate init(_ values: [(row: UInt32, value: Int64)], in memory: inout BlockMemory) {
      count = values.count
      let start: UnsafeMutableRawPointer
      (piece, start) = memory.take(values.count * Self.size)
      numbers = start.assumingMemoryBound(to: Int64.self)
      rows = (start + values.count * 8).assumingMemoryBound(to: UInt32.self)
      for (place, value) in values.enumerated() {
        (rows[place], numbers[place]) = value
      }
    }

    /// Bytes of a row and its value.
    static let size = 12
  }

  /// The thread that read the rows.
  let worker: Int
  let rows: Int
  /// What holds the users, or their places.
  let places: BlockMemory.Piece
  /// What holds times and codes.
  let cells: BlockMemory.Piece
  /// Bytes of memory that the rows take; with the ids of events once more, in the order of the run.
  let size: Int
  /// By row: the user's code, and, once they are sorted, the row's place in the run.
  let users: UnsafeMutablePointer<UInt32>
  let times: BlockTimes
  let events: Codes
  let sources: Codes
  let properties: [Codes]
  let values: Values
  let eventIDs: TextBuilder?
}

/// A column of codes while rows are read, and how many codes there are.
typealias CodeSource = (codes: UnsafeMutablePointer<UInt32>, count: Int)

extension RowBlock {
  init(
    worker: Int, rows: Int, users: UnsafePointer<UInt32>, times: UnsafePointer<Int64>,
    names: [CodeSource], values: [(row: UInt32, value: Int64)], eventIDs: TextBuilder?,
    in memory: inout BlockMemories
  ) {
    let widths = names.map { $0.count < 0xFF ? 1 : $0.count < 0xFFFF ? 2 : 4 }
    func aligned(_ size: Int) -> Int { (size + 7) & ~7 }
    var spans = BlockTimes(times, rows)
    let timeSize = aligned(rows * spans.width)
    let size = timeSize + widths.reduce(0) { $0 + aligned(rows * $1) }
    let start: UnsafeMutableRawPointer
    (places, start) = memory.places.take(rows * 4)
    var place: UnsafeMutableRawPointer
    (cells, place) = memory.cells.take(size)
    self.worker = worker
    self.rows = rows
    self.size =
      size + rows * 4 + values.count * Values.size
      + (eventIDs.map { 2 * ($0.bytes.count + rows * 8) } ?? 0)
    self.users = start.assumingMemoryBound(to: UInt32.self)
    self.users.update(from: users, count: rows)
    spans.put(times, rows, at: place)
    self.times = spans
    place += timeSize
    var columns: [Codes] = []
    for (source, width) in zip(names, widths) {
      var absent = 0
      for row in 0..<rows where source.codes[row] == absentCode { absent &+= 1 }
      columns.append(Codes(start: place, width: width, absent: absent))
      narrow(source.codes, rows, to: place, width)
      place += aligned(rows * width)
    }
    events = columns[0]
    sources = columns[1]
    properties = Array(columns[2...])
    self.values = Values(values, in: &memory.values)
    self.eventIDs = eventIDs
  }
}

private func narrow(
  _ codes: UnsafePointer<UInt32>, _ rows: Int, to place: UnsafeMutableRawPointer, _ width: Int
) {
  switch width {
  case 1:
    let narrow = place.assumingMemoryBound(to: UInt8.self)
    for row in 0..<rows { narrow[row] = UInt8(truncatingIfNeeded: codes[row]) }
  case 2:
    let narrow = place.assumingMemoryBound(to: UInt16.self)
    for row in 0..<rows { narrow[row] = UInt16(truncatingIfNeeded: codes[row]) }
  default: place.copyMemory(from: codes, byteCount: rows * 4)
  }
}
