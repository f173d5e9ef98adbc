import KithStore

/// How many of some users have each code of a trait, and how many of those are of one kind.
///
/// Codes are counted by their place in an array: a name's number, or how often an event was done, is never
/// far beyond the events there are.
struct CodeCounts {
  private let counts: [(all: Int, ofKind: Int)]

  init(_ codes: TraitValues.Codes, _ users: [Int], isOfKind: (_ user: Int) -> Bool) {
    switch codes {
    case .each(let codes): counts = CodeCounts.counts(codes, users, isOfKind)
    case .bit(let words, let place):
      counts = CodeCounts.counts(words, UInt64(place), users, isOfKind)
    }
  }

  @inline(__always)
  private static func counts(
    _ codes: [UInt32], _ users: [Int], _ isOfKind: (Int) -> Bool
  ) -> [(all: Int, ofKind: Int)] {
    let most = users.reduce(0) { max($0, Int(codes[$1] &+ 1)) }
    var counts = [(all: Int, ofKind: Int)](repeating: (0, 0), count: most + 1)
    counts.withUnsafeMutableBufferPointer { counts in
      for user in users {
        let place = Int(codes[user] &+ 1)
        counts[place].all &+= 1
        counts[place].ofKind &+= isOfKind(user) ? 1 : 0
      }
    }
    return counts
  }

  @inline(__always)
  private static func counts(
    _ words: [UInt64], _ place: UInt64, _ users: [Int], _ isOfKind: (Int) -> Bool
  ) -> [(all: Int, ofKind: Int)] {
    var (ones, ofKind, onesOfKind) = (0, 0, 0)
    for user in users {
      let (bit, kind) = (Int(words[user] &>> place & 1), isOfKind(user) ? 1 : 0)
      ones &+= bit
      ofKind &+= kind
      onesOfKind &+= bit & kind
    }
    return [(0, 0), (users.count - ones, ofKind - onesOfKind), (ones, onesOfKind)]
  }

  /// How many places there are.
  var places: Int { counts.count }

  /// The place of a code; of none the first.
  @inline(__always)
  func place(_ code: UInt32) -> Int { Int(code &+ 1) }

  /// Those that a user has.
  var codes: [UInt32] {
    counts.indices.filter { counts[$0].all > 0 }.map { UInt32(truncatingIfNeeded: $0) &- 1 }
  }

  func total(_ code: UInt32) -> Int { counts[place(code)].all }
  func ofKind(_ code: UInt32) -> Int { counts[place(code)].ofKind }
}
