import KithSystem

extension Column {
  /// A column over all its values, which give it its type (language.md). Cost: one pass over the
  /// values, up to the first that is mere text.
  init(name: String, table: TextTable) {
    let values = Names(sorted: table)
    var numbers: [Exact] = []
    var days: [Day] = []
    if table.count > 0 {
      if Self.read(table, into: &numbers, Exact.init(bytes:)) {
        self.init(name: name, type: .number, values: values, numbers: numbers)
        return
      }
      if Self.read(table, into: &days, Day.init(bytes:)) {
        self.init(name: name, type: .date, values: values, days: days)
        return
      }
      if (0..<table.count).allSatisfy({ ["true", "false"].contains(table.text($0)) }) {
        self.init(name: name, type: .boolean, values: values)
        return
      }
    }
    self.init(name: name, type: .text, values: values)
  }

  private static func read<Value>(
    _ table: TextTable, into values: inout [Value], _ read: (UnsafeRawBufferPointer) -> Value?
  ) -> Bool {
    for index in 0..<table.count {
      guard let value = read(table[index]) else { return false }
      values.append(value)
    }
    return true
  }
}

extension Day {
  /// Reads `YYYY-MM-DD`, nothing before or after it.
  init?(bytes: UnsafeRawBufferPointer) {
    guard bytes.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D,
      let year = digits(bytes, 0, 4), let month = digits(bytes, 5, 2), let day = digits(bytes, 8, 2)
    else { return nil }
    self.init(year: year, month: month, day: day)
  }
}

/// The number that `count` digits from `start` make; nil where one of them is none.
@inline(__always)
func digits(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ count: Int) -> Int? {
  var total = 0
  for index in start..<(start &+ count) {
    let digit = bytes[index] &- 0x30
    guard digit < 10 else { return nil }
    total = total &* 10 &+ Int(digit)
  }
  return total
}
