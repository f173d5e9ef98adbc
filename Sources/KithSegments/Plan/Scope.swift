import KithStore
import KithSystem
import Synchronization

/// What plans for one moment share: the columns, the moment in numbers, and what decisions and
/// attributes come to for every user. Filled as it is asked for.
final class Scope: Sendable {
  let world: World
  let frame: Frame
  let frames: Frames
  let times: Times
  /// The scope of everyone, where this one is for questions about a few users: it reads their rows alone.
  private let wide: Scope?
  var isNarrow: Bool { wide != nil }
  private let memory = Mutex(Memory())
  private let making = Mutex(())

  private struct Memory: Sendable {
    var tags: [ByteText: UserSet] = [:]
    var attributes: [Int: UserCodes] = [:]
    var owners: (codes: UserCodes, names: [String])?
    var borders: [TopKey: Border?] = [:]
    var rules: PlannedRules?
    var standings: Standings?
    var standingCounts: [Int]?
    var visible: UserSet?
  }

  /// - Parameter wide: given for a scope of a few users.
  init(world: World, frame: Frame, frames: Frames, narrowing wide: Scope? = nil) {
    self.wide = wide
    self.world = world
    self.frame = frame
    self.frames = frames
    times = Times(frame, zone: world.zone, horizon: world.snapshot.horizon)
  }

  var columns: Columns { isNarrow ? world.narrowColumns : world.columns }

  /// The users who carry a tag.
  func tagged(_ tag: ByteText) -> UserSet {
    if let users = memory.withLock({ $0.tags[tag] }) { return users }
    let users = UserSet(users: columns.users.count)
    frame.decisions.eachUser(tagged: tag.string) { id in
      if let user = world.snapshot.user(id) { users.insert(user) }
    }
    memory.withLock { $0.tags[tag] = users }
    return users
  }

  /// The code of each user's value of an attribute, or ``absentCode``.
  func attribute(_ index: Int) -> UserCodes {
    if let codes = memory.withLock({ $0.attributes[index] }) { return codes }
    let snapshot = world.snapshot
    let codes = UserCodes(
      (0..<snapshot.userCount).map {
        snapshot.attribute(index, of: $0, asOf: frame.instant) ?? absentCode
      })
    memory.withLock { $0.attributes[index] = codes }
    return codes
  }

  /// The owner of each user as a code, and the names that the codes stand for.
  var owners: (codes: UserCodes, names: [String]) {
    if let owners = memory.withLock({ $0.owners }) { return owners }
    let names = frame.decisions.ownerCounts.map(\.owner)
    let places = Dictionary(
      names.enumerated().map { (ByteText($1), UInt32($0)) }, uniquingKeysWith: { first, _ in first }
    )
    var codes = [UInt32](repeating: absentCode, count: columns.users.count)
    frame.decisions.eachOwned { id, owner in
      if let user = world.snapshot.user(id) { codes[user] = places[ByteText(owner)] ?? absentCode }
    }
    let owners = (UserCodes(codes), names)
    memory.withLock { $0.owners = owners }
    return owners
  }

  func received(_ campaign: ByteText?, _ window: Window) -> UserSet {
    facts(world.deliveries.received, campaign) { within(window, $0, $1, self.frame) }
  }

  func returned(_ campaign: ByteText) -> UserSet {
    facts(world.deliveries.returned, campaign) { _, _ in true }
  }

  /// Users of whom a fact counts: one that came after the horizon counts as of it.
  private func facts(
    _ facts: [ByteText: [Deliveries.Fact]], _ campaign: ByteText?, _ isWithin: (Int64, Day) -> Bool
  ) -> UserSet {
    let users = UserSet(users: columns.users.count)
    for (id, facts) in facts {
      let holds = facts.contains { fact in
        let at = min(fact.at, frame.instant)
        return fact.at <= frame.decisionsUntil ?? fact.at
          && (campaign.map { $0 == ByteText(fact.campaign) } ?? true)
          && isWithin(at.milliseconds, world.zone.day(of: at))
      }
      if holds, let user = world.snapshot.user(id.string) { users.insert(user) }
    }
    return users
  }

  /// The scope of an earlier moment: the end of the day so many days before, or T minus a time.
  func earlier(by duration: Duration) -> Scope {
    let instant =
      duration.isCalendar
      ? min(world.zone.end(of: frame.day.advanced(by: -duration.days)), frame.instant)
      : frame.instant.advanced(by: -duration.milliseconds)
    return Scope(
      world: world, frame: frames.frame(at: instant), frames: frames,
      narrowing: wide?.earlier(by: duration))
  }

  /// Where the top ends; nil where nobody is in it.
  func border(_ key: TopKey, _ quantity: Quantity) throws(Cancelled) -> Border? {
    if let border = memory.withLock({ $0.borders[key] }) { return border }
    // It stands among everyone, of whom the wide scope knows more than their rows.
    if let wide, let quantity = Planner(wide).quantity(key.measure) {
      return try wide.border(key, quantity).map { Border(least: $0.least, ranking: nil) }
    }
    // Whoever comes second waits: working it out twice would take longer.
    return try making.withLock { _ throws(Cancelled) in
      if let border = memory.withLock({ $0.borders[key] }) { return border }
      return try newBorder(key, quantity)
    }
  }

  private func newBorder(_ key: TopKey, _ quantity: Quantity) throws(Cancelled) -> Border? {
    let everyone = try visible()
    let ranking = Ranking(users: columns.users.count)
    let wide = Mutex<[Int128]>([])
    try Workers.run(self) { worker throws(Cancelled) in
      let mask = everyone.mask(block: worker.block)
      guard !mask.isEmpty else { return }
      worker.overflown = Mask()
      let numbers = ranking.numbers + worker.users.lowerBound
      // What was kept is copied for all of the block, asked or not.
      var absent = Mask(first: worker.users.count)
      absent.subtract(worker.fill(numbers, quantity, mask))
      if !worker.overflown.isEmpty {
        var asked = worker.overflown
        asked.formIntersection(mask)
        let exact = try worker.exactly(key.measure, quantity.unit, asked)
        wide.withLock { $0 += exact }
        absent.formUnion(asked)
      }
      absent.forEach { numbers[$0] = 0 }
    }
    // What is asked next wants other columns: two walks are not to hold all of them together.
    columns.letPagesGo()
    let sizes = ranking.sizes()
    let beyond = wide.withLock { $0 }
    let count = sizes.count + beyond.count
    let wanted = min(key.share.users(of: count), count)
    let border: Border? =
      if wanted == 0 {
        nil
      } else if beyond.isEmpty {
        Border(least: Int128(ranking.largest(wanted, sizes)), ranking: ranking)
      } else {
        Border(
          least: (ranking.positive.map { Int128($0) } + beyond).sorted(by: >)[wanted - 1],
          ranking: nil)
      }
    memory.withLock { $0.borders[key] = .some(border) }
    return border
  }

  /// Who has an event up to the moment.
  func visible() throws(Cancelled) -> UserSet {
    if let users = memory.withLock({ $0.visible }) { return users }
    let users: UserSet
    if times.seesAll, !world.hasPersons {
      users = UserSet(everyoneOf: world.snapshot.userCount)
    } else {
      users = UserSet(users: columns.users.count)
      try Workers.run(self) { worker in users.set(block: worker.block, worker.visible()) }
    }
    memory.withLock { $0.visible = users }
    return users
  }

  /// Users and events up to the moment. Cost: O(users).
  func totals() throws(Cancelled) -> Totals {
    let everyone = try visible()
    guard let rows = RowChoice(Selection(.any), columns, times) else {
      return Totals(users: 0, events: 0)
    }
    let counts = try Workers.collect(self, everyone) { worker, mask, found in
      found.append(worker.total(Quantity(.count(rows)), mask))
    }
    return Totals(users: everyone.count, events: counts.reduce(0) { $0 + $1.reduce(0, +) })
  }

  /// The rules of stages and bands, planned.
  func rules() -> PlannedRules {
    if let rules = memory.withLock({ $0.rules }) { return rules }
    let rules = PlannedRules(world.rules, self)
    memory.withLock { $0.rules = rules }
    return rules
  }

  /// How many users stand in each stage and band: `[stage × bands + band]`, the last band being none.
  ///
  /// Cost: the rules, once; where every user stands is not kept.
  func standingCounts(stages: Int, bands: Int) throws(Cancelled) -> [Int] {
    if let counts = memory.withLock({ $0.standingCounts }) { return counts }
    let everyone = try visible()
    let rules = rules()
    let known = knownStandings
    let all = Mutex([Int](repeating: 0, count: stages * bands))
    try Workers.run(self) { worker throws(Cancelled) in
      let mask = everyone.mask(block: worker.block)
      var counts: [(place: Int, users: Int)] = []
      if let known {
        let first = worker.users.lowerBound
        mask.forEach { place in
          let band = min(Int(known.bands[first + place]), bands - 1)
          counts.append((Int(known.stages[first + place]) * bands + band, 1))
        }
      } else {
        try worker.eachStanding(mask, rules, withBands: true) { users, stage, band in
          counts.append((Int(stage) * bands + min(Int(band), bands - 1), users.count))
        }
      }
      let found = counts
      all.withLock { all in for count in found { all[count.place] += count.users } }
    }
    let counts = all.withLock { $0 }
    memory.withLock { $0.standingCounts = counts }
    return counts
  }

  var hasStandings: Bool { memory.withLock { $0.standings != nil } }

  /// Where every user stands; nil where that was not worked out yet.
  var knownStandings: Standings? { memory.withLock { $0.standings } }

  /// Where every user stands. Cost: the rules, once.
  func standings() throws(Cancelled) -> Standings {
    if let standings = memory.withLock({ $0.standings }) { return standings }
    let standings = Standings(users: columns.users.count)
    let rules = rules()
    let everyone = try visible()
    try Workers.run(self) { worker throws(Cancelled) in
      try worker.stand(everyone.mask(block: worker.block), rules, into: standings)
    }
    memory.withLock { $0.standings = standings }
    return standings
  }
}

/// Where the top of a ranking ends.
struct Border: Sendable {
  /// The lowest number that is still in it, beyond 64 bits where so many users' numbers are.
  let least: Int128
  /// The numbers of all users, where each fits 64 bits.
  let ranking: Ranking?
}

/// The stage and the band of every user; several threads fill it, each its own blocks.
final class Standings: @unchecked Sendable {
  /// No band.
  static let none = UInt16.max
  let stages: UnsafeMutableBufferPointer<UInt16>
  let bands: UnsafeMutableBufferPointer<UInt16>

  init(users: Int) {
    stages = .allocate(capacity: max(users, 1))
    bands = .allocate(capacity: max(users, 1))
    stages.initialize(repeating: 0)
    bands.initialize(repeating: Standings.none)
  }

  deinit {
    stages.deallocate()
    bands.deallocate()
  }

  subscript(user: Int) -> Standing {
    Standing(stage: Int(stages[user]), band: bands[user] == Standings.none ? nil : Int(bands[user]))
  }
}

/// The rules of stages and bands as plans for one moment.
struct PlannedRules: Sendable {
  typealias Planned = (name: UInt16, step: Step)
  let stages: [Planned]
  /// By stage.
  let bands: [[Planned]]
  let otherStage: UInt16

  init(_ rules: StageRules, _ scope: Scope) {
    let all = rules.stages + rules.bands.flatMap { $0 }
    let planner = Planner(scope, sharedBy: all.map(\.condition))
    stages = rules.stages.map { (UInt16($0.name), planner.step($0.condition)) }
    bands = rules.bands.map { $0.map { (UInt16($0.name), planner.step($0.condition)) } }
    otherStage = UInt16(rules.otherStage)
  }
}
