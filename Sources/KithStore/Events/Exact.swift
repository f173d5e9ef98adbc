/// An exact decimal number: a count of 10^-18, wide enough for every cell of at most 18 digits and for
/// the sums of many.
public struct Exact: Hashable, Comparable, Sendable {
  /// Units of 10^-18.
  public var units: Int128

  public init(units: Int128) {
    self.units = units
  }

  public init(micros: Micros) {
    units = Int128(micros) * 1_000_000_000_000
  }

  public init(_ integer: Int) {
    units = Int128(integer) * 1_000_000_000_000_000_000
  }

  /// Reads `[+-]?digits[.digits]` of at most 18 digits; nil for anything else.
  public init?(_ text: some StringProtocol) {
    var rest = Substring(text).utf8[...]
    let negative = rest.first == 0x2D
    if negative || rest.first == 0x2B { rest = rest.dropFirst() }
    let digits = rest.count - (rest.contains(0x2E) ? 1 : 0)
    guard (1...18).contains(digits), rest.first != 0x2E, rest.last != 0x2E else { return nil }
    var total: Int128 = 0
    var fraction: Int?
    for byte in rest {
      if byte == 0x2E, fraction == nil {
        fraction = 0
        continue
      }
      guard (0x30...0x39).contains(byte) else { return nil }
      total = total * 10 + Int128(byte - 0x30)
      if let digits = fraction { fraction = digits + 1 }
    }
    for _ in (fraction ?? 0)..<18 { total *= 10 }
    units = negative ? -total : total
  }

  public static func < (left: Exact, right: Exact) -> Bool { left.units < right.units }

  /// The sum; held at the ends of the range where it would leave it.
  public static func + (left: Exact, right: Exact) -> Exact {
    let (sum, overflow) = left.units.addingReportingOverflow(right.units)
    return Exact(units: overflow ? (left.units < 0 ? .min : .max) : sum)
  }

  public static let zero = Exact(units: 0)

  public var double: Double { Double(units) / 1e18 }
}

extension Exact: CustomStringConvertible {
  /// Digits without an exponent and without zeros at the end of the fraction: `-5`, `19.99`.
  public var description: String {
    let size = units.magnitude
    let whole = size / 1_000_000_000_000_000_000
    let fraction = String(size % 1_000_000_000_000_000_000)
    var digits = String(repeating: "0", count: 18 - fraction.utf8.count) + fraction
    while digits.utf8.last == 0x30 { digits.removeLast() }
    return (units < 0 ? "-" : "") + "\(whole)" + (digits.isEmpty ? "" : "." + digits)
  }
}
