import KithStore
import KithSystem

/// Users who have rows in several runs, or are joined of several ids, as loops read them: by their place
/// among ``SnapshotUsers/mixed``. What is asked of one is found in its runs when it is asked.
final class MixedUsers: @unchecked Sendable {  // memory that is never written
  /// Rows of one of a run's users; or merged ones, which are of the run after the last and of nobody.
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

  /// A user's rows, run by run, in order of arrival.
  struct Slices: RandomAccessCollection {
    fileprivate let holders: UnsafeBufferPointer<SnapshotUsers.Holder>
    fileprivate let runs: UnsafeBufferPointer<RunView>

    var startIndex: Int { 0 }
    var endIndex: Int { holders.count }

    @inline(__always)
    subscript(place: Int) -> Slice {
      let holder = holders[place]
      return Slice(
        run: holder.run, user: holder.user, rows: runs[holder.run].rows(of: holder.user))
    }
  }

  /// Who is mixed; a plain value for loops, good as long as this is held.
  let places: MixedPlaces
  private let users: MixedLists
  private let runs: UnsafeBufferPointer<RunView>

  /// - Parameter runs: good as long as this is held.
  init(_ users: SnapshotUsers, _ runs: UnsafeBufferPointer<RunView>) {
    self.users = users.mixed
    self.runs = runs
    places = MixedPlaces(
      bits: users.mixed.bits, ranks: users.mixed.ranks, baseCount: users.baseCount)
  }

  @inline(__always)
  func slices(_ place: Int) -> Slices { Slices(holders: users.holders(of: place), runs: runs) }

  /// The days of each, its lists merged. Cost: those lists, on all cores.
  func days(_ lists: [RunDays?], own: Bool) -> MixedDays {
    let plain = Kept(lists.map { DayMerge.List(own ? $0?.activity : $0?.any) })
    // Pointers alone are read below, while these hold what they point to.
    return withExtendedLifetime((lists, plain)) {
      let lists = plain.all
      let days = MixedDays(users, lists)
      Cores.runUnchecked(over: users.count, least: 1 << 13) { part in
        for place in part {
          var merge = DayMerge(days.memory + Int(days.starts.all[place]))
          for holder in users.holders(of: place) { merge.add(lists[holder.run][holder.user]) }
          days.ends[place] = days.starts.all[place] + UInt32(merge.count)
        }
      }
      return days
    }
  }
}

/// Lists of days of all mixed users, by place: `days[starts[i]..<ends[i]]`.
final class MixedDays: @unchecked Sendable {  // memory that is filled once, each part by one thread
  let starts: Kept<UInt32>
  fileprivate let ends: UnsafeMutablePointer<UInt32>
  fileprivate let memory: UnsafeMutablePointer<UInt16>

  /// Room for as many days as all lists of a user have together.
  fileprivate init(_ users: MixedLists, _ lists: UnsafeBufferPointer<DayMerge.List>) {
    var starts: [UInt32] = []
    starts.reserveCapacity(users.count)
    var total = 0
    for place in 0..<users.count {
      starts.append(UInt32(total))
      for holder in users.holders(of: place) { total += lists[holder.run][holder.user].count }
    }
    self.starts = Kept(starts)
    ends = .allocate(capacity: max(1, users.count))
    memory = .allocate(capacity: max(1, total))
  }

  deinit {
    ends.deallocate()
    memory.deallocate()
  }

  var table:
    (
      starts: UnsafeBufferPointer<UInt32>, ends: UnsafeBufferPointer<UInt32>,
      days: UnsafePointer<UInt16>
    )
  {
    (starts.all, UnsafeBufferPointer(start: ends, count: starts.all.count), UnsafePointer(memory))
  }
}

/// Ascending days made one list, each once.
private struct DayMerge {
  /// A run's lists, by user; none where they could not be made.
  struct List: BitwiseCopyable {
    private let ends: UnsafeBufferPointer<UInt32>
    private let days: UnsafeBufferPointer<UInt16>

    init(_ list: RunDays.List?) {
      ends = list?.ends ?? UnsafeBufferPointer(start: nil, count: 0)
      days = list?.days ?? UnsafeBufferPointer(start: nil, count: 0)
    }

    @inline(__always)
    subscript(user: Int) -> UnsafeBufferPointer<UInt16> {
      guard user &+ 1 < ends.count else { return UnsafeBufferPointer(start: nil, count: 0) }
      let start = min(Int(ends[user]), days.count)
      let end = min(max(start, Int(ends[user &+ 1])), days.count)
      return UnsafeBufferPointer(rebasing: days[start..<end])
    }
  }

  private let days: UnsafeMutablePointer<UInt16>
  private(set) var count = 0

  /// - Parameter days: memory for all that is added.
  init(_ days: UnsafeMutablePointer<UInt16>) {
    self.days = days
  }

  mutating func add(_ other: UnsafeBufferPointer<UInt16>) {
    guard let first = other.first, let start = other.baseAddress else { return }
    guard count > 0, days[count &- 1] >= first else {
      (days + count).update(from: start, count: other.count)
      count &+= other.count
      return
    }
    // Mostly a later import goes on with the day at which the one before ended.
    if days[count &- 1] == first {
      (days + count).update(from: start + 1, count: other.count &- 1)
      count &+= other.count &- 1
      return
    }
    let own = Array(UnsafeBufferPointer(start: days, count: count))
    var (left, right) = (0, 0)
    count = 0
    while left < own.count || right < other.count {
      let takesLeft = right == other.count || left < own.count && own[left] <= other[right]
      let next = takesLeft ? own[left] : other[right]
      if takesLeft { left += 1 } else { right += 1 }
      if count == 0 || days[count - 1] != next {
        days[count] = next
        count += 1
      }
    }
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
