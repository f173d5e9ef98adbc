import Glibc

/// Tails and quantiles of the distributions that tests compare with.
enum Distribution {
  /// P(χ² > x) with so many degrees of freedom.
  static func chiSquaredTail(_ x: Double, degrees: Int) -> Double {
    degrees == 0 ? 1 : Gamma.upperTail(Double(degrees) / 2, x / 2)
  }

  /// P(|Z| > |z|) of the standard normal.
  static func normalTwoTails(_ z: Double) -> Double { erfc(abs(z) / 2.0.squareRoot()) }

  /// z with P(|Z| ≤ z) = `confidence`.
  static func normalQuantile(confidence: Double) -> Double {
    root { normalTwoTails($0) - (1 - confidence) }
  }

  /// P(|T| > |t|) of Student's t, by the incomplete beta function (Abramowitz and Stegun 26.7.1).
  static func studentTwoTails(_ t: Double, degrees: Double) -> Double {
    incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
  }

  /// t with P(|T| ≤ t) = `confidence`.
  static func studentQuantile(confidence: Double, degrees: Double) -> Double {
    root { studentTwoTails($0, degrees: degrees) - (1 - confidence) }
  }

  /// Where a function that falls from above zero at 0 crosses it: bisection to the last bit.
  private static func root(_ function: (Double) -> Double) -> Double {
    var high = 1.0
    while function(high) > 0, high < 1e300 { high *= 2 }
    var low = 0.0
    while true {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { return middle }
      if function(middle) > 0 { low = middle } else { high = middle }
    }
  }

  /// I_x(a, b) by the continued fraction (Abramowitz and Stegun 26.5.8), on the side that converges.
  static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
    let logs = Gamma.log(a + b) - Gamma.log(a) - Gamma.log(b)
    let scale = exp(logs + a * log(x) + b * log1p(-x)) / a
    var c = 1.0
    var d = 1 / Gamma.nonzero(1 - (a + b) * x / (a + 1))
    var fraction = d
    for step in 1..<100_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      for numerator in [even, odd] {
        d = 1 / Gamma.nonzero(1 + numerator * d)
        c = Gamma.nonzero(1 + numerator / c)
        fraction *= d * c
      }
      if abs(d * c - 1) < 1e-16 { break }
    }
    return fraction * scale
  }
}
