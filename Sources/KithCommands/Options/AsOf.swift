import KithSystem

/// Reads what `--as-of` and `--since` take.
///
/// A date is the end of its day in `zone`; `YYYY-MM-DD[T or blank]HH:MM[:SS[.digits]]` with `Z` or an
/// offset is that instant, without one it is read in `zone`.
func asOfInstant(_ text: String, zone: Zone) throws(Diagnostic) -> Instant {
  if let day = Day(text) { return zone.end(of: day) }
  guard let instant = instant(text, zone: zone) else {
    throw Diagnostic(
      "not a time", subject: text,
      remedy: "write a date (2026-10-01) or an instant (2026-10-01T18:00+08:00)", status: .usage)
  }
  return instant
}

/// The start of a day, or an instant.
func sinceInstant(_ text: String, zone: Zone) throws(Diagnostic) -> Instant {
  if let day = Day(text) { return zone.start(of: day) }
  return try asOfInstant(text, zone: zone)
}

private func instant(_ text: String, zone: Zone) -> Instant? {
  var rest = Substring(text)
  guard let day = Day(String(rest.prefix(10))) else { return nil }
  rest = rest.dropFirst(10)
  guard rest.first == "T" || rest.first == " " else { return nil }
  rest = rest.dropFirst()
  guard let hours = take(2, of: &rest, below: 24), skip(":", &rest),
    let minutes = take(2, of: &rest, below: 60)
  else { return nil }
  var milliseconds = Int64(day.number) * Instant.dayMs + Int64(hours * 60 + minutes) * 60_000
  if skip(":", &rest) {
    guard let seconds = take(2, of: &rest, below: 60) else { return nil }
    milliseconds += Int64(seconds) * 1000
    if skip(".", &rest) {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard (1...9).contains(digits.count), let number = Int64((digits + "00").prefix(3)) else {
        return nil
      }
      milliseconds += number
      rest = rest.dropFirst(digits.count)
    }
  }
  if rest.isEmpty { return zone.instant(ofLocal: milliseconds) }
  return offset(rest).map { Instant(milliseconds: milliseconds - $0) }
}

/// `Z`, `+08`, `+0800` or `+08:00`, in milliseconds.
private func offset(_ text: Substring) -> Int64? {
  if text == "Z" || text == "z" { return 0 }
  var rest = text
  let isNegative = rest.first == "-"
  guard isNegative || rest.first == "+" else { return nil }
  rest = rest.dropFirst()
  guard let hours = take(2, of: &rest, below: 24) else { return nil }
  _ = skip(":", &rest)
  let minutes = rest.isEmpty ? 0 : take(2, of: &rest, below: 60)
  guard let minutes, rest.isEmpty else { return nil }
  let size = Int64(hours * 60 + minutes) * 60_000
  return isNegative ? -size : size
}

private func take(_ count: Int, of rest: inout Substring, below limit: Int) -> Int? {
  let digits = rest.prefix(count)
  guard digits.count == count, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
    let number = Int(digits), number < limit
  else { return nil }
  rest = rest.dropFirst(count)
  return number
}

private func skip(_ character: Character, _ rest: inout Substring) -> Bool {
  guard rest.first == character else { return false }
  rest = rest.dropFirst()
  return true
}
