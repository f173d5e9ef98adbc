import KithStore

/// The lists of days of all users, as loops read them: a plain value, so that nothing is counted at each
/// touch. Who holds it holds what it points into.
public struct DayTable: @unchecked Sendable {  // memory that is never written
  /// The base's users have the days `days[ends[u]..<ends[u + 1]]`, the ends being held against the days.
  public let ends: UnsafeBufferPointer<UInt32>
  public let days: UnsafeBufferPointer<UInt16>
  /// Mixed users have theirs by their place: `mixedDays[mixedStarts[i]..<mixedEnds[i]]`.
  public let mixed: MixedPlaces
  public let mixedStarts: UnsafeBufferPointer<UInt32>
  public let mixedEnds: UnsafeBufferPointer<UInt32>
  public let mixedDays: UnsafePointer<UInt16>?

  /// The days of a user, ascending and distinct, as ``Day/number``; empty where there are none.
  @inlinable @inline(__always)
  public subscript(user: Int) -> UnsafeBufferPointer<UInt16> {
    if let place = mixed[user] {
      let start = Int(mixedStarts[place])
      return UnsafeBufferPointer(
        start: mixedDays.map { $0 + start }, count: Int(mixedEnds[place]) &- start)
    }
    let start = min(Int(ends[user]), days.count)
    let end = min(max(start, Int(ends[user &+ 1])), days.count)
    return UnsafeBufferPointer(rebasing: days[start..<end])
  }
}

extension DayTable {
  /// Lists that stand alone.
  init(ends: UnsafeBufferPointer<UInt32>, days: UnsafeBufferPointer<UInt16>) {
    let nobody = MixedPlaces(
      bits: UnsafeBufferPointer(start: nil, count: 0),
      ranks: UnsafeBufferPointer(start: nil, count: 0), baseCount: .max)
    self.init(
      ends: ends, days: days, mixed: nobody,
      mixedStarts: UnsafeBufferPointer(start: nil, count: 0),
      mixedEnds: UnsafeBufferPointer(start: nil, count: 0), mixedDays: nil)
  }
}

/// The two tables of a zone.
final class DayTables: @unchecked Sendable {  // memory that is never written after init
  /// Of any event.
  let any: DayTable
  /// Of the user's own doing.
  let own: DayTable
  private let owner: [AnyObject]

  /// - Parameter lists: of each run; nil where they could not be made.
  init(_ base: RunDays, _ lists: [RunDays?], _ users: MixedUsers) {
    func table(_ list: RunDays.List, _ mixed: MixedDays) -> DayTable {
      let (starts, ends, days) = mixed.table
      return DayTable(
        ends: list.ends, days: list.days, mixed: users.places, mixedStarts: starts, mixedEnds: ends,
        mixedDays: days)
    }
    let anyMixed = users.days(lists, own: false)
    // Where no event of a run is the system's doing, both are the same.
    let isSame = lists.allSatisfy {
      $0.map { $0.any.ends.baseAddress == $0.activity.ends.baseAddress } ?? true
    }
    let ownMixed = isSame ? anyMixed : users.days(lists, own: true)
    any = table(base.any, anyMixed)
    own = table(base.activity, ownMixed)
    owner = [base, users, anyMixed, ownMixed]
  }

  subscript(own isOwn: Bool) -> DayTable { isOwn ? own : any }
}
