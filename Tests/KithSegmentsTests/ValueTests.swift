import KithStore
import KithSystem
import KithTestSupport
import Testing

@testable import KithSegments

/// Numbers, texts and their comparisons, one by one.
struct ValueTests {
  @Test func `means and multiples are compared exactly`() {
    var chance = SeededGenerator(seed: 5)
    func small() -> Int { Int.random(in: -9...9, using: &chance) }
    for _ in 0..<2000 {
      let (left, right, factor) = (small(), small(), small())
      let (under, below) = (
        Int.random(in: 1...6, using: &chance), Int.random(in: 1...6, using: &chance)
      )
      let order = Ratio(Exact(left), over: under)
        .order(to: Ratio(Exact(right), over: below), times: Exact(factor))
      let difference = left * below - right * under * factor
      #expect(order == difference.signum(), "\(left)/\(under) to \(factor)·\(right)/\(below)")
    }
  }

  @Test func `numbers too large to multiply in 128 bits keep their order`() throws {
    let large = try #require(Exact("999999999999999999"))
    let sum = Ratio(Exact(units: large.units * 100), over: 3)
    let more = Ratio(Exact(units: large.units * 100 + 1), over: 3)
    #expect(sum.order(to: sum, times: large) < 0)
    #expect(sum.order(to: more, times: Exact(1)) < 0)
    #expect(more.order(to: sum, times: Exact(1)) > 0)
    #expect(sum.order(to: sum) == 0)
    let negative = Ratio(Exact(units: large.units * -100), over: 3)
    #expect(negative.order(to: negative, times: large) > 0)
    #expect(negative.order(to: sum, times: large) < 0)
  }

  @Test func `sums go beyond 128 bits, in any order`() throws {
    let (large, small) = (
      try #require(Exact("999999999999999999")), try #require(Exact("-0.00000000000000001"))
    )
    func sum(_ numbers: [Exact]) -> Total { numbers.map(Total.init).reduce(.zero, +) }
    let minus = Exact(units: -large.units)
    let many = [Exact](repeating: large, count: 600)
    let total = sum(many + [small])
    #expect("\(total)" == "599999999999999999399.99999999999999999")
    #expect("\(sum(many))" == "599999999999999999400")
    #expect("\(sum(many.map { Exact(units: -$0.units) }))" == "-599999999999999999400")
    #expect(total < sum(many) && sum(many + [minus]) < total)
    #expect(sum(many + many.map { _ in minus } + [small]) == Total(small))
    #expect(Ratio(sum(many)).order(to: Ratio(large), times: Exact(599)) > 0)
    #expect(Ratio(sum(many)).order(to: Ratio(large), times: Exact(600)) == 0)
    #expect(Ratio(sum(many), over: 600).order(to: Ratio(large)) == 0)
    #expect(sum(many).mean(over: 600) == large)
    #expect(sum(many.map { _ in minus }).mean(over: 7).description == "-85714285714285714200")
  }

  @Test(arguments: [
    ("STRASSE", "strasse"), ("Straße", "straße"), ("ẞ", "ß"), ("ΣΊΣΥΦΟΣ", "σίσυφοσ"), ("ς", "σ"),
    ("ſ", "s"), ("İ", "İ"), ("ı", "ı"), ("\u{212A}", "k"), ("ǅ", "ǆ"), ("购买", "购买"), ("Ａ", "ａ"),
    ("É", "é"), ("Ꭰ", "\u{AB70}"),
  ])
  func `case is folded simply, scalar by scalar`(text: String, fold: String) {
    #expect(Array(folded(text).unicodeScalars) == Array(fold.unicodeScalars))
  }

  @Test func `texts are equal byte for byte`() throws {
    let log = TextLog()
    log.add("as-of 2026-03-31")
    log.add("one 2026-03-01 e\u{301}vent source=e\u{301}")
    log.add("two 2026-03-01 \u{E9}vent source=\u{E9}")
    #expect(log.answer("did(\"e\u{301}vent\")") == "one")
    #expect(log.answer("source = \u{E9}") == "two")
    #expect(log.answer("source in [e\u{301}, x]") == "one")
    #expect(log.answer("distinct(any.source) = 1 and source > e") == "one two")
  }
}
