/// The users of a snapshot who are not plain, as loops read them: ascending by number, so that all arrays
/// are parallel. The pointers are good as long as this is held.
package final class MixedLists: @unchecked Sendable {  // memory that is never written after init
  package typealias Holder = SnapshotUsers.Holder

  /// The number of each.
  package let users: UnsafeBufferPointer<UInt32>
  /// One bit for each user of the base: whether it is among them. Empty where no user is.
  package let bits: UnsafeBufferPointer<UInt64>
  /// For each word of them how many are mixed before it, and at the end how many in all.
  package let ranks: UnsafeBufferPointer<UInt32>
  /// Who holds each, in order of arrival: `holders[ends[i]..<ends[i + 1]]`.
  private let holders: UnsafeBufferPointer<Holder>
  private let ends: UnsafeBufferPointer<UInt32>
  private let owner: KeptArrays

  static let none = MixedLists(
    WorkArray(0), MixedBits(0), ends: WorkArray(1), WorkArray(0))

  package var count: Int { users.count }

  /// Who holds one of them, by place.
  @inline(__always)
  package func holders(of place: Int) -> UnsafeBufferPointer<Holder> {
    UnsafeBufferPointer(rebasing: holders[Int(ends[place])..<Int(ends[place &+ 1])])
  }

  /// Whether a user of the base is one of them.
  @inline(__always)
  func holds(_ user: Int) -> Bool {
    !bits.isEmpty && bits[user &>> 6] &>> UInt64(truncatingIfNeeded: user & 63) & 1 != 0
  }

  /// The place of the first of them whose number is not below one. Cost: O(log count).
  package func firstPlace(from user: Int) -> Int { users.partitionPoint(user) }

  /// The place of a user; nil for who is not one of them.
  func place(of user: Int) -> Int? {
    let place = firstPlace(from: user)
    return place < count && Int(users[place]) == user ? place : nil
  }

  private init(
    _ users: WorkArray<UInt32>, _ bits: MixedBits, ends: WorkArray<UInt32>,
    _ holders: WorkArray<Holder>
  ) {
    self.users = users.all
    let nothing = UnsafeBufferPointer<UInt64>(start: nil, count: 0)
    self.bits = users.count == 0 ? nothing : bits.words.all
    ranks = bits.ranks.all
    (self.ends, self.holders) = (ends.all, holders.all)
    owner = KeptArrays([users, bits.words, bits.ranks, ends, holders])
  }

  /// Those of the base whom other runs have too, then all others. Cost: O(users of other runs).
  ///
  /// - Parameter matches: for each run where its users stand in the base; nil for the base itself.
  convenience init(_ matches: [BasePlaces?], _ others: OtherUsers, baseCount: Int) {
    let bits = MixedBits(baseCount)
    for case .some(let match) in matches {
      for place in match.numbers where place != absentCode { bits.insert(Int(place)) }
    }
    let inBase = bits.rank()
    let users = WorkArray<UInt32>(inBase + others.places.count)
    bits.write(to: users)
    for place in inBase..<users.count { users[place] = UInt32(baseCount + place - inBase) }
    func eachHolder(_ body: (_ place: Int, _ run: Int, _ user: Int) -> Void) {
      for (run, match) in matches.enumerated() {
        guard let match else {
          for place in 0..<inBase { body(place, run, Int(users[place])) }
          continue
        }
        var other = 0
        for (user, place) in match.numbers.enumerated() {
          if place != absentCode {
            body(bits.rank(of: Int(place)), run, user)
          } else {
            body(inBase + Int(others.numbers[run][other]), run, user)
            other += 1
          }
        }
      }
    }
    // Counted, then filled run by run: while they are, the end of one user is where the next one's begin.
    let ends = WorkArray<UInt32>(users.count + 2)
    eachHolder { place, _, _ in ends[place + 2] &+= 1 }
    for place in 0..<users.count { ends[place + 2] &+= ends[place + 1] }
    let holders = WorkArray<Holder>(Int(ends[users.count + 1]))
    eachHolder { place, run, user in
      holders[Int(ends[place + 1])] = Holder(run: run, user: user)
      ends[place + 1] &+= 1
    }
    self.init(users, bits, ends: ends, holders)
  }

  /// Others with some users held by someone else; those become mixed. Cost: O(mixed).
  convenience init(_ lists: MixedLists, replacing: [Int: [Holder]], baseCount: Int) {
    let bits = MixedBits(baseCount)
    let numbers = Set(replacing.keys).union(lists.users.lazy.map(Int.init)).sorted()
    let users = WorkArray<UInt32>(numbers.count)
    let ends = WorkArray<UInt32>(numbers.count + 1)
    var all: [Holder] = []
    for (place, number) in numbers.enumerated() {
      users[place] = UInt32(number)
      if number < baseCount { bits.insert(number) }
      if let holders = replacing[number] {
        all += holders
      } else if let old = lists.place(of: number) {
        all += lists.holders(of: old)
      }
      ends[place + 1] = UInt32(all.count)
    }
    _ = bits.rank()
    let holders = WorkArray<Holder>(all.count)
    for (place, holder) in all.enumerated() { holders[place] = holder }
    self.init(users, bits, ends: ends, holders)
  }
}

/// Users whom the base does not have, of all other runs together, in byte order of ids.
struct OtherUsers {
  /// Where the id of each stands first.
  private(set) var places: [SnapshotUsers.Holder] = []
  /// For each run, of those of its users whom the base does not have, the place of each among all.
  private(set) var numbers: [[UInt32]]

  /// - Parameter matches: for each run where its users stand in the base; nil for the base itself.
  init(_ tables: [TextTable], _ matches: [BasePlaces?]) {
    let users = matches.map { match in
      match.map { match in match.numbers.indices.filter { match.numbers[$0] == absentCode } } ?? []
    }
    numbers = users.map { [UInt32](repeating: 0, count: $0.count) }
    mergeSorted(users.map(\.count), text: { tables[$0][users[$0][$1]] }) { _, found in
      for (run, index) in found { numbers[run][index] = UInt32(places.count) }
      if let first = found.first {
        places.append(SnapshotUsers.Holder(run: first.table, user: users[first.table][first.index]))
      }
    }
  }
}

/// A bit for each user of the base, counted word by word.
private struct MixedBits {
  let words: WorkArray<UInt64>
  let ranks: WorkArray<UInt32>

  init(_ users: Int) {
    words = WorkArray((users + 63) / 64)
    ranks = WorkArray((users + 63) / 64 + 1)
  }

  func insert(_ user: Int) { words[user >> 6] |= 1 << UInt64(user & 63) }

  /// Counts them all.
  func rank() -> Int {
    for place in 0..<words.count {
      ranks[place + 1] = ranks[place] + UInt32(words[place].nonzeroBitCount)
    }
    return Int(ranks[words.count])
  }

  /// How many are before a user.
  @inline(__always)
  func rank(of user: Int) -> Int {
    Int(ranks[user &>> 6])
      &+ (words[user &>> 6] & ((1 &<< UInt64(truncatingIfNeeded: user & 63)) &- 1)).nonzeroBitCount
  }

  func write(to users: WorkArray<UInt32>) {
    var next = 0
    for place in 0..<words.count {
      var rest = words[place]
      while rest != 0 {
        users[next] = UInt32(place * 64 + rest.trailingZeroBitCount)
        next += 1
        rest &= rest &- 1
      }
    }
  }
}
