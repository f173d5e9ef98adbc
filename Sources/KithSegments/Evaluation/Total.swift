import KithStore

/// A sum of exact numbers, in units of 10^-18 as they are: with 64 bits more, so that no sum of cells of 18
/// digits leaves the range, in whatever order they come.
struct Total: Equatable, Comparable {
  /// The value is `high` × 2^64 + `low`.
  private var high: Int128
  private var low: UInt64

  init(_ number: Exact) {
    high = number.units >> 64
    low = UInt64(truncatingIfNeeded: number.units)
  }

  static let zero = Total(.zero)

  static func + (left: Total, right: Total) -> Total {
    var sum = left
    let (low, carry) = left.low.addingReportingOverflow(right.low)
    sum.low = low
    sum.high += right.high + (carry ? 1 : 0)
    return sum
  }

  static func < (left: Total, right: Total) -> Bool {
    left.high == right.high ? left.low < right.low : left.high < right.high
  }

  var isNegative: Bool { high < 0 }

  /// The same as one number; nil where it is too large for that.
  var exact: Exact? {
    let top = Int64(truncatingIfNeeded: high)
    return Int128(top) == high ? Exact(units: Int128(top) << 64 | Int128(low)) : nil
  }

  /// The size without its sign, 64 bits each, lowest first.
  var limbs: [UInt64] {
    let (low, high) = isNegative ? (~low &+ 1, ~high + (low == 0 ? 1 : 0)) : (low, high)
    return [low, UInt64(truncatingIfNeeded: high), UInt64(truncatingIfNeeded: high >> 64)]
  }

  /// The size over a number above 0, as far as 128 bits hold it, and what is left.
  func sizeDivided(by divisor: UInt64) -> (whole: UInt128, rest: UInt64) {
    var (whole, rest) = (UInt128(0), UInt64(0))
    for limb in limbs.reversed() {
      let (quotient, next) = divisor.dividingFullWidth((rest, limb))
      (whole, rest) = (whole << 64 | UInt128(quotient), next)
    }
    return (whole, rest)
  }

  /// Divided by a count and cut to millionths; never too large for one number, as a mean is not.
  func mean(over count: Int) -> Exact {
    let micro = UInt128(Unit.micros)
    let size = Int128(sizeDivided(by: UInt64(count)).whole / micro * micro)
    return Exact(units: isNegative ? -size : size)
  }
}

extension Total: CustomStringConvertible {
  /// As of ``Exact``: digits without an exponent and without zeros at the end of the fraction.
  var description: String {
    if let exact { return exact.description }
    // What is left of a number of units is below one, so that it is a fraction as it is.
    let (whole, fraction) = sizeDivided(by: UInt64(Unit.one))
    let digits = Exact(units: Int128(fraction)).description.dropFirst()
    return (isNegative ? "-" : "") + "\(whole)" + digits
  }
}
