import KithTestSupport
import Testing

@testable import KithAnalysis

/// Functions against values from tables and from other programs (R, SciPy).
struct MathematicsTests {
  private func expectNear(_ came: Double, _ wanted: Double, _ tolerance: Double = 1e-12) {
    #expect(abs(came - wanted) <= tolerance * max(1, abs(wanted)), "\(came), not \(wanted)")
  }

  @Test func `the digamma function has its known values`() {
    expectNear(Gamma.digamma(1), -0.577_215_664_901_532_9)
    expectNear(Gamma.digamma(0.5), -1.963_510_026_021_423_5)
    expectNear(Gamma.digamma(10), 2.251_752_589_066_721_1)
  }

  @Test func `the tail of chi squared has its known values`() {
    expectNear(Distribution.chiSquaredTail(3.841_458_820_694_124, degrees: 1), 0.05)
    expectNear(Distribution.chiSquaredTail(18.307_038_053_275_146, degrees: 10), 0.05)
    expectNear(Distribution.chiSquaredTail(0, degrees: 3), 1)
    expectNear(Distribution.chiSquaredTail(2, degrees: 2), 0.367_879_441_171_442_3)
  }

  @Test func `quantiles are those of the tables`() {
    expectNear(Distribution.normalQuantile(confidence: 0.95), 1.959_963_984_540_054)
    expectNear(
      Distribution.studentQuantile(confidence: 0.95, degrees: 10), 2.228_138_851_964_938_6, 1e-10)
    expectNear(
      Distribution.studentQuantile(confidence: 0.99, degrees: 3), 5.840_909_309_733_355, 1e-10)
    expectNear(Distribution.studentTwoTails(1, degrees: 1), 0.5)
  }

  @Test func `the hypergeometric function has its closed forms`() {
    // ₂F₁(1, 1; 2; z) = −ln(1 − z) ÷ z; ₂F₁(a, b; b; z) = (1 − z)^−a.
    expectNear(hypergeometric(1, 1, 2, 0.5), 1.386_294_361_119_890_6)
    expectNear(hypergeometric(-0.5, 3, 3, 0.75), 0.5)
    expectNear(hypergeometric(2, 3, 3, 0.5), 4)
  }

  @Test func `the median of any numbers is that of the sorted ones`() {
    for numbers in [[], [5], [2, 1], [3, 1, 2], [7, 7, 7, 1], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]] {
      var shuffled: [Int64] = numbers.map { Int64($0) }
      let sorted = shuffled.sorted()
      let wanted = sorted.isEmpty ? nil : sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]
      #expect(shuffled.twiceTheMedian() == wanted)
    }
  }

  /// The R package BTYD's walk-through, at its parameters: 1,516 in CDNOW's sample.
  @Test func `the model forecasts what the published vignette does`() {
    let model = BetaGeometric(r: 0.242_596_7, alpha: 4.413_659, a: 0.792_986_9, b: 2.426_164)
    expectNear(model.expectedOfNew(in: 52), 1.444_004, 1e-5)
    let busy = BetaGeometric.Customer(x: 26, last: 216 / 7, age: 31)
    expectNear(model.expected(busy, in: 52), 25.756_59, 1e-4)
    expectNear(model.isAlive(busy), 0.968_852_3, 1e-5)
    for (x, wanted) in [(10, 0.347_460_6), (15, 0.042_833_91), (20, 0.004_158_973)] {
      let customer = BetaGeometric.Customer(x: x, last: 20, age: 39)
      expectNear(model.expected(customer, in: 52), wanted, 1e-5)
    }
  }

  @Test func `the slopes of the likelihood are its differences`() {
    let patterns = BuyingPatterns([
      .init(x: 0, last: 0, age: 30), .init(x: 3, last: 20, age: 38), .init(x: 1, last: 2, age: 9),
    ])
    let model = BetaGeometric(r: 0.3, alpha: 5, a: 0.7, b: 2)
    let slopes = patterns.logLikelihood(model).slopes
    let parts: [WritableKeyPath<BetaGeometric, Double>] = [\.r, \.alpha, \.a, \.b]
    for (part, slope) in zip(parts, slopes) {
      var (below, above) = (model, model)
      below[keyPath: part] -= 1e-5
      above[keyPath: part] += 1e-5
      let rise = patterns.logLikelihood(above).value - patterns.logLikelihood(below).value
      expectNear(slope, rise / 2e-5, 1e-6)
    }
  }

  @Test func `expected purchases are smooth where a is one`() {
    let customer = BetaGeometric.Customer(x: 2, last: 10, age: 20)
    func expected(_ a: Double) -> Double {
      BetaGeometric(r: 0.3, alpha: 5, a: a, b: 2).expected(customer, in: 30)
    }
    expectNear(expected(1), (expected(1.001) + expected(0.999)) / 2, 1e-5)
  }

  @Test func `a fit that begins with some customers ends with all of them`() throws {
    var chance = SeededGenerator(seed: 4)
    let customers = (0..<9000).map { _ in customer(&chance) }
    let all = BuyingPatterns(customers)
    #expect(all.customers == 9000)
    #expect(all.sampled(3000).customers == 3000)
    #expect(all.sampled(9000).customers == 9000)
    let model = try #require(all.fitted())
    let slopes = all.logLikelihood(model).slopes
    for (slope, parameter) in zip(slopes, [model.r, model.alpha, model.a, model.b]) {
      #expect(abs(slope * parameter) / 9000 < 1e-9)
    }
    // Those of some alone have another summit.
    #expect(all.sampled(8192).fitted() != model)
  }

  /// One who buys at a rate of their own, and may leave after each purchase.
  private func customer(_ chance: inout SeededGenerator) -> BetaGeometric.Customer {
    let age = Double.random(in: 5...60, using: &chance).rounded()
    let rate = [0.02, 0.05, 0.1, 0.4].randomElement(using: &chance) ?? 0.1
    let leaving = [0.05, 0.2, 0.6].randomElement(using: &chance) ?? 0.2
    var (x, last) = (0, 0.0)
    while true {
      let next = (last - logarithm(Double.random(in: 0.001...1, using: &chance)) / rate).rounded(
        .up)
      if next > age { break }
      (x, last) = (x + 1, next)
      if Double.random(in: 0...1, using: &chance) < leaving { break }
    }
    return BetaGeometric.Customer(x: x, last: last, age: age)
  }
}
