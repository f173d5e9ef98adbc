package import KithSystem

/// Reads times from bytes: digits at fixed places, a zone's offset remembered by the day.
package struct TimeReader {
  package enum Problem: Error { case unreadable, outOfRange }

  private let zone: Zone
  /// The last local day that was asked for, and its offset where that is one for the whole day.
  private var day = Int64.min
  private var dayOffset: Int64?
  /// The first ten bytes of a day as they were met last, and when it starts: in UTC, and in the zone.
  var plainMonth: UInt64 = 0
  var plainDate: UInt16 = 0
  var plainStart: Int64 = 0
  var plainLocalStart: Int64 = 0

  package init(_ zone: Zone) {
    self.zone = zone
  }

  /// Milliseconds since 1970; within 1970 to 2105.
  package mutating func read(_ text: UnsafeRawBufferPointer) throws(Problem) -> Int64 {
    guard let time = text.count > 4 && text[4] == 0x2D ? date(text) : epoch(text) else {
      throw .unreadable
    }
    guard time >= Instant.earliest.milliseconds, time <= Instant.latest.milliseconds else {
      throw .outOfRange
    }
    return time
  }

  /// 9 to 14 digits: seconds below 10^11, else milliseconds.
  private func epoch(_ text: UnsafeRawBufferPointer) -> Int64? {
    guard (9...14).contains(text.count), let number = digits(text, 0, text.count) else {
      return nil
    }
    return number < 100_000_000_000 ? Int64(number) * 1000 : Int64(number)
  }

  private mutating func date(_ text: UnsafeRawBufferPointer) -> Int64? {
    guard text.count >= 10, text[7] == 0x2D, let year = digits(text, 0, 4),
      let month = digits(text, 5, 2), let date = digits(text, 8, 2),
      let day = Day(year: year, month: month, day: date)
    else { return nil }
    let start = Int64(day.number) * Instant.dayMs
    if text.count == 10 { return instant(ofLocal: start) }
    guard text.count >= 16, text[10] == 0x54 || text[10] == 0x20, text[13] == 0x3A,
      let hour = digits(text, 11, 2), hour < 24, let minute = digits(text, 14, 2), minute < 60
    else { return nil }
    var local = start &+ Int64(hour &* 60 &+ minute) &* 60_000
    var place = 16
    if place < text.count, text[place] == 0x3A {
      guard text.count >= 19, let second = digits(text, 17, 2), second < 60 else { return nil }
      local &+= Int64(second) &* 1000
      place = 19
      if place < text.count, text[place] == 0x2E {
        guard let (milliseconds, end) = fraction(text, place &+ 1) else { return nil }
        local &+= milliseconds
        place = end
      }
    }
    if place == text.count { return instant(ofLocal: local) }
    guard let offset = offset(text, place) else { return nil }
    return local &- offset
  }

  /// 1 to 9 digits, cut after the third.
  private func fraction(
    _ text: UnsafeRawBufferPointer, _ start: Int
  ) -> (milliseconds: Int64, end: Int)? {
    var milliseconds: Int64 = 0
    var scale: Int64 = 100
    var place = start
    while place < text.count {
      let digit = text[place] &- 0x30
      guard digit < 10 else { break }
      milliseconds &+= Int64(digit) &* scale
      scale /= 10
      place &+= 1
    }
    return (1...9).contains(place - start) ? (milliseconds, place) : nil
  }

  /// `Z`, `±HH`, `±HHMM` or `±HH:MM`, in milliseconds.
  private func offset(_ text: UnsafeRawBufferPointer, _ start: Int) -> Int64? {
    let size = text.count - start
    if text[start] == 0x5A { return size == 1 ? 0 : nil }
    guard text[start] == 0x2B || text[start] == 0x2D, size == 3 || size == 5 || size == 6,
      let hours = digits(text, start + 1, 2), hours < 24
    else { return nil }
    var minutes = 0
    if size > 3 {
      guard size == 5 || text[start + 3] == 0x3A,
        let read = digits(text, text.count - 2, 2), read < 60
      else { return nil }
      minutes = read
    }
    let total = Int64(hours * 60 + minutes) * 60_000
    return text[start] == 0x2D ? -total : total
  }

  /// The zone's offset on a day; nil where it changes.
  mutating func offset(ofLocal day: Day) -> Int64? {
    _ = instant(ofLocal: Int64(day.number) * Instant.dayMs)
    return dayOffset
  }

  private mutating func instant(ofLocal local: Int64) -> Int64 {
    let wanted = local / Instant.dayMs
    if wanted != day {
      day = wanted
      let first = zone.instant(ofLocal: wanted * Instant.dayMs)
      let last = zone.instant(ofLocal: (wanted + 1) * Instant.dayMs - 1)
      let span = zone.span(around: first)
      dayOffset = span.range.contains(last.milliseconds) ? span.offset : nil
    }
    if let dayOffset { return local &- dayOffset }
    return zone.instant(ofLocal: local).milliseconds
  }
}
