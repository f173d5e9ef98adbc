import KithSegments
import KithSystem
import Synchronization

extension DayLists {
  /// The days of a user; loops bind ``table`` first.
  @inline(__always)
  subscript(user: Int) -> UnsafeBufferPointer<UInt16> { table[user] }

  /// Users up to whom one thread is quicker than two.
  private static let fewUsers = 1 << 16

  /// Counts over ranges of users on all cores, and adds up what they came to, in order.
  func tally<Tally: Sendable>(
    from start: @Sendable () -> Tally, add: @Sendable (inout Tally, Range<Int>) -> Void,
    merge: (inout Tally, Tally) -> Void
  ) -> Tally {
    let parts = users < DayLists.fewUsers ? 1 : Cores.count
    let tallies = Mutex<[Tally?]>(Array(repeating: nil, count: parts))
    Cores.run(over: users, parts: parts) { part, users in
      var tally = start()
      add(&tally, users)
      let made = tally
      tallies.withLock { $0[part] = made }
    }
    var all = start()
    for case .some(let tally) in tallies.withLock({ $0 }) { merge(&all, tally) }
    return all
  }
}

extension Cores {
  /// What each of some numbers comes to, in their order, on all cores: for parts of nearly equal work, each
  /// worth a thread.
  static func map<Value: Sendable>(
    _ count: Int, _ body: @Sendable (_ place: Int) -> Value
  ) -> [Value] {
    let next = Atomic(0)
    let values = Mutex<[Value?]>(Array(repeating: nil, count: count))
    run(min(Cores.count, count)) { _ in
      while true {
        let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard place < count else { return }
        let value = body(place)
        values.withLock { $0[place] = value }
      }
    }
    return values.withLock { $0.compactMap(\.self) }
  }
}

/// The earliest active day of the users that are counted.
func firstDay(_ lists: DayLists, _ groups: Groups) -> Day? {
  let first = lists.tally(
    from: { UInt16.max },
    add: { first, users in
      let table = lists.table
      groups.withPlaces { group in
        var earliest = first
        for user in users {
          if let group, group[user] < 0 { continue }
          if let day = table[user].first { earliest = min(earliest, day) }
        }
        first = earliest
      }
    }, merge: { $0 = min($0, $1) })
  return first == .max ? nil : Day(number: Int32(first))
}
