import KithSystem

/// Customers that the likelihood can't tell apart, counted once.
struct BuyingPatterns: Sendable {
  /// Different customers, by place among the numbers that there are, and how many each stands for.
  struct Pattern: Sendable {
    var x: Int
    var last: Int
    var age: Int
    var count: Double
  }
  /// In order of x, then last, then age.
  let patterns: [Pattern]
  /// The numbers that there are, ascending: a logarithm of each is all that a likelihood needs.
  let xs: [Double]
  let lasts: [Double]
  let ages: [Double]

  init(_ customers: [BetaGeometric.Customer]) {
    let xs = Levels(customers.map { Double($0.x) })
    let lasts = Levels(customers.map(\.last))
    let ages = Levels(customers.map(\.age))
    let keys = customers.indices.map { place in
      UInt128(xs.places[place]) << 64 | UInt128(lasts.places[place]) << 32
        | UInt128(ages.places[place])
    }
    var patterns: [Pattern] = []
    var latest: UInt128?
    for place in placesInOrder(keys).lazy.map({ Int($0) }) {
      if keys[place] == latest {
        patterns[patterns.count - 1].count += 1
      } else {
        patterns.append(
          Pattern(
            x: Int(xs.places[place]), last: Int(lasts.places[place]), age: Int(ages.places[place]),
            count: 1))
      }
      latest = keys[place]
    }
    self.patterns = patterns
    (self.xs, self.lasts, self.ages) = (xs.numbers, lasts.numbers, ages.numbers)
  }

  private init(_ patterns: [Pattern], of all: BuyingPatterns) {
    self.patterns = patterns
    (xs, lasts, ages) = (all.xs, all.lasts, all.ages)
  }

  /// How many customers there are.
  var customers: Double { patterns.reduce(0) { $0 + $1.count } }

  /// Every k-th customer in order, where there are more than `most`.
  func sampled(_ most: Int) -> BuyingPatterns {
    let every = (customers / Double(most)).rounded(.up)
    guard every > 1 else { return self }
    var (some, passed) = ([Pattern](), 0.0)
    for var pattern in patterns {
      let before = (passed / every).rounded(.down)
      passed += pattern.count
      pattern.count = (passed / every).rounded(.down) - before
      if pattern.count > 0 { some.append(pattern) }
    }
    return BuyingPatterns(some, of: self)
  }
}

/// Different numbers in order, none below zero, and which of them each of some is.
private struct Levels {
  private(set) var numbers: [Double] = []
  private(set) var places: [UInt32]

  init(_ all: [Double]) {
    places = Array(repeating: 0, count: all.count)
    // The bits of numbers from zero up are in their order.
    for place in placesInOrder(all.map(\.bitPattern)).lazy.map({ Int($0) }) {
      if numbers.last != all[place] { numbers.append(all[place]) }
      places[place] = UInt32(numbers.count - 1)
    }
  }
}
