import KithStore
import KithSystem
import Synchronization

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
    @Sendable func precedes(_ left: Entry, _ right: Entry) -> Bool {
      left.key == right.key
        ? users.precedes(Int(left.user), Int(right.user)) : left.key < right.key
    }
    let best = Best(part.upperBound)
    try Workers.run(scope) { worker throws(Cancelled) in
      let mask = members.mask(block: worker.block)
      guard !mask.isEmpty else { return }
      var found: [Entry] = []
      worker.withVector { numbers in
        worker.overflown = Mask()
        let present = worker.fill(numbers, quantity, mask)
        let first = worker.users.lowerBound
        let border = best.border
        mask.forEach { place in
          let number = present[place] ? numbers[place] : 0
          let key = sort.descending ? ~number : number
          let isWide = worker.overflown[place]
          if key > border, !isWide { return }
          found.append(Entry(key: key, isWide: isWide, user: UInt32(first + place)))
        }
      }
      best.add(found, precedes)
    }
    if best.hasWide { return wideOrder(members.numbers, sort, part) }
    var entries = best.entries
    entries.select(part, by: precedes)
    entries[part].sort(by: precedes)
    return entries[part].map { Int($0.user) }
  }

  /// The first so many of an order, and some more, as threads find them; what is behind the last of
  /// them is not looked at again.
  private final class Best: Sendable {
    private let wanted: Int
    private let last = Atomic(Int64.max)
    private let found = Mutex(Found())

    private struct Found: Sendable {
      var entries: [Entry] = []
      var hasWide = false
    }

    init(_ wanted: Int) {
      self.wanted = wanted
    }

    /// No greater key belongs to the first.
    var border: Int64 { last.load(ordering: .relaxed) }
    var hasWide: Bool { found.withLock { $0.hasWide } }
    var entries: [Entry] { found.withLock { $0.entries } }

    func add(_ more: [Entry], _ precedes: (Entry, Entry) -> Bool) {
      found.withLock { found in
        found.hasWide = found.hasWide || more.contains(where: \.isWide)
        found.entries += more
        guard found.entries.count >= max(4 * wanted, 4 * Mask.size), wanted > 0 else { return }
        found.entries.select(0..<wanted, by: precedes)
        found.entries.removeLast(found.entries.count - wanted)
        last.store(found.entries.reduce(.min) { max($0, $1.key) }, ordering: .relaxed)
      }
    }
  }

  private struct Entry: Sendable {
    /// Ascending in the order that was asked for.
    var key: Int64
    /// The number needs more than 64 bits.
    var isWide: Bool
    var user: UInt32
  }

  /// By sums that do not fit 64 bits: all of them, exactly.
  private func wideOrder(_ members: [Int], _ sort: Sort, _ part: Range<Int>) -> [Int] {
    let sheet = Sheet(self)
    let users = world.columns.users
    let keys = members.map { (value: sheet.summary(of: $0).value, user: $0) }
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
