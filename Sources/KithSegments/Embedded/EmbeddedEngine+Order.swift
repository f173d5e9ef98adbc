import KithStore
import KithSystem

/// Users in an order, a part of it at a time: selection puts the part in its place, and only the part
/// is sorted.
extension EmbeddedEngine {
  /// The numbers of some users that stand at places `part` of an order; ties by id ascending.
  ///
  /// Cost: O(users), and O(n log n) of the part.
  func ordered(
    _ members: UserSet, by sort: Sort, _ part: Range<Int>
  ) throws(Cancelled) -> [Int] {
    guard !part.isEmpty else { return [] }
    guard let quantity = quantity(sort.key) else {
      let ids = world.snapshot.inOrderOfIDs(members.numbers)
      return Array((sort.descending ? ids.reversed() : ids)[part])
    }
    let users = world.columns.users
    var entries: [Entry] = []
    for found in try Workers.collect(
      scope, members,
      { worker, mask, found in
        worker.withVector { numbers in
          worker.overflown = Mask()
          let present = worker.fill(numbers, quantity, mask)
          let first = worker.users.lowerBound
          mask.forEach { place in
            let number = present[place] ? numbers[place] : 0
            let wide = worker.overflown[place]
            found.append(
              Entry(
                key: sort.descending ? ~number : number, isWide: wide, user: UInt32(first + place)))
          }
        }
      })
    {
      entries += found
    }
    if entries.contains(where: \.isWide) { return wideOrder(entries, sort, part) }
    func precedes(_ left: Entry, _ right: Entry) -> Bool {
      left.key == right.key
        ? users.precedes(Int(left.user), Int(right.user)) : left.key < right.key
    }
    entries.select(part, by: precedes)
    entries[part].sort(by: precedes)
    return entries[part].map { Int($0.user) }
  }

  private struct Entry: Sendable {
    /// Ascending in the order that was asked for.
    var key: Int64
    /// The number needs more than 64 bits.
    var isWide: Bool
    var user: UInt32
  }

  /// By sums that do not fit 64 bits: all of them, exactly.
  private func wideOrder(_ entries: [Entry], _ sort: Sort, _ part: Range<Int>) -> [Int] {
    let sheet = Sheet(self)
    let users = world.columns.users
    let keys = entries.map { (value: sheet.summary(of: Int($0.user)).value, user: Int($0.user)) }
    let order = keys.sorted { left, right in
      if left.value == right.value { return users.precedes(left.user, right.user) }
      return (left.value < right.value) != sort.descending
    }
    return order[part].map(\.user)
  }

  /// What a key sorts by; nil for the id.
  private func quantity(_ key: Sort.Key) -> Quantity? {
    let planner = Planner(scope)
    let measured: Measured
    switch key {
    case .user: return nil
    case .first: measured = .first(Selection(.any))
    case .last: measured = .last(Selection(.any))
    case .events: measured = .count(Selection(.any))
    case .value: measured = .aggregate(.sum, .value, Selection(.any))
    case .days30d: measured = .days(Selection(.activity, window: .days(older: 30, newer: 0)))
    }
    return planner.quantity(measured)
  }
}

extension Array {
  /// Puts the elements that stand at places `part` of an order there, in any order among themselves.
  fileprivate mutating func select(
    _ part: Range<Int>, by precedes: (Element, Element) -> Bool
  ) {
    partition(around: part.lowerBound, 0, count - 1, precedes)
    if part.upperBound < count {
      partition(around: part.upperBound, part.lowerBound, count - 1, precedes)
    }
  }

  /// Hoare's selection: afterwards what is before `place` precedes what is at it and behind.
  private mutating func partition(
    around place: Int, _ low: Int, _ high: Int, _ precedes: (Element, Element) -> Bool
  ) {
    var (low, high) = (low, high)
    while low < high {
      let pivot = self[low + (high - low) / 2]
      var (left, right) = (low, high)
      while left <= right {
        while precedes(self[left], pivot) { left += 1 }
        while precedes(pivot, self[right]) { right -= 1 }
        if left <= right {
          swapAt(left, right)
          left += 1
          right -= 1
        }
      }
      if place <= right { high = right } else if place >= left { low = left } else { return }
    }
  }
}
