import KithSystem

/// What users are put in order by, as far as a run's index tells it.
package enum HeadKey: UInt32, CaseIterable, Sendable {
  case first, last, events, value
}

/// The first users of each order, so that the first pages of a list of everyone are there before anybody
/// is compared.
struct RunHeads {
  /// Users in a head: some hundred screens.
  static let size = 1 << 14
  /// Below so many users they are put in order as quickly.
  static let usersWorthIt = 1 << 16
  /// Entries that are gathered before those beyond the head are dropped.
  private static let gathered = 4 * size

  private struct Entry {
    var key: Int64
    var user: UInt32
  }

  /// The first users by a key, ascending or descending; of equal ones the lower number first.
  /// Cost: O(users), and a sort now and then.
  static func head(of keys: Range<Int>, isDescending: Bool, _ key: (Int) -> Int64) -> [UInt32] {
    var entries: [Entry] = []
    entries.reserveCapacity(gathered)
    var border = Int64.max
    func cut() {
      // Users come in order of their numbers, but the sort keeps no order of equals.
      entries.sort { $0.key == $1.key ? $0.user < $1.user : $0.key < $1.key }
      entries.removeLast(max(0, entries.count - size))
      if entries.count == size, let last = entries.last { border = last.key }
    }
    for user in keys {
      let key = isDescending ? ~key(user) : key(user)
      // An equal one has a higher number than those that are in already.
      guard key < border else { continue }
      entries.append(Entry(key: key, user: UInt32(truncatingIfNeeded: user)))
      if entries.count == gathered { cut() }
    }
    cut()
    return entries.map(\.user)
  }
}

extension RunIndex {
  /// The first users by a key, as many as are kept; of equal ones the lower number first. nil where none
  /// are kept.
  package func head(_ key: HeadKey, isDescending: Bool) -> UnsafeBufferPointer<UInt32>? {
    sound(Section.head(key, isDescending: isDescending))
  }
}
