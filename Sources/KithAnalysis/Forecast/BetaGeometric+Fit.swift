import Glibc
import KithSystem
import Synchronization

/// Customers that the likelihood can't tell apart, counted once.
struct BuyingPatterns: Sendable {
  /// Different customers and how many there are of each.
  private(set) var patterns: [(customer: BetaGeometric.Customer, count: Double)] = []
  /// Customers by x.
  private var byPurchases: [(x: Double, count: Double)] = []

  init(_ customers: [BetaGeometric.Customer]) {
    let sorted = customers.sorted { ($0.x, $0.last, $0.age) < ($1.x, $1.last, $1.age) }
    for customer in sorted {
      if patterns.last?.customer == customer {
        patterns[patterns.count - 1].count += 1
      } else {
        patterns.append((customer, 1))
      }
      if byPurchases.last?.x == Double(customer.x) {
        byPurchases[byPurchases.count - 1].count += 1
      } else {
        byPurchases.append((Double(customer.x), 1))
      }
    }
  }

  /// ln L and its slopes by r, alpha, a and b (equation 7 of the paper).
  func logLikelihood(_ model: BetaGeometric) -> (value: Double, slopes: [Double]) {
    let (r, alpha, a, b) = (model.r, model.alpha, model.a, model.b)
    var sum = patternSum(model)
    let digammaR = Gamma.digamma(r)
    let logAlpha = log(alpha)
    let constant = Gamma.log(a + b) - Gamma.log(b) - Gamma.log(r) + r * logAlpha
    for (x, count) in byPurchases {
      sum.value += count * (Gamma.log(r + x) + Gamma.log(b + x) - Gamma.log(a + b + x) + constant)
      let all = Gamma.digamma(a + b) - Gamma.digamma(a + b + x)
      let byR = Gamma.digamma(r + x) - digammaR + logAlpha
      let byB = all + Gamma.digamma(b + x) - Gamma.digamma(b)
      sum.slopes += count * SIMD4(byR, r / alpha, all, byB)
    }
    return (sum.value, (0..<4).map { sum.slopes[$0] })
  }

  private struct Sum: Sendable {
    var value = 0.0
    /// By r, alpha, a and b.
    var slopes = SIMD4<Double>()
  }

  /// Patterns that are summed up together: the sums are added in their order, so that the digits do not
  /// depend on how many cores there are.
  private static let chunk = 4096

  /// What depends on each customer's times, on all cores where there are many.
  private func patternSum(_ model: BetaGeometric) -> Sum {
    let chunks = (patterns.count + BuyingPatterns.chunk - 1) / BuyingPatterns.chunk
    let sums = Mutex(Array(repeating: Sum(), count: chunks))
    Cores.run(over: chunks, parts: min(Cores.count, max(1, chunks / 2))) { _, range in
      for chunk in range {
        let first = chunk * BuyingPatterns.chunk
        let sum = sum(first..<min(first + BuyingPatterns.chunk, patterns.count), model)
        sums.withLock { $0[chunk] = sum }
      }
    }
    return sums.withLock { sums in
      sums.reduce(into: Sum()) {
        $0.value += $1.value
        $0.slopes += $1.slopes
      }
    }
  }

  private func sum(_ range: Range<Int>, _ model: BetaGeometric) -> Sum {
    let (r, alpha, a, b) = (model.r, model.alpha, model.a, model.b)
    var all = Sum()
    for (customer, count) in patterns[range] {
      let x = Double(customer.x)
      let (now, then) = (alpha + customer.age, alpha + customer.last)
      let logNow = log(now)
      let alive = -(r + x) * logNow
      guard customer.x > 0 else {
        all.value += count * alive
        all.slopes -= count * SIMD4(logNow, r / now, 0, 0)
        continue
      }
      let logThen = log(then)
      let left = log(a / (b + x - 1)) - (r + x) * logThen
      // The smaller of the two against the larger, which stays within what a number can hold.
      let share = exp(min(alive, left) - max(alive, left))
      let sum = 1 + share
      all.value += count * (max(alive, left) + log(sum))
      let isAlive = (alive >= left ? 1 : share) / sum
      let hasLeft = (alive >= left ? share : 1) / sum
      let byR = isAlive * logNow + hasLeft * logThen
      let byAlpha = (r + x) * (isAlive / now + hasLeft / then)
      all.slopes -= count * SIMD4(byR, byAlpha, -hasLeft / a, hasLeft / (b + x - 1))
    }
    return all
  }

  /// The parameters of maximum likelihood: the quasi-Newton method of Broyden, Fletcher, Goldfarb and
  /// Shanno (Nocedal and Wright, Numerical Optimization, algorithm 6.1) over their logarithms, from
  /// several starts, the best of which is followed to the end. Nil where there is no customer.
  func fitted() -> BetaGeometric? {
    guard !patterns.isEmpty else { return nil }
    let starts = [[0.0, 1, 0, 0], [-1.5, 1.5, -0.2, 0.9], [0, 3, -1, 1], [-0.5, 0, -1.5, 0.5]]
    let ends = starts.map { climb(from: $0, until: 1e-6) }
    return ends.max { $0.value < $1.value }
      .map { BetaGeometric(logarithms: climb(from: $0.point, until: 1e-11).point) }
  }

  /// Climbs until no slope is steeper than `flat`.
  private func climb(
    from start: [Double], until flat: Double
  ) -> (value: Double, point: [Double]) {
    let scale = patterns.reduce(0) { $0 + $1.count }
    // The least of −ln L by customer, and its slopes by the logarithms.
    func function(_ point: [Double]) -> (value: Double, slopes: [Double]) {
      let model = BetaGeometric(logarithms: point)
      let (value, slopes) = logLikelihood(model)
      let factors = [model.r, model.alpha, model.a, model.b]
      return (-value / scale, zip(slopes, factors).map { -$0 * $1 / scale })
    }
    var point = start
    var (value, slopes) = function(point)
    var inverse = SquareMatrix.identity(4)
    for _ in 0..<500 {
      var direction = inverse.times(slopes).map { -$0 }
      if dot(direction, slopes) >= 0 {
        inverse = .identity(4)
        direction = slopes.map { -$0 }
      }
      let longest = direction.map(abs).max() ?? 0
      var step = longest > 2 ? 2 / longest : 1
      var next = function(moved(point, direction, step))
      let slope = dot(direction, slopes)
      // Near the top the value's last digits are noise, and the slopes tell more.
      func isBetter() -> Bool {
        next.value <= value + 1e-4 * step * slope
          || abs(next.value - value) <= 1e-13 * abs(value)
            && steepest(next.slopes) < steepest(slopes)
      }
      while !isBetter(), step > 1e-12 {
        step /= 2
        next = function(moved(point, direction, step))
      }
      guard step > 1e-12 else { break }
      let change = direction.map { $0 * step }
      let bend = zip(next.slopes, slopes).map { $0 - $1 }
      point = moved(point, direction, step)
      (value, slopes) = next
      inverse.update(change, bend)
      if steepest(slopes) < flat { break }
    }
    return (-value, point)
  }

  private func moved(_ point: [Double], _ direction: [Double], _ step: Double) -> [Double] {
    zip(point, direction).map { min(max($0 + step * $1, -14), 14) }
  }
}

extension BetaGeometric {
  /// From the logarithms of r, alpha, a and b.
  fileprivate init(logarithms: [Double]) {
    let values = logarithms.map { exp($0) }
    self.init(r: values[0], alpha: values[1], a: values[2], b: values[3])
  }

  /// Whether the fit ran to the end of where it searched, so that the data does not say what a parameter
  /// is.
  var isAtBoundary: Bool { [r, alpha, a, b].contains { abs(log($0)) > 13.9 } }
}

private func steepest(_ slopes: [Double]) -> Double { slopes.map(abs).max() ?? 0 }

private func dot(_ left: [Double], _ right: [Double]) -> Double {
  zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
}

/// The estimate of an inverse Hessian.
private struct SquareMatrix {
  var rows: [[Double]]

  static func identity(_ size: Int) -> SquareMatrix {
    SquareMatrix(
      rows: (0..<size).map { row in (0..<size).map { $0 == row ? 1 : 0 } })
  }

  func times(_ vector: [Double]) -> [Double] { rows.map { dot($0, vector) } }

  /// (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ, ρ = 1 / yᵀs.
  mutating func update(_ s: [Double], _ y: [Double]) {
    let product = dot(y, s)
    guard product > 1e-300 else { return }
    let hy = times(y)
    let factor = (1 + dot(y, hy) / product) / product
    for row in rows.indices {
      for column in rows.indices {
        rows[row][column] +=
          factor * s[row] * s[column] - (hy[row] * s[column] + s[row] * hy[column]) / product
      }
    }
  }
}
