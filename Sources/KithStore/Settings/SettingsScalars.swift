// The small values of kith.yaml. Each reader gives nil for what is not its form; the caller words
// the mistake with an example.

import KithSystem

enum SettingsScalar {
  /// `36h`: a whole number and s, m, h, d or w; in milliseconds, at most a century.
  static func duration(_ text: String) -> Int64? {
    let units: [(name: Character, length: Int64)] = [
      ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", Instant.dayMs), ("w", 7 * Instant.dayMs),
    ]
    guard let unit = units.first(where: { $0.name == text.last })?.length,
      let count = whole(text.dropLast()),
      count > 0, count <= 36_525 * Instant.dayMs / unit
    else { return nil }
    return count * unit
  }

  /// `10%`: a share, 0…1.
  static func percent(_ text: String) -> Double? {
    guard text.last == "%", let value = decimal(text.dropLast()), value <= Exact(100) else {
      return nil
    }
    return value.double / 100
  }

  /// `5000.00`: an amount that is not negative, in millionths.
  static func money(_ text: String) -> Micros? {
    let fraction = text.split(separator: ".", omittingEmptySubsequences: false).dropFirst().first
    guard let value = decimal(text), (fraction?.utf8.count ?? 0) <= 6 else { return nil }
    return Micros(exactly: value.units / 1_000_000_000_000)
  }

  /// `20/s`, `100/m`: messages a second.
  static func rate(_ text: String) -> Double? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let seconds: [Substring: Double] = ["s": 1, "m": 60, "h": 3600]
    guard parts.count == 2, let count = decimal(parts[0]), count > .zero,
      let unit = seconds[parts[1]]
    else { return nil }
    return count.double / unit
  }

  /// `21:00`: minutes after midnight.
  static func timeOfDay(_ text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = whole(parts[0]),
      let minute = whole(parts[1]), hour < 24, minute < 60
    else { return nil }
    return Int(hour * 60 + minute)
  }

  static func bool(_ text: String) -> Bool? {
    switch text {
    case "true", "yes": true
    case "false", "no": false
    default: nil
    }
  }

  static func count(_ text: String) -> Int? {
    whole(Substring(text)).map { Int($0) }
  }

  /// Digits alone, at most nine.
  private static func whole(_ digits: Substring) -> Int64? {
    guard (1...9).contains(digits.utf8.count),
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return Int64(digits)
  }

  /// A number without a sign.
  private static func decimal(_ text: some StringProtocol) -> Exact? {
    guard let first = text.utf8.first, (0x30...0x39).contains(first) else { return nil }
    return Exact(text)
  }
}

/// The address of a channel, taken apart as far as the rules of kith.yaml need it.
struct ChannelURL {
  var scheme: String
  var host: String

  init?(_ text: String) {
    guard let colon = text.firstRange(of: "://") else { return nil }
    scheme = text[..<colon.lowerBound].lowercased()
    let authority = text[colon.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let place = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] }
    let named = place ?? authority
    if named.first == "[" {
      guard let end = named.firstIndex(of: "]") else { return nil }
      host = named[named.index(after: named.startIndex)..<end].lowercased()
    } else {
      host = named.prefix { $0 != ":" }.lowercased()
    }
    let odd = text.unicodeScalars.contains { isControl($0) || $0 == " " || $0 == "\\" }
    if host.isEmpty || odd { return nil }
  }

  /// This machine itself.
  var isLoopback: Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
