import Glibc
public import KithSystem

/// The BG/NBD model of buying: Fader, Hardie and Lee, "Counting Your Customers the Easy Way: An
/// Alternative to the Pareto/NBD Model", Marketing Science 24(2), 2005, 275–284.
///
/// While alive a customer buys at a rate that is gamma distributed over customers (r, alpha); after each
/// purchase they leave with a chance that is beta distributed (a, b).
public struct BetaGeometric: Sendable, Equatable {
  public var r: Double
  public var alpha: Double
  public var a: Double
  public var b: Double

  public init(r: Double, alpha: Double, a: Double, b: Double) {
    self.r = r
    self.alpha = alpha
    self.a = a
    self.b = b
  }

  /// What the model knows of a customer; times in units of the model.
  public struct Customer: Sendable, Equatable {
    /// Days with a purchase, the first left out.
    public var x: Int
    /// From the first purchase to the last.
    public var last: Double
    /// From the first purchase to now.
    public var age: Double
  }

  /// The chance that the customer has not left (equation 6 of the paper's note on P(alive)).
  public func isAlive(_ customer: Customer) -> Double {
    guard customer.x > 0 else { return 1 }
    let x = Double(customer.x)
    let odds =
      log(a / (b + x - 1)) + (r + x) * log((alpha + customer.age) / (alpha + customer.last))
    return 1 / (1 + exp(odds))
  }

  /// Expected purchases of a customer in the next `horizon` (equation 10).
  ///
  /// Euler's transformation (Abramowitz and Stegun 15.3.3) makes of the power and the ₂F₁ of the paper
  /// (1 − z)^(a−1) ₂F₁(a + b − 1 − r, a − 1; a + b + x − 1; z), whose series is short.
  public func expected(_ customer: Customer, in horizon: Double) -> Double {
    let x = Double(customer.x)
    return expected(x, z: horizon / (alpha + customer.age + horizon)) * isAlive(customer)
  }

  /// Expected purchases of a new customer in the first `horizon` (equation 9).
  public func expectedOfNew(in horizon: Double) -> Double {
    expected(0, z: horizon / (alpha + horizon))
  }

  private func expected(_ x: Double, z: Double) -> Double {
    // At a = 1 both factors vanish: the mean of the neighbours is right to second order.
    if abs(a - 1) < 1e-6 {
      let (below, above) = (
        BetaGeometric(r: r, alpha: alpha, a: a - 1e-5, b: b),
        BetaGeometric(r: r, alpha: alpha, a: a + 1e-5, b: b)
      )
      return (below.expected(x, z: z) + above.expected(x, z: z)) / 2
    }
    let series = hypergeometric(a + b - 1 - r, a - 1, a + b + x - 1, z)
    return (a + b + x - 1) / (a - 1) * (1 - exp((a - 1) * log1p(-z)) * series)
  }

  public var json: JSON {
    ["r": .double(r), "alpha": .double(alpha), "a": .double(a), "b": .double(b)]
  }
}
