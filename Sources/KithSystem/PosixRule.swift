/// The rule at the end of a TZif file, `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX.1, with RFC 9636's wider
/// hours): what holds after the last recorded change.
struct PosixRule {
  private let standard: Int64
  private let summer: (offset: Int64, start: Change, end: Change)?

  /// When in a year an offset changes: a day and seconds of local time.
  private struct Change {
    enum Form { case julian(Int), zeroBased(Int), weekday(month: Int, week: Int, day: Int) }
    var form: Form
    var seconds: Int64 = 7200

    func localMs(year: Int) -> Int64 {
      let first = Day(year: year, month: 1, day: 1) ?? Day(number: 0)
      var day = first
      switch form {
      case .zeroBased(let number): day = first.advanced(by: number)
      case .julian(let number):  // 29 February is never counted
        let leap = Day.length(ofMonth: 2, year: year) == 29
        day = first.advanced(by: number - 1 + (leap && number >= 60 ? 1 : 0))
      case .weekday(let month, let week, let weekday):
        let start = Day(year: year, month: month, day: 1) ?? first
        let ahead = ((weekday + 6) % 7 - start.weekday + 7) % 7
        var number = 1 + ahead + (week - 1) * 7
        if number > Day.length(ofMonth: month, year: year) { number -= 7 }
        day = Day(year: year, month: month, day: number) ?? start
      }
      return Int64(day.number) * Instant.dayMs + seconds * 1000
    }
  }

  init?(_ text: String) {
    var parser = Parser(rest: Array(text.utf8)[...])
    guard parser.name(), let standard = parser.time() else { return nil }
    self.standard = -standard * 1000
    guard !parser.rest.isEmpty else {
      summer = nil
      return
    }
    guard parser.name() else { return nil }
    var offset = -standard + 3600
    if parser.rest.first != 0x2C {
      guard let given = parser.time() else { return nil }
      offset = -given
    }
    guard let start = parser.change(), let end = parser.change() else { return nil }
    summer = (offset * 1000, start, end)
  }

  /// Every change of offset in these years, ascending: the instant and the offset from then on.
  func changes(years: ClosedRange<Int>) -> [(Int64, Int64)] {
    guard let summer else { return [(Int64.min + 1, standard)] }
    return years.flatMap { year in
      [
        (summer.start.localMs(year: year) - standard, summer.offset),
        (summer.end.localMs(year: year) - summer.offset, standard),
      ]
    }.sorted { $0.0 < $1.0 }
  }

  private struct Parser {
    var rest: ArraySlice<UInt8>

    mutating func take(_ byte: UInt8) -> Bool {
      guard rest.first == byte else { return false }
      rest.removeFirst()
      return true
    }

    /// `CET` or `<+03>`.
    mutating func name() -> Bool {
      if take(0x3C) {
        guard let end = rest.firstIndex(of: 0x3E) else { return false }
        rest = rest[(end + 1)...]
        return true
      }
      let letters = rest.prefix { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
      rest = rest[letters.endIndex...]
      return letters.count >= 3
    }

    mutating func number() -> Int? {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      guard !digits.isEmpty, digits.count <= 4 else { return nil }
      rest = rest[digits.endIndex...]
      return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    mutating func time() -> Int64? {
      let negative = take(0x2D)
      if !negative { _ = take(0x2B) }
      guard let hours = number() else { return nil }
      var total = hours * 3600
      for scale in [60, 1] where take(0x3A) {
        guard let part = number() else { return nil }
        total += part * scale
      }
      return Int64(negative ? -total : total)
    }

    mutating func change() -> Change? {
      guard take(0x2C) else { return nil }
      var change: Change
      if take(0x4D) {
        guard let month = number(), take(0x2E), let week = number(), take(0x2E),
          let day = number(), (1...12).contains(month), (1...5).contains(week), day < 7
        else { return nil }
        change = Change(form: .weekday(month: month, week: week, day: day))
      } else if take(0x4A) {
        guard let day = number() else { return nil }
        change = Change(form: .julian(day))
      } else {
        guard let day = number() else { return nil }
        change = Change(form: .zeroBased(day))
      }
      if take(0x2F) {
        guard let seconds = time() else { return nil }
        change.seconds = seconds
      }
      return change
    }
  }
}
