public import KithSystem

/// What the lost have in common: how the churned and the retained differ in each trait (DEFINITIONS,
/// `churn_commonality`).
public struct Commonality: Sendable, Equatable {
  public struct Level: Sendable, Equatable {
    public var name: String
    /// Of a numeric trait the least and the greatest value.
    public var range: ClosedRange<Double>?
    public var churned: Int
    public var retained: Int

    public var users: Int { churned + retained }
    /// ln(share of the retained ÷ share of the churned): weight of evidence (Siddiqi, Credit Risk
    /// Scorecards, 2006). Below 0 the level is commoner among the churned.
    public var weight = 0.0
    /// Its part of the information value.
    public var information = 0.0
  }

  public struct Attribute: Sendable, Equatable {
    public var name: String
    /// By name.
    public var levels: [Level]
    /// Σ (share of the retained − share of the churned) × weight of evidence.
    public var information = 0.0
    /// Pearson's χ² (Philosophical Magazine 50, 1900) of the table of two rows, and how likely a greater one
    /// is by chance.
    public var chiSquared = 0.0
    public var degrees = 0
    public var pValue = 1.0
    /// √(χ² ÷ users), as the table has two rows: Cramér, Mathematical Methods of Statistics, 1946.
    public var cramersV: Double?
    /// The least expected count; under 5, χ² is not to be relied on.
    public var leastExpected: Double?
    /// Whether a half was added to every cell, since one was empty.
    public var isSmoothed = false
  }
  public var day: Day
  public var churnDays: Int
  /// The expressions, where they were given.
  public var label: String?
  public var eligible: String?
  public var churned: Int
  public var retained: Int
  /// The most telling first.
  public var attributes: [Attribute]

  public var users: Int { churned + retained }
}

extension Commonality.Attribute {
  /// Works out what stands on the counts of the levels.
  mutating func weigh() {
    let churned = Double(levels.reduce(0) { $0 + $1.churned })
    let retained = Double(levels.reduce(0) { $0 + $1.retained })
    let users = churned + retained
    guard users > 0 else { return }
    let leastUsers = Double(levels.map(\.users).min() ?? 0)
    leastExpected = min(churned, retained) * leastUsers / users
    cramersV = 0
    guard levels.count > 1, churned > 0, retained > 0 else { return }
    isSmoothed = levels.contains { $0.churned == 0 || $0.retained == 0 }
    let extra = isSmoothed ? 0.5 : 0
    let allChurned = churned + extra * Double(levels.count)
    let allRetained = retained + extra * Double(levels.count)
    for place in levels.indices {
      let (lost, kept) = (Double(levels[place].churned), Double(levels[place].retained))
      let shares = (kept: (kept + extra) / allRetained, lost: (lost + extra) / allChurned)
      levels[place].weight = logarithm(shares.kept / shares.lost)
      levels[place].information = (shares.kept - shares.lost) * levels[place].weight
      information += levels[place].information
      let expected = (lost: (lost + kept) * churned / users, kept: (lost + kept) * retained / users)
      chiSquared += square(lost - expected.lost) / expected.lost
      chiSquared += square(kept - expected.kept) / expected.kept
    }
    degrees = levels.count - 1
    pValue = Distribution.chiSquaredTail(chiSquared, degrees: degrees)
    cramersV = (chiSquared / users).squareRoot()
  }
}

private func square(_ x: Double) -> Double { x * x }
