public import KithSegments
import KithStore
public import KithSystem

/// Each buyer's recency, frequency and monetary value, scored 1 to 5, 5 being best: Hughes, Strategic
/// Database Marketing, 1994, by fifths of the buyers (DEFINITIONS, `rfm`).
public struct RFM: Sendable, Equatable {
  public struct Buyer: Sendable, Equatable {
    /// The number in the snapshot.
    public var user: Int
    /// Days from the last event to D.
    public var recency: Int
    /// Events.
    public var frequency: Int
    /// The sum of their values in millionths.
    public var monetary: Int128
    public var scores = Scores()

    /// The scores as three digits.
    public var digits: String { scores.digits }
  }

  public struct Scores: Sendable, Equatable {
    public var r = 0
    public var f = 0
    public var m = 0

    public var digits: String { "\(r)\(f)\(m)" }
  }

  /// What becomes of equal values.
  public enum Ties: String, Sendable, CaseIterable {
    /// They get equal scores: 1 + ⌊5 × share of the buyers who are strictly worse⌋.
    case together
    /// Fifths as equal as can be; equal values are cut by user id.
    case ntile
  }
  public var day: Day
  public var event: String
  public var ties: Ties
  /// By id.
  public var buyers: [Buyer]
}

extension RFM {
  /// One for each group of the scope, scored among themselves. Cost: the buyers' events.
  public static func of(
    _ engine: EmbeddedEngine, _ scope: Scope = Scope(), event: String, ties: Ties = .together
  ) throws(Cancelled) -> [RFM] {
    let code = engine.snapshot.eventNames.code(event) ?? absentCode
    let day = engine.moment.day
    let buyers = try engine.walk(
      doing: [code], reading: [.days, .values], from: { [Buyer]() },
      visit: { buyers, visit in
        var buyer = Buyer(user: visit.user, recency: 0, frequency: 0, monetary: 0)
        for row in 0..<visit.count {
          buyer.frequency += 1
          buyer.recency = Int(day.number - visit.days[row])
          if visit.values[row] != absentMicros { buyer.monetary += Int128(visit.values[row]) }
        }
        buyers.append(buyer)
      },
      merge: { $0 += $1 })
    let inOrder = engine.inOrderOfIDs(buyers, user: \.user)
    return scope.groups.names.indices.map { group in
      var rfm = RFM(
        day: day, event: event, ties: ties,
        buyers: inOrder.filter { scope.groups[$0.user] == group })
      rfm.score {
        -Int128($0.recency)
      } set: {
        $0.r = $1
      }
      rfm.score {
        Int128($0.frequency)
      } set: {
        $0.f = $1
      }
      rfm.score {
        $0.monetary
      } set: {
        $0.m = $1
      }
      return rfm
    }
  }

  /// Scores by a key that is greater the better.
  private mutating func score(
    by key: (Buyer) -> Int128, set: (inout Scores, Int) -> Void
  ) {
    // With the sign the other way round, they stand in order without one.
    let keys = buyers.map { UInt128(bitPattern: key($0)) ^ (1 << 127) }
    let count = buyers.count
    var worse: (count: Int, key: UInt128?) = (0, nil)
    for (place, buyer) in placesInOrder(keys).enumerated() {
      let buyer = Int(buyer)
      if keys[buyer] != worse.key { worse = (place, keys[buyer]) }
      switch ties {
      case .together: set(&buyers[buyer].scores, 1 + 5 * worse.count / count)
      case .ntile: set(&buyers[buyer].scores, 1 + RFM.fifth(place, of: count))
      }
    }
  }

  /// Which of five runs a place lies in, 0…4; their sizes differ by at most one, the larger ones first.
  private static func fifth(_ place: Int, of count: Int) -> Int {
    let (size, larger) = (count / 5, count % 5)
    let inLarger = larger * (size + 1)
    return place < inLarger ? place / (size + 1) : larger + (place - inLarger) / size
  }

  /// Buyers by the three scores that anyone has, ascending.
  public var cells: [(scores: Scores, users: Int)] {
    var counts = [Int](repeating: 0, count: 216)
    for buyer in buyers {
      counts[(buyer.scores.r * 6 + buyer.scores.f) * 6 + buyer.scores.m] += 1
    }
    return counts.enumerated().filter { $1 > 0 }.map { place, users in
      (Scores(r: place / 36, f: place / 6 % 6, m: place % 6), users)
    }
  }

  /// The sum of all buyers' values in millionths.
  public var total: Int128 { buyers.reduce(0) { $0 + $1.monetary } }
}

/// The eight kinds of buyer that operators speak of, by which of the three scores are high (4 or 5).
public enum BuyerKind: Int, Sendable, CaseIterable {
  case hibernating, newcomer, regularSlipping, regular, spenderLost, spenderNew, loyalSlipping
  case champion

  public init(_ scores: RFM.Scores) {
    let place = (scores.m >= 4 ? 4 : 0) + (scores.f >= 4 ? 2 : 0) + (scores.r >= 4 ? 1 : 0)
    self = BuyerKind.allCases[place]
  }

  public var english: String {
    switch self {
    case .champion: "champions"
    case .loyalSlipping: "loyal, slipping"
    case .spenderNew: "big spenders, new"
    case .spenderLost: "big spenders, nearly lost"
    case .regular: "regulars, small baskets"
    case .regularSlipping: "regulars, slipping"
    case .newcomer: "newcomers"
    case .hibernating: "hibernating"
    }
  }

  public var chinese: String {
    switch self {
    case .champion: "重要价值用户"
    case .loyalSlipping: "重要保持用户"
    case .spenderNew: "重要发展用户"
    case .spenderLost: "重要挽留用户"
    case .regular: "一般价值用户"
    case .regularSlipping: "一般保持用户"
    case .newcomer: "一般发展用户"
    case .hibernating: "一般挽留用户"
    }
  }
}
