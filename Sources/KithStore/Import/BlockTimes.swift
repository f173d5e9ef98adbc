/// The times of a block's rows, as narrow as they allow: steps of a second, where all of them are whole
/// seconds, or of a millisecond, from the earliest on.
struct BlockTimes {
  /// The earliest and the latest time, in milliseconds since 1970.
  let span: ClosedRange<Int64>
  /// Whether no row is earlier than the one before it.
  let isAscending: Bool
  /// Milliseconds of a step: 1000 or 1.
  let unit: Int64
  /// Bytes of a number.
  let width: Int
  private var steps = UnsafeMutableRawPointer(bitPattern: 8)

  init(_ times: UnsafePointer<Int64>, _ rows: Int) {
    var (first, last, before) = (Int64.max, Int64.min, Int64.min)
    var isAscending = true
    for row in 0..<rows {
      let time = times[row]
      isAscending = isAscending && time >= before
      before = time
      first = min(first, time)
      last = max(last, time)
    }
    let isWhole = (0..<rows).allSatisfy { times[$0] % 1000 == 0 }
    unit = isWhole ? 1000 : 1
    span = min(first, last)...last
    self.isAscending = isAscending
    let most = (last &- min(first, last)) / unit
    width = most <= UInt16.max ? 2 : most <= UInt32.max ? 4 : 8
  }

  /// Writes the times to where they are kept.
  mutating func put(
    _ times: UnsafePointer<Int64>, _ rows: Int, at place: UnsafeMutableRawPointer
  ) {
    let (first, unit) = (span.lowerBound, unit)
    func put<Step: FixedWidthInteger>(_ steps: UnsafeMutablePointer<Step>) {
      if unit == 1000 {
        for row in 0..<rows { steps[row] = Step(truncatingIfNeeded: (times[row] &- first) / 1000) }
      } else {
        for row in 0..<rows { steps[row] = Step(truncatingIfNeeded: times[row] &- first) }
      }
    }
    switch width {
    case 2: put(place.assumingMemoryBound(to: UInt16.self))
    case 4: put(place.assumingMemoryBound(to: UInt32.self))
    default: put(place.assumingMemoryBound(to: UInt64.self))
    }
    steps = place
  }

  /// Calls `body` with each row, and how many steps it is after the earliest one.
  @inline(__always)
  func forEach(_ rows: Int, _ body: (Int, UInt64) -> Void) {
    guard let steps else { return }
    func each<Step: FixedWidthInteger>(_ steps: UnsafeMutablePointer<Step>) {
      for row in 0..<rows { body(row, UInt64(truncatingIfNeeded: steps[row])) }
    }
    switch width {
    case 2: each(steps.assumingMemoryBound(to: UInt16.self))
    case 4: each(steps.assumingMemoryBound(to: UInt32.self))
    default: each(steps.assumingMemoryBound(to: UInt64.self))
    }
  }

  /// The time of one row.
  func time(_ row: Int) -> Int64 {
    guard let steps else { return span.lowerBound }
    let step: Int64 =
      switch width {
      case 2: Int64(steps.load(fromByteOffset: row * 2, as: UInt16.self))
      case 4: Int64(steps.load(fromByteOffset: row * 4, as: UInt32.self))
      default: steps.load(fromByteOffset: row * 8, as: Int64.self)
      }
    return span.lowerBound + step * unit
  }
}
