/// Rows that could not be read: how many for which reason, and the lines themselves as CSV.
struct Rejects {
  private static let firstMax = 5
  private var counts = [Int](repeating: 0, count: RejectReason.allCases.count)
  /// The lines that are not written yet.
  private(set) var bytes: [UInt8] = []
  private(set) var count = 0
  /// The first few of them.
  private(set) var first: [(file: String, line: Int, reason: RejectReason)] = []

  mutating func add(
    _ reason: RejectReason, file: String, line: Int, record: [UInt8]
  ) {
    if count == 0 { bytes.append(contentsOf: "file,line,reason,row\n".utf8) }
    count += 1
    if first.count < Self.firstMax { first.append((file, line, reason)) }
    counts[RejectReason.allCases.firstIndex(of: reason) ?? 0] += 1
    withBytes(file) { CSV.append($0, to: &bytes) }
    bytes.append(contentsOf: ",\(line),\(reason.rawValue),".utf8)
    record.withUnsafeBytes { CSV.append($0, to: &bytes) }
    bytes.append(0x0A)
  }

  /// Hands the lines over to who writes them.
  mutating func takeBytes() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  /// By the column that failed, in the order in which columns are looked at.
  var byColumn: [(reason: String, count: Int)] {
    var sums: [(reason: String, count: Int)] = []
    for (reason, count) in zip(RejectReason.allCases, counts) where count > 0 {
      if sums.last?.reason == reason.column {
        sums[sums.count - 1].count += count
      } else {
        sums.append((reason.column, count))
      }
    }
    return sums
  }
}
