import Glibc
import KithSystem

extension BuyingPatterns {
  /// ln L and its slopes by r, alpha, a and b (equation 7 of the paper).
  func logLikelihood(_ model: BetaGeometric) -> (value: Double, slopes: [Double]) {
    let (r, alpha, a, b) = (model.r, model.alpha, model.a, model.b)
    var sum = patternSum(model)
    let digammaR = Gamma.digamma(r)
    let logAlpha = log(alpha)
    let constant = Gamma.log(a + b) - Gamma.log(b) - Gamma.log(r) + r * logAlpha
    var counts = xs.map { _ in 0.0 }
    for pattern in patterns { counts[pattern.x] += pattern.count }
    for (x, count) in zip(xs, counts) {
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

  /// Logarithms that many patterns share.
  private struct Logarithms: Sendable {
    /// ln (a ÷ (b + x − 1))
    let xs: [Double]
    /// ln (alpha + t_x)
    let lasts: [Double]
    /// ln (alpha + T)
    let ages: [Double]
  }

  /// Patterns that are summed up together: the sums are added in their order, so that the digits do not
  /// depend on how many cores there are.
  private static let chunk = 4096

  /// What depends on each customer's times, on all cores where there are many.
  private func patternSum(_ model: BetaGeometric) -> Sum {
    let logs = Logarithms(
      xs: xs.map { log(model.a / (model.b + $0 - 1)) }, lasts: lasts.map { log(model.alpha + $0) },
      ages: ages.map { log(model.alpha + $0) })
    let chunks = (patterns.count + BuyingPatterns.chunk - 1) / BuyingPatterns.chunk
    @Sendable func sum(_ chunk: Int) -> Sum {
      let first = chunk * BuyingPatterns.chunk
      return self.sum(first..<min(first + BuyingPatterns.chunk, patterns.count), model, logs)
    }
    let sums = chunks < 4 ? (0..<chunks).map(sum) : Cores.map(chunks, sum)
    return sums.reduce(into: Sum()) {
      $0.value += $1.value
      $0.slopes += $1.slopes
    }
  }

  private func sum(_ range: Range<Int>, _ model: BetaGeometric, _ logs: Logarithms) -> Sum {
    let (r, alpha, a, b) = (model.r, model.alpha, model.a, model.b)
    var all = Sum()
    for pattern in patterns[range] {
      let (x, count) = (xs[pattern.x], pattern.count)
      let (now, logNow) = (alpha + ages[pattern.age], logs.ages[pattern.age])
      let alive = -(r + x) * logNow
      guard x > 0 else {
        all.value += count * alive
        all.slopes -= count * SIMD4(logNow, r / now, 0, 0)
        continue
      }
      let (then, logThen) = (alpha + lasts[pattern.last], logs.lasts[pattern.last])
      let left = logs.xs[pattern.x] - (r + x) * logThen
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
}
