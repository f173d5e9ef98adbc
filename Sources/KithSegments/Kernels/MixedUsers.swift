import KithStore

/// Users who have rows in several runs, or are joined of several ids, as loops read them: by their place
/// among ``SnapshotUsers/mixed``.
final class MixedUsers: @unchecked Sendable {  // memory that is never written after init
  /// Rows of one of a run's users.
  struct Slice: BitwiseCopyable {
    let run: Int
    let user: Int
    private let start: Int
    private let end: Int

    init(run: Int, user: Int, rows: Range<Int>) {
      self.run = run
      self.user = user
      (start, end) = (rows.lowerBound, rows.upperBound)
    }

    var rows: Range<Int> { start..<end }
  }

  /// Who is mixed; a plain value for loops, good as long as the users are held.
  let places: MixedPlaces
  let firsts: UnsafeBufferPointer<Int64>
  let lasts: UnsafeBufferPointer<Int64>
  let counts: UnsafeBufferPointer<Int64>
  /// Whether the slices of each, as they arrived, follow each other in time, so that rows run by run are
  /// rows in order.
  let areInOrder: UnsafeBufferPointer<Bool>
  private let slices: UnsafeBufferPointer<Slice>
  private let ends: UnsafeBufferPointer<Int>
  private let owner: [AnyObject]

  /// Cost: the mixed users, and a bit for each of the base's; with the base's index, none of its times.
  init(_ users: SnapshotUsers, _ runs: UnsafeBufferPointer<RunView>, _ index: RunIndex?) {
    let facts =
      users.mixed.isEmpty
      ? nil
      : index.flatMap { index in
        let base = 0..<users.baseCount
        return index.firsts(of: base).flatMap { firsts in index.lasts(of: base).map { (firsts, $0) }
        }
      }
    let (holders, holderEnds) = (users.holderList, users.holderEnds)
    var slices: [Slice] = []
    var ends = [0]
    slices.reserveCapacity(holders.count)
    ends.reserveCapacity(users.mixed.count + 1)
    var firsts: [Int64] = []
    var lasts: [Int64] = []
    var counts: [Int64] = []
    var areInOrder: [Bool] = []
    for number in users.mixed.indices {
      var (first, last, count, isInOrder) = (Int64.max, Int64.min, 0, true)
      for holder in holderEnds[number]..<holderEnds[number + 1] {
        let (place, user) = (holders[holder].run, holders[holder].user)
        let run = runs[place]
        let rows = run.rows(of: user)
        guard !rows.isEmpty else { continue }
        let (begin, end): (Int64, Int64)
        if place == users.base, let facts {
          (begin, end) = (facts.0[user], facts.1[user])
        } else {
          (begin, end) = (run.times[rows.lowerBound], run.times[rows.upperBound - 1])
        }
        isInOrder = isInOrder && begin >= last
        first = min(first, begin)
        last = max(last, end)
        count += rows.count
        slices.append(Slice(run: place, user: user, rows: rows))
      }
      ends.append(slices.count)
      firsts.append(first)
      lasts.append(last)
      counts.append(Int64(count))
      areInOrder.append(isInOrder)
    }
    let kept = (Kept(slices), Kept(ends), Kept(firsts), Kept(lasts), Kept(counts), Kept(areInOrder))
    (self.slices, self.ends) = (kept.0.all, kept.1.all)
    (self.firsts, self.lasts, self.counts) = (kept.2.all, kept.3.all, kept.4.all)
    self.areInOrder = kept.5.all
    let bits = Kept(users.mixedBits)
    var ranks: [UInt32] = [0]
    for word in users.mixedBits {
      ranks.append(ranks[ranks.count - 1] + UInt32(word.nonzeroBitCount))
    }
    let keptRanks = Kept(ranks)
    places = MixedPlaces(bits: bits.all, ranks: keptRanks.all, baseCount: users.baseCount)
    owner = [kept.0, kept.1, kept.2, kept.3, kept.4, kept.5, bits, keptRanks]
  }

  /// A user's rows, run by run, in order of arrival.
  @inline(__always)
  func slices(_ place: Int) -> UnsafeBufferPointer<Slice> {
    UnsafeBufferPointer(rebasing: slices[ends[place]..<ends[place &+ 1]])
  }

  /// The days of each, its lists merged. Cost: those lists.
  func days(_ lists: [RunDays?], own: Bool) -> (ends: Kept<UInt32>, days: Kept<UInt16>) {
    let lists = lists.map { $0.map { own ? $0.activity : $0.any } }
    var ends: [UInt32] = [0]
    ends.reserveCapacity(counts.count + 1)
    var days: [UInt16] = []
    for place in 0..<counts.count {
      let start = days.count
      for slice in slices(place) {
        if let list = lists[slice.run] { days.merge(list[slice.user], from: start) }
      }
      ends.append(UInt32(days.count))
    }
    return (Kept(ends), Kept(days))
  }
}

/// Which users are mixed, and their place among those.
public struct MixedPlaces: @unchecked Sendable {  // memory that is never written
  /// One bit for each user of the base; none where nobody is mixed.
  public let bits: UnsafeBufferPointer<UInt64>
  /// For each word of them how many are mixed before it, and at the end how many in all.
  public let ranks: UnsafeBufferPointer<UInt32>
  /// Users from this number on are all mixed.
  public let baseCount: Int

  /// nil for a plain user.
  @inlinable @inline(__always)
  public subscript(user: Int) -> Int? {
    if user >= baseCount { return Int(ranks[ranks.count &- 1]) &+ user &- baseCount }
    if bits.isEmpty { return nil }
    let word = bits[user &>> 6]
    let bit = UInt64(1) &<< UInt64(truncatingIfNeeded: user & 63)
    guard word & bit != 0 else { return nil }
    return Int(ranks[user &>> 6]) &+ (word & (bit &- 1)).nonzeroBitCount
  }
}

extension [UInt16] {
  /// Merges ascending numbers into those from a place on, each once.
  fileprivate mutating func merge(_ other: UnsafeBufferPointer<UInt16>, from start: Int) {
    guard let first = other.first else { return }
    if count == start || self[count - 1] < first { return append(contentsOf: other) }
    if self[count - 1] == first { return append(contentsOf: other.dropFirst()) }
    let own = Array(self[start...])
    removeSubrange(start...)
    var (left, right) = (0, 0)
    while left < own.count || right < other.count {
      let takesLeft = right == other.count || left < own.count && own[left] <= other[right]
      let next = takesLeft ? own[left] : other[right]
      if takesLeft { left += 1 } else { right += 1 }
      if count == start || self[count - 1] != next { append(next) }
    }
  }
}
