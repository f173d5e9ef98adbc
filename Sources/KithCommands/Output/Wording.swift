import KithSegments
import KithStore
import KithSystem

// Numbers, times and durations in words, for people alone.

/// `1,024,311`.
func grouped(_ number: Int) -> String {
  let digits = Array(String(number.magnitude))
  var text = ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { text += "," }
    text.append(digit)
  }
  return number < 0 ? "-" + text : text
}

/// `1 user`, `2,310 users`.
func counted(_ number: Int, _ noun: String, plural: String? = nil) -> String {
  grouped(number) + " " + (number == 1 ? noun : plural ?? noun + "s")
}

/// `28 min`, `18 h`, `3 d`: one unit, rounded down.
func span(milliseconds: Int64) -> String {
  let minutes = max(0, milliseconds) / 60_000
  if minutes < 120 { return "\(minutes) min" }
  return minutes < 48 * 60 ? "\(minutes / 60) h" : "\(minutes / 1440) d"
}

/// `40 ms`, `1.4 s`, `12 s`, `3 min 20 s`.
func elapsed(milliseconds: Int64) -> String {
  if milliseconds < 1000 { return "\(max(0, milliseconds)) ms" }
  let tenths = max(0, milliseconds) / 100
  if tenths < 100 { return "\(tenths / 10).\(tenths % 10) s" }
  let seconds = tenths / 10
  return seconds < 120 ? "\(seconds) s" : "\(seconds / 60) min \(seconds % 60) s"
}

/// `data until 11-20 23:59, 18 h ago`; the year stands where it is not the present one.
func horizonText(_ moment: Moment, now: Instant) -> String {
  guard let horizon = moment.horizon else { return "no data yet" }
  let text = moment.zone.text(horizon)
  let thisYear = moment.zone.day(of: now).civil.year == moment.zone.day(of: horizon).civil.year
  let ago = now.milliseconds - horizon.milliseconds
  return "data until " + (thisYear ? String(text.dropFirst(5)) : text) + ", "
    + (ago < 0
      ? "\(span(milliseconds: -ago)) ahead of the clock" : "\(span(milliseconds: ago)) ago")
}

/// An exact decimal of millionths: `-5`, `19.99`.
func decimal(_ micros: Micros) -> String {
  Exact(micros: micros).description
}
