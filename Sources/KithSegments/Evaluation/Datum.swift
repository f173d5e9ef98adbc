import KithStore
import KithSystem

/// The value of something for one user at one moment.
enum Datum {
  case absent
  case number(Ratio)
  case text(String)
  case date(Day)
  /// With its calendar day in the store's zone.
  case time(milliseconds: Int64, day: Day)
  case boolean(Bool)
  /// Whole calendar days, and exact milliseconds; `inDays` where only the days count.
  case length(days: Int, milliseconds: Int64, inDays: Bool)

  var isAbsent: Bool { if case .absent = self { true } else { false } }

  static func number(_ count: Int) -> Datum { .number(Ratio(Exact(count))) }
}

/// A number that may be a mean: exact, divided by a count.
struct Ratio {
  var dividend: Total
  var divisor: Int

  init(_ dividend: Total, over divisor: Int = 1) {
    self.dividend = dividend
    self.divisor = divisor
  }

  init(_ number: Exact, over divisor: Int = 1) {
    self.init(Total(number), over: divisor)
  }

  /// -1, 0 or 1: this compared with `factor` times the other, exactly.
  func order(to other: Ratio, times factor: Exact? = nil) -> Int {
    if factor == nil, divisor == 1, other.divisor == 1 {
      return dividend < other.dividend ? -1 : dividend == other.dividend ? 0 : 1
    }
    if factor == nil, let mine = dividend.exact, let others = other.dividend.exact {
      let (left, isWide) = mine.units.multipliedReportingOverflow(by: Int128(other.divisor))
      let (right, isWider) = others.units.multipliedReportingOverflow(by: Int128(divisor))
      if !isWide, !isWider { return left < right ? -1 : left == right ? 0 : 1 }
    }
    let one = Exact(1)
    let left = Product(dividend, Int128(other.divisor), one.units)
    let right = Product(other.dividend, Int128(divisor), (factor ?? one).units)
    return left < right ? -1 : right < left ? 1 : 0
  }
}

/// A product of a total and two integers, with as many bits as it needs.
private struct Product: Comparable {
  private var isNegative: Bool
  /// 64 bits each, lowest first, seven of them: 192 and twice 128.
  private var limbs: [UInt64]

  init(_ total: Total, _ factors: Int128...) {
    isNegative = total.isNegative != (factors.count { $0 < 0 } % 2 == 1)
    limbs = total.limbs + [0, 0, 0, 0]
    for factor in factors { multiply(by: factor.magnitude) }
    if limbs.allSatisfy({ $0 == 0 }) { isNegative = false }
  }

  private mutating func multiply(by factor: UInt128) {
    let words = [UInt64(truncatingIfNeeded: factor), UInt64(truncatingIfNeeded: factor >> 64)]
    var result = [UInt64](repeating: 0, count: limbs.count + 2)
    for (shift, word) in words.enumerated() {
      var carry: UInt128 = 0
      for index in limbs.indices {
        let sum =
          UInt128(limbs[index]) * UInt128(word) + UInt128(result[index + shift]) + carry
        result[index + shift] = UInt64(truncatingIfNeeded: sum)
        carry = sum >> 64
      }
      result[limbs.count + shift] = UInt64(truncatingIfNeeded: carry)
    }
    limbs = Array(result.prefix(limbs.count))
  }

  static func < (left: Product, right: Product) -> Bool {
    guard left.isNegative == right.isNegative else { return left.isNegative }
    let (low, high) = left.isNegative ? (right, left) : (left, right)
    return low.limbs.reversed().lexicographicallyPrecedes(high.limbs.reversed())
  }
}

extension Comparison {
  /// Whether it holds; false where either side is absent or the types do not compare.
  func holds(_ left: Datum, _ right: Datum, times factor: Exact? = nil) -> Bool {
    order(left, right, factor).map(holds) ?? false
  }

  private func order(_ left: Datum, _ right: Datum, _ factor: Exact?) -> Int? {
    switch (left, right) {
    case (.number(let left), .number(let right)): left.order(to: right, times: factor)
    case (.text(let left), .text(let right)): order(ByteText(left), ByteText(right))
    case (.date(let left), .date(let right)): order(left, right)
    case (.time(_, let left), .date(let right)), (.date(let left), .time(_, let right)):
      order(left, right)
    case (.time(let left, _), .time(let right, _)): order(left, right)
    case (.boolean(let left), .boolean(let right)): left == right ? 0 : left ? 1 : -1
    case (.length(let days, let exact, let inDays), .length(let days2, let exact2, let inDays2)):
      inDays || inDays2
        ? Ratio(Exact(days)).order(to: Ratio(Exact(days2)), times: factor)
        : Ratio(Exact(Int(exact))).order(to: Ratio(Exact(Int(exact2))), times: factor)
    default: nil
    }
  }

  private func order<Value: Comparable>(_ left: Value, _ right: Value) -> Int {
    left < right ? -1 : left == right ? 0 : 1
  }
}

extension Test {
  func holds(_ datum: Datum) -> Bool {
    if case .absent = datum { return false }
    switch self {
    case .present: return true
    case .compare(let comparison, let constant): return constant.compare(datum, comparison)
    case .member(let negated, let constants):
      return constants.contains { $0.compare(datum, .equal) } != negated
    case .contains(let part):
      guard case .text(let text) = datum else { return false }
      return KithSegments.contains(folded(text), part.string)
    }
  }
}

extension Constant {
  /// Compares a value with this; a length by calendar days with `d` and `w`, exactly with `h` and `m`.
  func compare(_ datum: Datum, _ comparison: Comparison) -> Bool {
    switch (self, datum) {
    case (.duration(let duration), .length(let days, let milliseconds, _)):
      duration.isCalendar
        ? comparison.holds(days < duration.days ? -1 : days == duration.days ? 0 : 1)
        : comparison.holds(
          milliseconds < duration.milliseconds
            ? -1 : milliseconds == duration.milliseconds ? 0 : 1)
    case (.number(let number), _): comparison.holds(datum, .number(Ratio(number)))
    case (.text(let text), _): comparison.holds(datum, .text(text.string))
    case (.date(let day), _): comparison.holds(datum, .date(day))
    case (.boolean(let value), _): comparison.holds(datum, .boolean(value))
    case (.duration, _): false
    }
  }
}
