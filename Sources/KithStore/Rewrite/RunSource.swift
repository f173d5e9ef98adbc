import KithSystem

/// A run opened to be written again: its bytes held against the manifest, its order and codes checked.
///
/// Cost of opening: one pass over the file for its checksums, one over users and times.
struct RunSource {
  let run: Manifest.Run
  let file: ArrowFile
  let userCodes: UnsafeBufferPointer<UInt32>
  let users: TextTable
  let times: UnsafeBufferPointer<Int64>
  /// Rows that are left out, ascending and apart.
  var dropped: [Range<Int>] = []
  private let mapped: MappedBytes

  init(
    _ run: Manifest.Run, _ mapped: MappedBytes, kind: RunKind
  ) throws(DamagedFile) {
    self.run = run
    self.mapped = mapped
    let name = run.file(in: kind.folder)
    if let problem = run.damage(of: mapped, lettingPagesGo: true).first {
      throw DamagedFile(name, problem)
    }
    file = try ArrowFile(mapped, name: name, kind: kind.note)
    let (codes, texts) = try file.codes(try file.own("user"))
    let times = try file.integers(try file.own(kind.time))
    guard codes.bits == 32, codes.validity == nil, times.validity == nil else {
      throw DamagedFile(name, .type(column: "user"))
    }
    users = texts
    userCodes = UnsafeBufferPointer(
      start: codes.data.assumingMemoryBound(to: UInt32.self), count: file.rows)
    self.times = UnsafeBufferPointer(rebasing: times.numbers[..<file.rows])
    guard texts.hasSoundOffsets, texts.isSorted else {
      throw DamagedFile(name, .order(column: "user"))
    }
    try checkOrder()
  }

  var rows: Int { file.rows }

  /// Takes what was read out of memory; it comes back when it is touched.
  func letPagesGo() { mapped.letPagesGo() }

  /// The rows of a user, by the code in this run. Cost: O(log rows).
  func rows(of user: Int) -> Range<Int> {
    let code = UInt32(user)
    let start = firstIndex(in: 0..<rows) { userCodes[$0] >= code }
    return start..<firstIndex(in: start..<rows) { userCodes[$0] > code }
  }

  /// Every user has rows, in the order of the dictionary; times of one user ascend.
  private func checkOrder() throws(DamagedFile) {
    var problems: [(row: Int, column: String)] = []
    let lock = Monitor()
    Cores.runUnchecked(over: rows, least: 1 << 18) { rows in
      guard let problem = orderProblem(in: rows) else { return }
      lock.withLock { problems.append(problem) }
    }
    letPagesGo()
    if let first = problems.min(by: { $0.row < $1.row }) {
      throw DamagedFile(file.name, .order(column: first.column))
    }
    guard users.count == (rows == 0 ? 0 : Int(userCodes[rows - 1]) + 1) else {
      throw DamagedFile(file.name, .order(column: "user"))
    }
  }

  /// The first of some rows that is not in order, and in which column.
  private func orderProblem(in rows: Range<Int>) -> (row: Int, column: String)? {
    let first = rows.lowerBound
    var before: (user: UInt32, time: Int64) =
      first == 0 ? (.max, .min) : (userCodes[first - 1], times[first - 1])
    for row in rows {
      let (user, time) = (userCodes[row], times[row])
      if user == before.user {
        guard time >= before.time else { return (row, "time") }
      } else {
        guard user == before.user &+ 1 else { return (row, "user") }
      }
      before = (user, time)
      if row & (RowPlan.rowsHeld - 1) == 0 { letPagesGo() }
    }
    return nil
  }
}

/// Events or attributes of users: the two kinds of runs.
enum RunKind: CaseIterable {
  case events, users

  var folder: String { self == .events ? "events" : "users" }
  /// What the file's metadata says.
  var note: String { self == .events ? EventRun.kind : UserRun.kind }
  /// The column by which a user's rows are ordered.
  var time: String { self == .events ? "time" : "updated_at" }

  func runs(_ manifest: Manifest) -> [Manifest.Run] {
    (self == .events ? manifest.eventRuns : manifest.userRuns)
      .sorted { $0.sequence < $1.sequence }
  }
}

extension Manifest {
  subscript(kind: RunKind) -> [Run] {
    get { kind == .events ? eventRuns : userRuns }
    set { if kind == .events { eventRuns = newValue } else { userRuns = newValue } }
  }
}

extension ArrowFile {
  /// The place of a column of the format's own, which no property of the same name stands for.
  func own(_ name: String) throws(DamagedFile) -> Int {
    guard let place = ownIfAny(name) else { throw DamagedFile(self.name, .missing(column: name)) }
    return place
  }

  func ownIfAny(_ name: String) -> Int? {
    schema.fields.firstIndex { $0.name == name && $0.notes["role"] == nil }
  }
}

/// The first place of a range at which a test holds that holds from there on; the range's end where
/// it holds nowhere. Doubling steps from the front: O(log distance).
@inline(__always)
func firstIndex(in range: Range<Int>, where holds: (Int) -> Bool) -> Int {
  var low = range.lowerBound
  var step = 1
  while low < range.upperBound, !holds(low) {
    let next = low &+ step
    guard next < range.upperBound, !holds(next) else {
      // Somewhere above `low`, at most at `next`.
      var (bottom, top) = (low &+ 1, min(next, range.upperBound))
      while bottom < top {
        let middle = (bottom &+ top) / 2
        if holds(middle) { top = middle } else { bottom = middle &+ 1 }
      }
      return bottom
    }
    low = next
    step &*= 2
  }
  return low
}
