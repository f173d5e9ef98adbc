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
    if let kept = kept(members, by: sort, part) { return kept }
    guard let quantity = quantity(sort.key) else {
      let ids = world.snapshot.inOrderOfIDs(members.numbers)
      return Array((sort.descending ? ids.reversed() : ids)[part])
    }
    // What is counted by days is counted event by event where these go back.
    if sort.key == .days30d, !world.columns.hasPlainDays {
      return summaryOrder(members.numbers, sort, part) { Exact($0.days30d) }
    }
    let first = try first(
      part.upperBound, of: members, by: quantity, sort,
      upTo: guess(part.upperBound, members, quantity, sort))
    guard var entries = first else {
      return summaryOrder(members.numbers, sort, part, by: \.value)
    }
    let users = world.columns.users
    entries.select(part, tie: users.precedes)
    entries[part].sort {
      $0.key == $1.key ? users.precedes(Int($0.user), Int($1.user)) : $0.key < $1.key
    }
    return entries[part].map { Int($0.user) }
  }

  /// A part of everyone's order, where that is kept.
  private func kept(_ members: UserSet, by sort: Sort, _ part: Range<Int>) -> [Int]? {
    guard let key = sort.key.kept, scope.times.seesAll else { return nil }
    let columns = world.columns
    let users = columns.users
    guard users.mixed.count == 0, users.persons.isEmpty, members.count == users.count,
      let head = columns.index?.head(key, isDescending: sort.descending),
      part.upperBound <= head.count
    else { return nil }
    let found = head[part].map { Int($0) }
    // A cache is not trusted.
    return found.allSatisfy { $0 < users.count } ? found : nil
  }

  /// At least the first so many of an order, in any order; nil where a number needs more than 64 bits.
  /// - Parameter border: no greater key is looked at; where that turns out too low, all are.
  private func first(
    _ wanted: Int, of members: UserSet, by quantity: Quantity, _ sort: Sort, upTo border: Int64
  ) throws(Cancelled) -> [Entry]? {
    let users = world.columns.users
    let best = Best(wanted, upTo: border)
    try Workers.run(scope) { worker throws(Cancelled) in
      let mask = members.mask(block: worker.block)
      guard !mask.isEmpty else { return }
      var found: [Entry] = []
      worker.withKeys(mask, quantity, sort) { keys in
        let first = worker.users.lowerBound
        var near = Mask(keys, upTo: best.border)
        near.formUnion(worker.overflown)
        near.formIntersection(mask)
        near.forEach { place in
          found.append(
            Entry(key: keys[place], isWide: worker.overflown[place], user: UInt32(first + place)))
        }
      }
      if !found.isEmpty { best.add(found, tie: users.precedes) }
    }
    if best.hasWide { return nil }
    let entries = best.entries
    if entries.count >= wanted || border == .max { return entries }
    return try first(wanted, of: members, by: quantity, sort, upTo: .max)
  }

  /// One in so many is looked at for a guess.
  private static let sampled = 64

  /// A key that most likely is not below the last of the first so many, by a sample of the members.
  private func guess(
    _ wanted: Int, _ members: UserSet, _ quantity: Quantity, _ sort: Sort
  ) throws(Cancelled) -> Int64 {
    let share = wanted / EmbeddedEngine.sampled
    guard share >= 16 else { return .max }
    var few = Mask()
    for place in stride(from: 0, to: Mask.size, by: EmbeddedEngine.sampled) { few.insert(place) }
    let sample = few
    let parts = try Workers.collect(scope, members) { worker, mask, found in
      var mask = mask
      mask.formIntersection(sample)
      worker.withKeys(mask, quantity, sort) { keys in mask.forEach { found.append(~keys[$0]) } }
    }
    var keys = parts.flatMap { $0 }
    // Five times as far as chance strays.
    let place = share + 5 * Int(Double(share).squareRoot()) + 1
    return place < keys.count ? ~keys.largest(place) : .max
  }

  /// The first so many of an order, and some more, as threads find them; what is behind the last of
  /// them is not looked at again.
  private final class Best: Sendable {
    private let wanted: Int
    private let last: Atomic<Int64>
    private let found = Mutex(Found())

    private struct Found: Sendable {
      var entries: [Entry] = []
      var hasWide = false
    }

    init(_ wanted: Int, upTo border: Int64) {
      self.wanted = wanted
      last = Atomic(border)
    }

    /// No greater key belongs to the first.
    var border: Int64 { last.load(ordering: .relaxed) }
    var hasWide: Bool { found.withLock { $0.hasWide } }
    var entries: [Entry] { found.withLock { $0.entries } }

    func add(_ more: [Entry], tie: (Int, Int) -> Bool) {
      found.withLock { found in
        found.hasWide = found.hasWide || more.contains(where: \.isWide)
        found.entries += more
        guard found.entries.count >= max(4 * wanted, 4 * Mask.size), wanted > 0 else { return }
        found.entries.select(0..<wanted, tie: tie)
        found.entries.removeLast(found.entries.count - wanted)
        let greatest = found.entries.reduce(.min) { max($0, $1.key) }
        last.store(min(greatest, border), ordering: .relaxed)
      }
    }
  }

  fileprivate struct Entry: Sendable {
    /// Ascending in the order that was asked for.
    var key: Int64
    /// The number needs more than 64 bits.
    var isWide: Bool
    var user: UInt32
  }

  /// By what kernels cannot work out, as sums that do not fit 64 bits: all of them, exactly.
  private func summaryOrder(
    _ members: [Int], _ sort: Sort, _ part: Range<Int>, by key: (UserSummary) -> Exact
  ) -> [Int] {
    let sheet = Sheet(self, narrow)
    let users = world.columns.users
    let keys = members.map { (value: key(sheet.summary(of: $0)), user: $0) }
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

extension Sort.Key {
  /// What of it a run's index keeps.
  fileprivate var kept: HeadKey? {
    switch self {
    case .first: .first
    case .last: .last
    case .events: .events
    case .value: .value
    case .user, .days30d: nil
    }
  }
}

extension Worker {
  /// Lends the keys of the users in a mask, ascending in the order; whose key is too wide is ``overflown``.
  fileprivate func withKeys(
    _ mask: Mask, _ quantity: Quantity, _ sort: Sort, _ body: (UnsafePointer<Int64>) -> Void
  ) {
    withVector { numbers in
      overflown = Mask()
      var absent = mask
      absent.subtract(fill(numbers, quantity, mask))
      absent.forEach { numbers[$0] = 0 }
      if sort.descending {
        for place in 0..<users.count { numbers[place] = ~numbers[place] }
      }
      body(numbers)
    }
  }
}

extension Mask {
  /// The places of a vector whose number is at most `border`. No branch depends on a number.
  fileprivate init(_ numbers: UnsafePointer<Int64>, upTo border: Int64) {
    self.init()
    for word in 0..<(Mask.size / 64) {
      let part = numbers + word * 64
      var bits: UInt64 = 0
      for place in 0..<64 {
        bits |= (part[place] <= border ? 1 : 0) &<< UInt64(truncatingIfNeeded: place)
      }
      set(word: word, bits)
    }
  }
}

extension [EmbeddedEngine.Entry] {
  /// Puts the elements that stand at places `part` of an order there, in any order among themselves.
  /// - Parameter tie: which of two users with equal keys is first.
  fileprivate mutating func select(_ part: Range<Int>, tie: (Int, Int) -> Bool) {
    withUnsafeMutableBufferPointer { entries in
      entries.partition(around: part.lowerBound, 0, entries.count - 1, tie)
      if part.upperBound < entries.count {
        entries.partition(around: part.upperBound, part.lowerBound, entries.count - 1, tie)
      }
    }
  }
}

extension UnsafeMutableBufferPointer<EmbeddedEngine.Entry> {
  /// Hoare's selection: afterwards what is before `place` precedes what is at it and behind.
  fileprivate func partition(
    around place: Int, _ low: Int, _ high: Int, _ tie: (Int, Int) -> Bool
  ) {
    @inline(__always)
    func precedes(_ left: EmbeddedEngine.Entry, _ right: EmbeddedEngine.Entry) -> Bool {
      left.key == right.key ? tie(Int(left.user), Int(right.user)) : left.key < right.key
    }
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
