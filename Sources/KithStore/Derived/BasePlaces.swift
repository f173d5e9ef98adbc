import KithSystem
import Synchronization

/// Where the users of a small run stand in the base beside which it lies.
final class BasePlaces: @unchecked Sendable {  // memory that is never written after init
  private static let section: UInt32 = 1
  /// Ids below which a walk is not cut in two.
  private static let idsWorthThreads = 8192

  /// For each user of the run the place of the id among the base's, or ``absentCode``; ascending, since
  /// both are in byte order.
  let numbers: UnsafeBufferPointer<UInt32>
  private let owner: AnyObject

  /// nil where the section is missing, of another size, not sound, or leads outside the base.
  init?(_ sections: Sections, users: Int, baseUsers: Int) {
    guard sections.areSound(Self.section),
      let numbers: UnsafeBufferPointer<UInt32> = sections.numbers(Self.section, users)
    else { return nil }
    var next = 0
    for place in numbers where place != absentCode {
      guard Int(place) >= next, Int(place) < baseUsers else { return nil }
      next = Int(place) + 1
    }
    self.numbers = numbers
    owner = sections
  }

  /// Looks each id up near the one before it. Cost: O(ids × log of the distance), on all cores.
  init(of users: TextTable, in base: TextTable) {
    let numbers = WorkArray<UInt32>(users.count)
    Cores.runUnchecked(over: users.count, least: Self.idsWorthThreads) { part in
      var place = part.first.map { base.lowerBound(users[$0], from: 0) } ?? 0
      for user in part {
        let id = users[user]
        place = base.lowerBound(id, from: place)
        let isThere = place < base.count && compare(base[place], id) == 0
        numbers[user] = isThere ? UInt32(place) : absentCode
      }
    }
    self.numbers = numbers.all
    owner = numbers
  }

  var content: Sections.Content { [(Self.section, UnsafeRawBufferPointer(numbers))] }
}
