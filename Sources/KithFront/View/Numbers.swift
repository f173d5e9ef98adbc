import KithStore
import KithSystem

/// `1,024,311`.
func grouped(_ number: Int) -> String {
  grouped(digits: String(number.magnitude), isNegative: number < 0)
}

private func grouped(digits: String, isNegative: Bool) -> String {
  var text = isNegative ? "-" : ""
  for (index, digit) in digits.enumerated() {
    if index > 0 && (digits.count - index).isMultiple(of: 3) { text += "," }
    text.append(digit)
  }
  return text
}

/// At most five cells: `51.2M`, `9,900`, `120`.
func compact(_ number: Int) -> String {
  let size = number.magnitude
  guard size >= 10_000 else { return grouped(number) }
  let (divisor, unit): (UInt, String) =
    switch size {
    case ..<1_000_000: (1_000, "k")
    case ..<1_000_000_000: (1_000_000, "M")
    case ..<1_000_000_000_000: (1_000_000_000, "G")
    default: (1_000_000_000_000, "T")
    }
  let tenths = size / (divisor / 10)
  let isShort = tenths < 1000
  let text = isShort ? "\(tenths / 10).\(tenths % 10)" : "\(tenths / 10)"
  return (number < 0 ? "-" : "") + text + unit
}

/// An exact number in at most `cells` cells: with its cents where they fit, else rounded to whole
/// ones, else shortened.
func amount(_ value: Exact, cells: Int = .max) -> String {
  let isNegative = value.units < 0
  let one: UInt128 = 1_000_000_000_000_000_000
  let size = value.units.magnitude
  let fraction = size % one
  let cents = (size + one / 200) / (one / 100)
  if fraction != 0 {
    let digits = String(Int(clamping: cents % 100))
    let text =
      grouped(digits: String(cents / 100), isNegative: isNegative) + "."
      + (digits.count < 2 ? "0" : "") + digits
    if text.count <= cells { return text }
  }
  let whole = (size + one / 2) / one
  let text = grouped(digits: String(whole), isNegative: isNegative)
  if text.count <= cells { return text }
  let short = Int(clamping: whole)
  return compact(isNegative ? -short : short)
}

/// An exact number with all of its digits, and at least two after the point: `299.00`, `0.006`.
func money(_ value: Exact) -> String {
  let parts = value.description.drop { $0 == "-" }.split(separator: ".")
  let fraction = parts.count > 1 ? String(parts[1]) : ""
  return grouped(digits: String(parts.first ?? "0"), isNegative: value.units < 0) + "." + fraction
    + String(repeating: "0", count: max(0, 2 - fraction.count))
}

/// `+3.1%`, `−1.2%`; nil where there was nobody before.
func change(from before: Int, to after: Int) -> String? {
  guard before > 0 else { return nil }
  let permille = (Double(after - before) / Double(before) * 1000).rounded()
  guard abs(permille) < 10_000 else { return permille > 0 ? "+999%" : "−999%" }
  let size = Int(abs(permille))
  let sign = permille < 0 ? "−" : size == 0 ? "±" : "+"
  return "\(sign)\(size / 10).\(size % 10)%"
}

extension Words {
  /// How long before `now` something was, in at most four cells (`8d`, `2h`).
  func age(_ instant: Instant, at now: Instant) -> String {
    let minutes = max(0, now.milliseconds - instant.milliseconds) / 60_000
    switch minutes {
    case ..<60: return self(.minutes, "\(minutes)")
    case ..<2880: return self(.hours, "\(minutes / 60)")
    case ..<(1440 * 1000): return self(.daysShort, "\(minutes / 1440)")
    default: return self(.yearsShort, "\(minutes / 525_600)")
    }
  }

  /// The same in words: `28 min ago`.
  func ago(_ instant: Instant, at now: Instant) -> String {
    let minutes = max(0, now.milliseconds - instant.milliseconds) / 60_000
    switch minutes {
    case ..<1: return self(.now)
    case ..<120: return self(.minutesAgo, "\(minutes)")
    case ..<2880: return self(.hoursAgo, "\(minutes / 60)")
    default: return self(.daysAgo, grouped(Int(minutes / 1440)))
    }
  }
}

extension Zone {
  /// `2026-11-21 18:02 +08`, the wall clock of an instant with its offset.
  func stamp(_ instant: Instant) -> String {
    let minutes = abs(offset(at: instant)) / 60_000
    let sign = offset(at: instant) < 0 ? "-" : "+"
    let rest = minutes % 60
    return clock(instant) + " \(sign)\(pad(minutes / 60, 2))" + (rest > 0 ? ":" + pad(rest, 2) : "")
  }

  /// `2026-11-21 18:02`.
  func clock(_ instant: Instant) -> String {
    let (day, inDay) = Day.split(instant.milliseconds + offset(at: instant))
    return "\(day) \(pad(inDay / 3_600_000, 2)):\(pad(inDay / 60_000 % 60, 2))"
  }
}
