import Glibc

/// Functions around the gamma function. The logarithm itself is libm's.
enum Gamma {
  /// ln Γ(x), x > 0.
  static func log(_ x: Double) -> Double { Glibc.lgamma(x).0 }

  /// ψ(x), the derivative of ln Γ, x > 0: the recurrence (Abramowitz and Stegun 6.3.5) up to 12, then
  /// the asymptotic series (6.3.18).
  static func digamma(_ x: Double) -> Double {
    var x = x
    var sum = 0.0
    while x < 12 {
      sum -= 1 / x
      x += 1
    }
    let square = 1 / (x * x)
    var series = 0.0
    for coefficient in [1.0 / 132, 1.0 / 240, 1.0 / 252, 1.0 / 120, 1.0 / 12] {
      series = square * (coefficient - series)
    }
    return sum + Glibc.log(x) - 0.5 / x - series
  }

  /// The upper tail Q(a, x) = Γ(a, x) / Γ(a): below a + 1 by the series (Abramowitz and Stegun 6.5.29),
  /// above it by the continued fraction (6.5.31), evaluated as Lentz does.
  static func upperTail(_ a: Double, _ x: Double) -> Double {
    guard x > 0 else { return 1 }
    let scale = exp(a * Glibc.log(x) - x - log(a))
    if x < a + 1 {
      var term = 1 / a
      var sum = term
      var next = a
      while abs(term) > abs(sum) * 1e-17 {
        next += 1
        term *= x / next
        sum += term
      }
      return 1 - sum * scale
    }
    var b = x + 1 - a
    var c = 1e300
    var d = 1 / b
    var fraction = d
    for step in 1..<100_000 {
      let numerator = Double(step) * (a - Double(step))
      b += 2
      d = 1 / nonzero(numerator * d + b)
      c = nonzero(b + numerator / c)
      fraction *= d * c
      if abs(d * c - 1) < 1e-16 { break }
    }
    return fraction * scale
  }

  static func nonzero(_ x: Double) -> Double { abs(x) < 1e-300 ? 1e-300 : x }
}

/// Gauss's hypergeometric function ₂F₁(a, b; c; z) for 0 ≤ z < 1 by its series (Abramowitz and Stegun
/// 15.1.1); quick where c exceeds a + b.
func hypergeometric(_ a: Double, _ b: Double, _ c: Double, _ z: Double) -> Double {
  var term = 1.0
  var sum = 1.0
  var step = 0.0
  repeat {
    term *= (a + step) * (b + step) / ((c + step) * (step + 1)) * z
    sum += term
    step += 1
  } while abs(term) > abs(sum) * 1e-17 && step < 1_000_000
  return sum
}
