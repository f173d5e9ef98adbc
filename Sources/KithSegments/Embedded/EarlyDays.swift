import KithStore
import KithSystem

/// Finds the rows of a user's first so many calendar days.
struct EarlyDays {
  private let days: Int32
  private let zone: Zone
  /// Whether a day is a range of instants, so that the rows end where one does.
  private let isPlain: Bool
  private var reader: DayReader
  /// By first day the first instant after those days; 0 where it was not asked for yet.
  private var ends: [Int64] = []

  init(_ days: Int32, _ zone: Zone, _ columns: Columns) {
    self.days = days
    self.zone = zone
    isPlain = columns.hasPlainDays
    reader = DayReader(zone)
  }

  /// - Parameters:
  ///   - rows: all rows of the user.
  ///   - firstDay: their first day, where it is kept.
  /// Cost: O(log of the rows found).
  @inline(__always)
  mutating func rows(of rows: Range<Int>, _ run: RunView, _ firstDay: UInt16?) -> Range<Int> {
    guard let first = rows.first else { return rows }
    guard isPlain else { return rowsByDay(rows, run) }
    // The least and the greatest number stand for whatever does not fit as well.
    let kept = firstDay.flatMap { $0 > 0 && $0 < .max ? Int32($0) : nil }
    let end = end(from: kept ?? reader.day(of: run.times[first]))
    return rows.lowerBound..<run.firstNearRow(in: rows) { $0 >= end }
  }

  @inline(__always)
  private mutating func end(from day: Int32) -> Int64 {
    let place = Int(day)
    guard place >= 0, place <= Int(UInt16.max) else { return instant(after: day) }
    if ends.isEmpty { ends = Array(repeating: 0, count: Int(UInt16.max) + 1) }
    if ends[place] == 0 { ends[place] = instant(after: day) }
    return ends[place]
  }

  private func instant(after day: Int32) -> Int64 {
    zone.start(of: Day(number: day).advanced(by: Int(days))).milliseconds
  }

  /// In a zone where days went back.
  private mutating func rowsByDay(_ rows: Range<Int>, _ run: RunView) -> Range<Int> {
    let start = reader.day(of: run.times[rows.lowerBound])
    for row in rows where reader.day(of: run.times[row]) &- start >= days {
      return rows.lowerBound..<row
    }
    return rows
  }
}
