import KithSystem

/// Rows of CSV in the making.
struct CSVTable {
  private let spreadsheet: Bool
  private var bytes: [UInt8] = []
  private var isFirst = true

  init(spreadsheet: Bool) {
    self.spreadsheet = spreadsheet
    if spreadsheet { bytes = [0xEF, 0xBB, 0xBF] }
  }

  mutating func header(_ names: [String]) {
    for name in names { withBytes(name) { text($0, inHeader: true) } }
    endRow()
  }

  /// A text; nil is an empty cell.
  mutating func text(_ text: UnsafeRawBufferPointer?, inHeader: Bool = false) {
    separate()
    guard let text, let first = text.first else { return }
    guard spreadsheet, "=+-@\t\r".utf8.contains(first) else {
      CSV.append(text, inHeader: inHeader, to: &bytes)
      return
    }
    ([0x27] + text).withUnsafeBytes { CSV.append($0, inHeader: inHeader, to: &bytes) }
  }

  /// A user's id; for a spreadsheet, one that looks like a number or a date is kept as text.
  mutating func id(_ id: UnsafeRawBufferPointer) {
    guard spreadsheet, let first = id.first, 0x30...0x39 ~= first,
      id.allSatisfy({ "0123456789.,eE+-/: ".utf8.contains($0) })
    else { return text(id) }
    separate()
    ([0x27] + id).withUnsafeBytes { CSV.append($0, to: &bytes) }
  }

  /// RFC 3339 in UTC with milliseconds.
  mutating func time(_ milliseconds: Int64) {
    separate()
    let (day, inDay) = Day.split(milliseconds)
    let (year, month, date) = day.civil
    let time = Int(inDay)
    number(year, 4, then: 0x2D)
    number(month, 2, then: 0x2D)
    number(date, 2, then: 0x54)
    number(time / 3_600_000, 2, then: 0x3A)
    number(time / 60_000 % 60, 2, then: 0x3A)
    number(time / 1000 % 60, 2, then: 0x2E)
    number(time % 1000, 3, then: 0x5A)
  }

  /// Digits without zeros at the end of the fraction.
  mutating func value(_ value: Micros?) {
    separate()
    guard let value else { return }
    if value < 0 { bytes.append(0x2D) }
    let size = value.magnitude
    bytes.append(contentsOf: String(size / 1_000_000).utf8)
    var fraction = Int(size % 1_000_000)
    guard fraction > 0 else { return }
    bytes.append(0x2E)
    var scale = 100_000
    while fraction > 0 {
      bytes.append(0x30 + UInt8(fraction / scale))
      fraction %= scale
      scale /= 10
    }
  }

  mutating func endRow() {
    bytes.append(0x0A)
    isFirst = true
  }

  /// Hands the bytes over once there are more than `size` of them.
  mutating func flush<Failure: Error>(
    over size: Int, to write: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    guard bytes.count > size else { return }
    try write(bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  private mutating func separate() {
    if !isFirst { bytes.append(0x2C) }
    isFirst = false
  }

  private mutating func number(_ number: Int, _ digits: Int, then mark: UInt8) {
    var scale = 1
    for _ in 1..<digits { scale *= 10 }
    while scale > 0 {
      bytes.append(0x30 + UInt8(number / scale % 10))
      scale /= 10
    }
    bytes.append(mark)
  }
}
