import KithSystem

extension TimeReader {
  /// As ``read(_:)``, nil where it throws. The common forms take no loop: a date is looked at once and
  /// remembered, the digits of the time are read as one number. Loads up to 19 bytes from the start on.
  @inline(__always)
  mutating func readPlain(_ text: UnsafeRawPointer, _ size: Int) -> Int64? {
    if size == 20 || size == 24 || size == 19 {
      let month = text.loadUnaligned(as: UInt64.self)
      let date = text.loadUnaligned(fromByteOffset: 8, as: UInt16.self)
      let mark = text.load(fromByteOffset: 10, as: UInt8.self)
      if mark == 0x54 || mark == 0x20 {
        if month != plainMonth || date != plainDate { remember(text, month, date) }
        if month == plainMonth, date == plainDate, let time = timeOfDay(text + 11),
          let rest = rest(text, size)
        {
          return rest &+ time
        }
      }
    }
    return try? read(UnsafeRawBufferPointer(start: text, count: size))
  }

  /// The start of the remembered day by what follows the seconds, and the milliseconds that do.
  @inline(__always)
  private func rest(_ text: UnsafeRawPointer, _ size: Int) -> Int64? {
    if size == 19 { return plainLocalStart }
    guard text.load(fromByteOffset: size &- 1, as: UInt8.self) == 0x5A else { return nil }
    if size == 20 { return plainStart }
    let fraction = text.loadUnaligned(fromByteOffset: 19, as: UInt32.self) ^ 0x3030_302E
    let digits = fraction >> 8
    guard fraction & 0xFF == 0, (digits &+ 0x76_7676 | digits) & 0x80_8080 == 0 else { return nil }
    let milliseconds = (digits & 0xFF) &* 100 &+ (digits >> 8 & 0xFF) &* 10 &+ digits >> 16
    return plainStart &+ Int64(milliseconds)
  }

  /// `HH:MM:SS` in milliseconds.
  @inline(__always)
  private func timeOfDay(_ text: UnsafeRawPointer) -> Int64? {
    // Digits become 0 to 9, colons 0.
    let digits = text.loadUnaligned(as: UInt64.self) ^ 0x3030_3A30_303A_3030
    guard (digits &+ 0x7676_7F76_767F_7676 | digits) & 0x8080_8080_8080_8080 == 0 else {
      return nil
    }
    // Each byte ten times itself and the next one.
    let pairs = digits &* 10 &+ digits >> 8
    let (hour, minute, second) = (pairs & 0xFF, pairs >> 24 & 0xFF, pairs >> 48 & 0xFF)
    guard hour < 24, minute < 60, second < 60 else { return nil }
    return Int64(truncatingIfNeeded: ((hour &* 60 &+ minute) &* 60 &+ second) &* 1000)
  }

  /// Remembers a day whose 24 hours are all in range.
  @inline(never)
  private mutating func remember(_ text: UnsafeRawPointer, _ month: UInt64, _ date: UInt16) {
    let day = UnsafeRawBufferPointer(start: text, count: 10)
    guard let day = Day(bytes: day), let local = offset(ofLocal: day) else { return }
    let start = Int64(day.number) * Instant.dayMs
    let end = start + Instant.dayMs - 1
    guard min(start, start - local) >= Instant.earliest.milliseconds,
      max(end, end - local) <= Instant.latest.milliseconds
    else { return }
    (plainMonth, plainDate, plainStart, plainLocalStart) = (month, date, start, start - local)
  }
}
