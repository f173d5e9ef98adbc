import KithSystem

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
    var text = String(text)
    guard let exact = text.withUTF8({ Exact(bytes: UnsafeRawBufferPointer($0)) }) else {
      return nil
    }
    self = exact
  }

  /// As ``init(_:)``, from bytes.
  init?(bytes: UnsafeRawBufferPointer) {
    var total: Int64 = 0
    var digits = 0
    var point: Int?
    let signed = bytes.first == 0x2D || bytes.first == 0x2B
    for index in (signed ? 1 : 0)..<max(signed ? 1 : 0, bytes.count) {
      let digit = bytes[index] &- 0x30
      if digit < 10 {
        digits += 1
        guard digits <= 18 else { return nil }
        total = total &* 10 &+ Int64(digit)
      } else {
        guard bytes[index] == 0x2E, point == nil, digits > 0 else { return nil }
        point = digits
      }
    }
    guard digits > 0, point != digits else { return nil }
    let scale = powersOf10[18 - (digits - (point ?? digits))]
    units = Int128(bytes.first == 0x2D ? -total : total) * Int128(scale)
  }

  public static func < (left: Exact, right: Exact) -> Bool { left.units < right.units }

  /// The sum; held at the ends of the range where it would leave it.
  public static func + (left: Exact, right: Exact) -> Exact {
    let (sum, overflow) = left.units.addingReportingOverflow(right.units)
    return Exact(units: overflow ? (left.units < 0 ? .min : .max) : sum)
  }

  public static let zero = Exact(units: 0)

  public var double: Double {
    // 64 bits, and whether more are set, round as all 128 do.
    let size = units.magnitude
    let cut = max(0, 64 - size.leadingZeroBitCount)
    let rest: UInt64 = size & ((1 << cut) - 1) == 0 ? 0 : 1
    let rounded =
      Double(UInt64(truncatingIfNeeded: size >> cut) | rest)
      * Double(sign: .plus, exponent: cut, significand: 1)
    return (units < 0 ? -rounded : rounded) / 1e18
  }
}

extension Exact: CustomStringConvertible {
  /// Digits without an exponent and without zeros at the end of the fraction: `-5`, `19.99`.
  public var description: String {
    let (whole, fraction) = units.magnitude.quotientAndRemainder(
      dividingBy: 1_000_000_000_000_000_000)
    let digits = (units < 0 ? "-" : "") + (UInt64(exactly: whole).map(String.init) ?? "\(whole)")
    guard fraction != 0 else { return digits }
    var (rest, places) = (Int64(fraction), 18)
    while rest % 10 == 0 { (rest, places) = (rest / 10, places - 1) }
    return digits + "." + pad(rest, places)
  }
}

private let powersOf10: [Int64] = (0...18).map { exponent in
  (0..<exponent).reduce(1) { power, _ in power * 10 }
}
