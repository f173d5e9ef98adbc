import KithStore
import KithSystem

extension JSON {
  /// A ratio, null where the divisor is zero.
  static func ratio(_ part: Int, _ whole: Int) -> JSON {
    whole == 0 ? .null : .double(Double(part) / Double(whole))
  }

  static func double(_ number: Double?) -> JSON { number.map { JSON.double($0) } ?? .null }

  /// A sum of millionths as an exact decimal.
  static func micros(_ sum: Int128) -> JSON {
    .number(Exact(units: sum * 1_000_000_000_000).description)
  }

  static func day(_ day: Day) -> JSON { .string(day.description) }

  static func ints(_ numbers: [Int]) -> JSON { .array(numbers.map { JSON.int($0) }) }
}

/// A sum of millionths as the nearest double.
func double(micros: Int128) -> Double { Double(micros) / 1e6 }
