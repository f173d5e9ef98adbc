import KithStore
import KithSystem
import Synchronization

/// What kernels read: the runs' columns in place, and what is derived of them.
///
/// The base run's users and arrays are used as they are. Users of whom other runs have rows too are
/// *mixed*: few.
final class Columns: @unchecked Sendable {  // memory that is never written after init
  let snapshot: RunSnapshot
  /// In order of arrival.
  let runs: [RunColumns]
  /// The same for loops.
  let views: UnsafeBufferPointer<RunView>
  private let owner: (Kept<RunView>, [Kept<Codes>])
  let users: SnapshotUsers
  let zone: Zone
  let isSystem: [Bool]
  /// Of the base run; nil where it is missing, and making it is not worth a question's time.
  let index: RunIndex?
  /// As ``index``, for what is read of it user by user; opened when it is first asked for.
  var facts: RunIndex? {
    if !isNarrow { return index }
    return openedFacts.withLock { opened in
      if let opened { return opened }
      let made = base?.index(making: false)
      opened = .some(made)
      return made
    }
  }
  private let openedFacts = Mutex<RunIndex??>(nil)
  /// The lists of days of all users, opened and checked when first asked for; made where the cache has
  /// none.
  var days: DayTables? { days(making: true) }
  /// The same; nil as ``index``, unless they were made.
  var keptDays: DayTables? { days(making: isSmall) }
  /// Those that might be made, and those that are kept; each is tried once.
  private let openedDays = Mutex<(made: DayTables??, kept: DayTables??)>((nil, nil))
  private let isSmall: Bool
  private let isNarrow: Bool

  private func days(making: Bool) -> DayTables? {
    if isNarrow { return nil }
    return openedDays.withLock { opened in
      if let made = opened.made { return made }
      if !making, let kept = opened.kept { return kept }
      let days = base?.days(dayKey, making: making).map { base in
        DayTables(
          base,
          runs.indices.map { $0 == users.base ? base : runs[$0].days(dayKey, making: true) },
          mixed)
      }
      // What is kept need not be made.
      if making || days != nil { opened.made = .some(days) } else { opened.kept = .some(days) }
      return days
    }
  }
  private let dayKey: DayKey
  let mixed: MixedUsers
  /// Whether a calendar day is a range of instants throughout the data; else only the twin is right.
  let hasPlainDays: Bool
  /// The snapshot's code of each of the base's sources; nil where they are the same.
  let baseSources: [UInt32]?

  /// Rows up to which missing derived state is made before the first answer, rather than read around.
  static let makingRowsMax = 4_000_000

  convenience init(_ snapshot: RunSnapshot, zone: Zone, isSystem: [Bool]) {
    self.init(snapshot, zone, isSystem, isNarrow: false)
  }

  /// Columns for questions about a few users, whose rows say all: nothing that is derived of everyone is
  /// opened.
  convenience init(narrow snapshot: RunSnapshot, zone: Zone, isSystem: [Bool]) {
    self.init(snapshot, zone, isSystem, isNarrow: true)
  }

  private init(_ snapshot: RunSnapshot, _ zone: Zone, _ isSystem: [Bool], isNarrow: Bool) {
    self.snapshot = snapshot
    self.zone = zone
    self.isSystem = isSystem
    let (runs, users) = (snapshot.columns, snapshot.users)
    self.runs = runs
    let propertyCodes = runs.map { Kept($0.properties.map { Codes($0) }) }
    let views = Kept(zip(runs, propertyCodes).map { RunView($0, $1.all) })
    owner = (views, propertyCodes)
    self.views = views.all
    self.users = users
    let system = isSystem.indices.filter { isSystem[$0] }.map { snapshot.eventNames[UInt32($0)] }
    let key = DayKey(zone: zone, system: system)
    let base = users.base.map { runs[$0] }
    isSmall = (base?.rows ?? 0) <= Columns.makingRowsMax
    self.isNarrow = isNarrow
    index = isNarrow ? nil : base?.index(making: isSmall)
    dayKey = key
    baseSources = base?.sourceCodes
    hasPlainDays = !zone.daysGoBack(within: 0...(snapshot.horizon?.milliseconds ?? 0))
    mixed = MixedUsers(users, views.all)
  }

  var baseView: RunView? { users.base.map { views[$0] } }

  var base: RunColumns? { users.base.map { runs[$0] } }

  /// Takes the pages of large runs that were read out of the process; they come back when they are touched.
  func letPagesGo() {
    if !isSmall { for run in runs { run.letPagesGo() } }
  }

  /// The place of mixed users among a block's.
  func mixedPlaces(in block: Range<Int>) -> Range<Int> {
    if users.mixed.count == 0 { return 0..<0 }
    let start = users.mixed.firstPlace(from: block.lowerBound)
    return start..<max(start, users.mixed.firstPlace(from: block.upperBound))
  }
}
