/// A stream of chance that is the same everywhere: SplitMix64 (Steele, Lea and Flood, 2014).
///
/// Everything drawn from it is integer arithmetic or correctly rounded `Double` operations; no
/// function of the C library takes part, so that one seed gives the same bytes on every machine.
struct Chance {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  /// A stream of its own for the `index`-th of many, so that none disturbs another.
  init(seed: UInt64, index: Int) {
    var mixer = Chance(seed: seed ^ (UInt64(bitPattern: Int64(index)) &* 0xD6E8_FEB8_6659_FD93))
    state = mixer.next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// 0 ≤ x < 1.
  mutating func unit() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// 0 ≤ n < `bound`, without a measurable bias for the small bounds of this room.
  mutating func below(_ bound: Int) -> Int {
    Int(((next() >> 32) &* UInt64(bound)) >> 32)
  }

  mutating func within(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.count)
  }

  mutating func happens(_ probability: Double) -> Bool {
    unit() < probability
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[below(elements.count)]
  }

  /// An index, each with the chance that its share has in the sum of `weights`.
  mutating func index(_ weights: [Double]) -> Int {
    var total = 0.0
    for weight in weights { total += weight }
    var rest = unit() * total
    for (index, weight) in weights.enumerated() {
      rest -= weight
      if rest < 0 { return index }
    }
    return weights.count - 1
  }

  /// A waiting time whose chance of ending is the same at every moment.
  mutating func wait(mean: Double) -> Double {
    -mean * logarithm(1 - unit())
  }

  /// Near 0, within ±1.5: the sum of three even draws, shaped like a bell.
  mutating func bell() -> Double {
    unit() + unit() + unit() - 1.5
  }
}

/// The natural logarithm of a positive number to some 1e-8: ln 2 times the exponent, and
/// 2·artanh((m − 1)/(m + 1)) of the significand m by its series.
private func logarithm(_ number: Double) -> Double {
  let significand = number.significand
  let ratio = (significand - 1) / (significand + 1)
  let square = ratio * ratio
  var sum = 1.0 / 13
  sum = sum * square + 1.0 / 11
  sum = sum * square + 1.0 / 9
  sum = sum * square + 1.0 / 7
  sum = sum * square + 1.0 / 5
  sum = sum * square + 1.0 / 3
  sum = sum * square + 1
  return Double(number.exponent) * 0.693_147_180_559_945_3 + 2 * ratio * sum
}
