import Synchronization

/// What was written about users, over all runs of attributes.
struct AttributeWrites: Sendable {
  let columns: [Column]
  let runs: [UserRun]
  /// For each column, its place in each run.
  let places: [[ColumnPlace?]]
  /// Where each user of the snapshot stands in each run.
  private let usersInRuns: PlacesInRuns
  /// For a person of several ids, by number, where the ids stand in the runs: run and user.
  private var persons: [Int: [(run: Int, user: Int)]] = [:]
  /// As of events, ``RunSnapshot/importOrders``.
  private var importOrders: [ImportOrder?]

  /// Runs in order of arrival.
  init(_ runs: [UserRun], users: SnapshotUsers) {
    self.runs = runs
    importOrders = runs.map { _ in nil }
    (columns, places) = mergedColumns(runs.map(\.attributes))
    usersInRuns = PlacesInRuns(runs, users)
  }

  /// The same writes with some ids joined.
  func joined(by users: SnapshotUsers) -> AttributeWrites {
    var joined = self
    joined.importOrders = runs.map(\.imports?.order)
    for (person, ids) in users.persons {
      joined.persons[person] = runs.indices.flatMap { run in
        ids.compactMap { id in
          withBytes(id) { runs[run].users.find($0) }.map { (run: run, user: $0) }
        }
      }
    }
    return joined
  }

  /// The last write at or before an instant, else the earliest of all; of equal times the one that
  /// arrived last, or first.
  func code(_ column: Int, of user: Int, asOf instant: Int64) -> UInt32? {
    typealias Write = (time: Int64, run: Int, arrival: UInt32, code: UInt32)
    var last: Write?
    var earliest: Write?
    func look(_ index: Int, _ local: Int) {
      guard let place = places[column][index] else { return }
      let (run, order) = (runs[index], importOrders[index])
      let codes = run.attributes[place.index].codes
      for row in run.rows(of: local) {
        let code = codes[row]
        guard code != absentCode else { continue }
        let time = run.times.numbers[row]
        let write = (time, index, order?[row] ?? 0, translated(code, place.translation))
        if time <= instant, !(last.map { precedes(write, $0) } ?? false) { last = write }
        if earliest.map({ precedes(write, $0) }) ?? true { earliest = write }
      }
    }
    func precedes(_ one: Write, _ other: Write) -> Bool {
      (one.time, one.run, one.arrival) < (other.time, other.run, other.arrival)
    }
    if !persons.isEmpty, let places = persons[user] {
      for place in places { look(place.run, place.user) }
    } else {
      for index in runs.indices {
        let local = usersInRuns.place(of: user, inRun: index)
        if local != absentCode { look(index, Int(local)) }
      }
    }
    return (last ?? earliest)?.code
  }
}

/// Where each user of a snapshot stands in each run of attributes; worked out when it is first asked for,
/// since most questions are not about attributes.
private final class PlacesInRuns: @unchecked Sendable {  // written once, under the lock
  private let runs: [UserRun]
  private let users: SnapshotUsers
  private let making = Mutex(())
  /// All places, run by run.
  private let made = Atomic<UnsafePointer<UInt32>?>(nil)
  private let asked = Atomic(0)
  /// So many are looked up by their ids before all are.
  private static let fewUsers = 512

  init(_ runs: [UserRun], _ users: SnapshotUsers) {
    self.runs = runs
    self.users = users
  }

  deinit { made.load(ordering: .relaxed)?.deallocate() }

  /// The user's number in the run, or ``absentCode``.
  @inline(__always)
  func place(of user: Int, inRun run: Int) -> UInt32 {
    if let places = made.load(ordering: .acquiring) { return places[run &* users.count &+ user] }
    if asked.wrappingAdd(1, ordering: .relaxed).oldValue < PlacesInRuns.fewUsers {
      return runs[run].users.find(users.id(of: user)).map(UInt32.init) ?? absentCode
    }
    return make()[run &* users.count &+ user]
  }

  /// Cost: O(users) for each run.
  private func make() -> UnsafePointer<UInt32> {
    making.withLock { _ in
      if let places = made.load(ordering: .relaxed) { return places }
      let places = UnsafeMutablePointer<UInt32>.allocate(capacity: max(1, runs.count * users.count))
      for (index, run) in runs.enumerated() { fill(places + index * users.count, run) }
      made.store(UnsafePointer(places), ordering: .releasing)
      return UnsafePointer(places)
    }
  }

  private func fill(_ places: UnsafeMutablePointer<UInt32>, _ run: UserRun) {
    var next = (base: 0, others: 0)
    for user in 0..<users.count {
      // Both halves of the numbers are in byte order, each for itself.
      let id = users.id(of: user)
      let place: Int
      if user < users.baseCount {
        next.base = run.users.lowerBound(id, from: next.base)
        place = next.base
      } else {
        next.others = run.users.lowerBound(id, from: next.others)
        place = next.others
      }
      let isThere = place < run.users.count && compare(run.users[place], id) == 0
      places[user] = isThere ? UInt32(place) : absentCode
    }
  }
}
