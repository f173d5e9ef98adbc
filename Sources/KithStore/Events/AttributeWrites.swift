/// What was written about users, over all runs of attributes.
struct AttributeWrites: Sendable {
  let columns: [Column]
  let runs: [UserRun]
  /// For each column, its place in each run.
  let places: [[ColumnPlace?]]
  /// For each run, the place in it of each user of the snapshot, or ``absentCode``.
  private let usersInRun: [[UInt32]]

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

  /// The last write at or before an instant, else the earliest of all; of equal times the one that
  /// arrived last, or first.
  func code(_ column: Int, of user: Int, asOf instant: Int64) -> UInt32? {
    var last: (time: Int64, code: UInt32)?
    var earliest: (time: Int64, code: UInt32)?
    for (index, run) in runs.enumerated() {
      let local = usersInRun[index][user]
      guard local != absentCode, let place = places[column][index] else { continue }
      let codes = run.attributes[place.index].codes
      for row in run.rows(of: Int(local)) {
        let code = codes[row]
        guard code != absentCode else { continue }
        let time = run.times.numbers[row]
        let write = (time: time, code: translated(code, place.translation))
        if time <= instant, time >= last?.time ?? .min { last = write }
        if time < earliest?.time ?? .max { earliest = write }
      }
    }
    return (last ?? earliest)?.code
  }
}
