import KithStore
import KithSystem
import Synchronization

/// What kernels read: the runs' columns in place, and what is derived of them.
///
/// The base run's users and arrays are used as they are. Users of whom other runs have rows too are
/// *mixed*: few, and worked out here once.
final class Columns: @unchecked Sendable {  // memory that is never written after init
  let snapshot: RunSnapshot
  /// In order of arrival.
  let runs: [RunColumns]
  /// The same for loops.
  let views: [RunView]
  private let propertyCodes: [Kept<Codes>]
  let users: SnapshotUsers
  let zone: Zone
  let isSystem: [Bool]
  /// Of the base run; nil where it is missing, and making it is not worth a question's time.
  let index: RunIndex?
  /// Of the base run, opened and checked when first asked for; as ``index``.
  var days: RunDays? {
    openedDays.withLock { opened in
      if let opened { return opened }
      let days = base?.days(dayKey, making: makesDays)
      opened = .some(days)
      return days
    }
  }
  private let openedDays = Mutex<RunDays??>(nil)
  private let dayKey: DayKey
  private let makesDays: Bool
  let mixed: MixedFacts
  /// Whether a calendar day is a range of instants throughout the data; else only the twin is right.
  let hasPlainDays: Bool
  /// The snapshot's code of each of the base's sources; nil where they are the same.
  let baseSources: [UInt32]?

  /// Rows up to which missing derived state is made before the first answer, rather than read around.
  static let makingRowsMax = 4_000_000

  init(_ snapshot: RunSnapshot, zone: Zone, isSystem: [Bool], makingDays: Bool) {
    self.snapshot = snapshot
    self.zone = zone
    self.isSystem = isSystem
    let (runs, users) = (snapshot.columns, snapshot.users)
    self.runs = runs
    let propertyCodes = runs.map { Kept($0.properties.map { Codes($0) }) }
    self.propertyCodes = propertyCodes
    views = zip(runs, propertyCodes).map { RunView($0, $1.all) }
    self.users = users
    let system = isSystem.indices.filter { isSystem[$0] }.map { snapshot.eventNames[UInt32($0)] }
    let key = DayKey(zone: zone, system: system)
    let base = users.base.map { runs[$0] }
    let isSmall = (base?.rows ?? 0) <= Columns.makingRowsMax
    index = base?.index(making: isSmall)
    dayKey = key
    makesDays = isSmall || makingDays
    baseSources = base?.sourceCodes
    hasPlainDays = !zone.daysGoBack(within: 0...(snapshot.horizon?.milliseconds ?? 0))
    let baseDays = users.mixed.isEmpty ? nil : base?.days(key, making: isSmall || makingDays)
    mixed = MixedFacts(users, runs, key, base: base, baseDays: baseDays)
  }

  var baseView: RunView? { users.base.map { views[$0] } }

  var base: RunColumns? { users.base.map { runs[$0] } }

  /// The place of mixed users among a block's.
  func mixedPlaces(in block: Range<Int>) -> Range<Int> {
    let numbers = users.mixed
    guard !numbers.isEmpty else { return 0..<0 }
    let start = numbers.partitionPoint { Int($0) >= block.lowerBound }
    let end = numbers.partitionPoint { Int($0) >= block.upperBound }
    return start..<max(start, end)
  }
}

/// What is known of users who have rows in several runs, by their place among the mixed.
struct MixedFacts: Sendable {
  private(set) var firsts: [Int64] = []
  private(set) var lasts: [Int64] = []
  private(set) var counts: [Int64] = []
  private(set) var anyEnds: [UInt32] = [0]
  private(set) var anyDays: [UInt16] = []
  private(set) var ownEnds: [UInt32] = [0]
  private(set) var ownDays: [UInt16] = []

  /// Cost: the mixed users, and the rows of the runs beside the base.
  init(
    _ users: SnapshotUsers, _ runs: [RunColumns], _ key: DayKey, base: RunColumns?,
    baseDays: RunDays?
  ) {
    guard !users.mixed.isEmpty else { return }
    let days = runs.indices.map { run in
      run == users.base ? baseDays : runs[run].days(key, making: true)
    }
    for number in users.mixed {
      var first = Int64.max
      var last = Int64.min
      var count = 0
      var any: [UInt16] = []
      var own: [UInt16] = []
      for holder in users.holders(of: Int(number)) {
        let columns = runs[holder.run]
        let rows = columns.rows(of: holder.user)
        guard !rows.isEmpty else { continue }
        first = min(first, columns.times[rows.lowerBound])
        last = max(last, columns.times[rows.upperBound - 1])
        count += rows.count
        if let lists = days[holder.run] {
          any = any.merged(with: lists.any[holder.user])
          own = own.merged(with: lists.activity[holder.user])
        }
      }
      firsts.append(first)
      lasts.append(last)
      counts.append(Int64(count))
      anyDays += any
      ownDays += own
      anyEnds.append(UInt32(anyDays.count))
      ownEnds.append(UInt32(ownDays.count))
    }
  }

  /// Lends the days of a mixed user.
  @inline(__always)
  func withDays<Result>(
    _ place: Int, own: Bool, _ body: (UnsafeBufferPointer<UInt16>) -> Result
  ) -> Result {
    let ends = own ? ownEnds : anyEnds
    return (own ? ownDays : anyDays).withUnsafeBufferPointer { days in
      body(UnsafeBufferPointer(rebasing: days[Int(ends[place])..<Int(ends[place + 1])]))
    }
  }
}

extension [UInt16] {
  /// Two ascending lists made one, each number once.
  fileprivate func merged(with other: UnsafeBufferPointer<UInt16>) -> [UInt16] {
    if isEmpty { return [UInt16](other) }
    var all: [UInt16] = []
    all.reserveCapacity(count + other.count)
    var (left, right) = (0, 0)
    while left < count || right < other.count {
      let next: UInt16
      if right == other.count || left < count && self[left] <= other[right] {
        next = self[left]
        left += 1
      } else {
        next = other[right]
        right += 1
      }
      if all.last != next { all.append(next) }
    }
    return all
  }
}
