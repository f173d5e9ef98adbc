/// What was written about users, over all runs of attributes.
struct AttributeWrites: Sendable {
  let columns: [Column]
  let runs: [UserRun]
  /// For each column, its place in each run.
  let places: [[ColumnPlace?]]
  /// For each run, the place in it of each user of the snapshot, or ``absentCode``.
  private let usersInRun: [[UInt32]]
  /// For a person of several ids, by number, where the ids stand in the runs: run and user.
  private var persons: [Int: [(run: Int, user: Int)]] = [:]

  /// Runs in order of arrival.
  init(_ runs: [UserRun], users: SnapshotUsers) {
    self.runs = runs
    (columns, places) = mergedColumns(runs.map(\.attributes))
    usersInRun = runs.map { run in
      var places = [UInt32](repeating: absentCode, count: users.count)
      var next = (base: 0, others: 0)
      for user in 0..<users.count {
        // Both halves of the numbers are in byte order, each for itself.
        let id = users.id(of: user)
        if user < users.baseCount {
          next.base = run.users.lowerBound(id, from: next.base)
        } else {
          next.others = run.users.lowerBound(id, from: next.others)
        }
        let place = user < users.baseCount ? next.base : next.others
        if place < run.users.count, compare(run.users[place], id) == 0 {
          places[user] = UInt32(place)
        }
      }
      return places
    }
  }

  /// The same writes with some ids joined.
  func joined(by users: SnapshotUsers) -> AttributeWrites {
    var joined = self
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
    var last: (time: Int64, code: UInt32)?
    var earliest: (time: Int64, code: UInt32)?
    func look(_ index: Int, _ local: Int) {
      guard let place = places[column][index] else { return }
      let run = runs[index]
      let codes = run.attributes[place.index].codes
      for row in run.rows(of: local) {
        let code = codes[row]
        guard code != absentCode else { continue }
        let time = run.times.numbers[row]
        let write = (time: time, code: translated(code, place.translation))
        if time <= instant, time >= last?.time ?? .min { last = write }
        if time < earliest?.time ?? .max { earliest = write }
      }
    }
    if !persons.isEmpty, let places = persons[user] {
      for place in places { look(place.run, place.user) }
    } else {
      for index in runs.indices where usersInRun[index][user] != absentCode {
        look(index, Int(usersInRun[index][user]))
      }
    }
    return (last ?? earliest)?.code
  }
}
