import KithStore

/// How many of some users have each code of a trait, and how many of those are of one kind.
///
/// Codes are counted by their place in an array: a name's number, or how often an event was done, is never
/// far beyond the events there are.
struct CodeCounts {
  private let counts: [(all: Int, ofKind: Int)]

  init(_ codes: TraitValues.Codes, _ users: [Int], isOfKind: (_ user: Int) -> Bool) {
    var most = 0
    codes.each(users) { _, code in most = max(most, Int(code &+ 1)) }
    var counts = [(all: Int, ofKind: Int)](repeating: (0, 0), count: most + 1)
    counts.withUnsafeMutableBufferPointer { counts in
      codes.each(users) { user, code in
        let place = Int(code &+ 1)
        counts[place].all += 1
        if isOfKind(user) { counts[place].ofKind += 1 }
      }
    }
    self.counts = counts
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
