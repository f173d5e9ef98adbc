public import KithSystem

/// What `--as-of` says: a day, which means its last millisecond, or an instant.
public enum AsOf: Sendable, Equatable {
  case day(Day)
  case instant(Instant)
  /// A wall-clock time without an offset: local to the zone in force, in milliseconds.
  case local(Int64)

  /// Reads `2026-10-01`, `2026-10-01T12:00:00Z`, `2026-10-01 12:00` and the like.
  /// - Throws: a diagnostic that shows the forms.
  public init(_ text: String) throws(Diagnostic) {
    if let day = Day(text) {
      self = .day(day)
      return
    }
    guard let (local, offset) = AsOf.parts(text) else {
      throw Diagnostic(
        "not a time", subject: text,
        remedy: "write a day as 2026-10-01, or an instant as 2026-10-01T12:00:00Z", status: .usage)
    }
    self =
      offset.map { .instant(Instant(milliseconds: local - $0)) } ?? .local(local)
  }

  /// Milliseconds of the wall clock, and of the offset where one is written.
  private static func parts(_ text: String) -> (local: Int64, offset: Int64?)? {
    guard text.utf8.count > 11, let day = Day(text.prefix(10)),
      let separator = text.dropFirst(10).first, separator == "T" || separator == " "
    else { return nil }
    var rest = text.dropFirst(11)
    let offset: Int64?
    if rest.last == "Z" {
      offset = 0
      rest = rest.dropLast()
    } else if let sign = rest.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      guard let minutes = minutes(ofOffset: rest[rest.index(after: sign)...]) else { return nil }
      offset = (rest[sign] == "-" ? -1 : 1) * minutes * 60_000
      rest = rest[..<sign]
    } else {
      offset = nil
    }
    guard let clock = milliseconds(ofClock: rest) else { return nil }
    return (Int64(day.number) * Instant.dayMs + clock, offset)
  }

  /// `08`, `0800` or `08:00`.
  private static func minutes(ofOffset text: Substring) -> Int64? {
    let digits = text.filter { $0 != ":" }
    guard digits.count == 2 || digits.count == 4,
      digits.count == text.count || text.count == 5 && text.dropFirst(2).first == ":",
      let hours = number(digits.prefix(2)), hours <= 18
    else { return nil }
    guard digits.count == 4 else { return hours * 60 }
    guard let minutes = number(digits.suffix(2)), minutes < 60 else { return nil }
    return hours * 60 + minutes
  }

  /// `HH:MM[:SS[.fraction]]`; a fraction is cut to milliseconds.
  private static func milliseconds(ofClock text: Substring) -> Int64? {
    let halves = text.split(separator: ".", omittingEmptySubsequences: false)
    let parts = halves[0].split(separator: ":", omittingEmptySubsequences: false)
    guard halves.count <= 2, (2...3).contains(parts.count), parts.allSatisfy({ $0.count == 2 }),
      halves.count == 1 || parts.count == 3, let hours = number(parts[0]), hours < 24,
      let minutes = number(parts[1]), minutes < 60,
      let seconds = parts.count == 3 ? number(parts[2]) : 0, seconds < 60
    else { return nil }
    var fraction: Int64 = 0
    if halves.count == 2 {
      guard (1...9).contains(halves[1].count), number(halves[1]) != nil,
        let cut = number((halves[1] + "00").prefix(3))
      else { return nil }
      fraction = cut
    }
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + fraction
  }

  /// ASCII digits alone.
  private static func number(_ text: some StringProtocol) -> Int64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int64(text)
  }
}
