import KithSegments
import KithStore
import KithSystem

/// What is read of each user's events for ``SourceQuality``.
struct SourceReader: Sendable {
  let isActive: [Bool]
  let register: UInt32?
  let needsRegister: Bool
  let conversion: UInt32?
  let days: [Int32]
  let today: Int32

  init(
    _ engine: EmbeddedEngine, _ scope: Scope, _ register: String?, _ conversion: String?,
    _ days: [Int]
  ) {
    let names = engine.snapshot.eventNames
    isActive = engine.selects(nil, scope)
    self.register = register.flatMap { names.code($0) }
    needsRegister = register != nil
    self.conversion = conversion.flatMap { names.code($0) }
    self.days = days.map { Int32(clamping: $0) }
    today = engine.moment.day.number
  }

  /// Adds one user, unless a register event is asked for that they never did.
  func read(_ visit: Visit, into tally: inout SourceTally) {
    var source = absentCode
    var registered: Int32?
    var conversions = 0
    var value: Int128 = 0
    for row in 0..<visit.count {
      if source == absentCode { source = visit.sources[row] }
      if registered == nil, !needsRegister || visit.events[row] == register {
        registered = visit.days[row]
      }
      if visit.events[row] == conversion {
        conversions += 1
        if visit.values[row] != absentMicros { value += Int128(visit.values[row]) }
      }
    }
    guard let registered else { return }
    tally.users.append(visit.user)
    tally.sources.append(source)
    tally.registered.append(registered)
    tally.conversions.append(conversions)
    tally.values.append(value)
    // Bit 2k: active on day k of those asked for; bit 2k + 1: on one of the days up to it.
    var kept: UInt64 = 0
    var cameBack = false
    for row in 0..<visit.count where isActive[Int(visit.events[row])] {
      let since = visit.days[row] - registered
      if since != 0 { cameBack = true }
      guard since > 0 else { continue }
      for (place, days) in days.enumerated() where since <= days {
        kept |= since == days ? 3 << UInt64(2 * place) : 2 << UInt64(2 * place)
      }
    }
    tally.kept.append(kept)
    tally.cameBack.append(cameBack)
  }
}

/// A column for each thing known of users.
struct SourceTally: Sendable {
  var users: [Int] = []
  var sources: [UInt32] = []
  var registered: [Int32] = []
  var conversions: [Int] = []
  var values: [Int128] = []
  var kept: [UInt64] = []
  var cameBack: [Bool] = []

  mutating func append(_ other: SourceTally) {
    users += other.users
    sources += other.sources
    registered += other.registered
    conversions += other.conversions
    values += other.values
    kept += other.kept
    cameBack += other.cameBack
  }

  func add(_ place: Int, to row: inout SourceQuality.Row, _ reader: SourceReader) {
    row.registered += 1
    if cameBack[place] { row.activated += 1 }
    if conversions[place] > 0 { row.converted += 1 }
    row.value += values[place]
    for (index, days) in reader.days.enumerated() where registered[place] + days <= reader.today {
      row.kept[index].eligible += 1
      if kept[place] & (1 << UInt64(2 * index)) != 0 { row.kept[index].onDay += 1 }
      if kept[place] & (2 << UInt64(2 * index)) != 0 { row.kept[index].within += 1 }
    }
  }
}
