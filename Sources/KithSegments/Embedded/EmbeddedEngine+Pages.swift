package import KithStore
import KithSystem
import Synchronization

/// Users of a segment: who they are, how many, and pages of them in an order.
extension EmbeddedEngine {
  public func ids(_ plan: PagePlan) throws(Cancelled) -> [String] {
    try ordered(plan).users.map { world.snapshot.id(of: $0) }
  }

  public func count(_ segment: Segment) throws(Cancelled) -> Int {
    try members(PagePlan(segment: segment)).count
  }

  public func page(_ plan: PagePlan) throws(Cancelled) -> Page {
    let (total, users) = try ordered(plan)
    return Page(total: total, rows: try rows(of: users, isDetailed: plan.isDetailed))
  }

  /// Visits a page some rows at a time, so that a long one does not stand in memory.
  /// - Returns: how many users there are on all pages.
  package func eachPart(of plan: PagePlan, _ body: ([UserRow]) throws -> Void) throws -> Int {
    let (total, users) = try ordered(plan)
    for start in stride(from: 0, to: users.count, by: EmbeddedEngine.partRows) {
      let part = users[start..<min(start + EmbeddedEngine.partRows, users.count)]
      try body(rows(of: Array(part), isDetailed: plan.isDetailed))
    }
    return total
  }

  /// The users of a page in its order, and how many there are on all pages.
  private func ordered(_ plan: PagePlan) throws(Cancelled) -> (total: Int, users: [Int]) {
    let members = try members(plan)
    let total = members.count
    let start = min(max(plan.offset, 0), total)
    let end = start + min(max(plan.limit, 0), total - start)
    return (total, try ordered(members, by: plan.sort, start..<end))
  }

  /// The rows of some users, in their order; on all cores, since each stands for itself.
  private func rows(of users: [Int], isDetailed: Bool) throws(Cancelled) -> [UserRow] {
    // Where few are shown, their events and the rules are asked about those alone.
    let isFew = users.count <= EmbeddedEngine.fewRows
    let standings = isFew ? scope.knownStandings : try scope.standings()
    let lends = (narrow.columns.base?.rows ?? 0) >= EmbeddedEngine.rowsApart
    let parts = users.count < EmbeddedEngine.rowsWorthThreads ? 1 : Cores.count
    let found = Mutex([[UserRow]](repeating: [], count: parts))
    let isStopped = Atomic(false)
    Cores.run(over: users.count, parts: parts) { part, places in
      let sheet = Sheet(
        self, isFew ? narrow : scope, lends: isFew && lends, isDetailed: isDetailed)
      var rows: [UserRow] = []
      rows.reserveCapacity(places.count)
      for user in users[places] {
        guard let standing = try? standings?[user] ?? sheet.standing(of: user) else {
          return isStopped.store(true, ordering: .relaxed)
        }
        rows.append(row(user, sheet, standing))
      }
      let all = rows
      found.withLock { $0[part] = all }
    }
    if isStopped.load(ordering: .relaxed) { throw Cancelled() }
    return found.withLock { $0.flatMap { $0 } }
  }

  /// Rows that are held at a time where all are wanted.
  private static let partRows = 1 << 14
  /// Rows up to which it is quicker to ask about each user alone.
  private static let fewRows = 1_000
  /// Rows of a run among which those of two users lie far from each other.
  private static let rowsApart = 1 << 23
  /// Rows that take longer to work out than a thread to start.
  private static let rowsWorthThreads = 16

  /// The numbers of a plan's users, ascending; order and limits apart.
  func users(_ plan: PagePlan) throws(Cancelled) -> [Int] {
    try members(plan).numbers
  }

  /// The users that a plan matches. Kept, so that a page after the first asks for nothing twice.
  func members(_ plan: PagePlan) throws(Cancelled) -> UserSet {
    let key = Members.Key(segment: plan.segment.map { ByteText($0.source.text) }, stage: plan.stage)
    return try members.value(key) { () throws(Cancelled) in
      let everyone = try scope.visible()
      guard plan.segment != nil || plan.stage != nil else { return everyone }
      let program = plan.segment.map(program)
      let planner = Planner(scope, sharedBy: program.map { [$0.condition] } ?? [])
      var parts: [Step] = []
      if let name = plan.stage {
        _ = try scope.standings()
        let table = world.schema.stageNames.map { $0 == name }
        parts.append(.leaf(Leaf(kind: .stage(table), condition: .constant(true), cost: 0)))
      }
      if let program { parts.append(planner.step(program.condition)) }
      let step = parts.count == 1 ? parts[0] : Step.all(parts)
      if case .constant(true) = step { return everyone }
      let found = UserSet(users: everyone.users)
      try Workers.run(scope) { worker throws(Cancelled) in
        found.set(block: worker.block, try worker.pass(step, everyone.mask(block: worker.block)))
      }
      return found
    }
  }

  /// What a segment means to this engine. One that was read by an engine over another snapshot is
  /// read again, since codes mean nothing elsewhere; where it no longer can be, nobody is in it.
  func program(_ segment: Segment) -> Program {
    if let program = segment.program, program.schema === world.schema { return program }
    let nobody = Program(
      condition: .constant(false), columns: [], warnings: [], schema: world.schema)
    return (try? Binder.bind(segment.source, schema: world.schema)) ?? nobody
  }

  func row(_ user: Int, _ sheet: Sheet, _ standing: Standing) -> UserRow {
    let id = sheet.id(of: user)
    let owner = frame.decisions.owner(of: id) ?? ""
    let summary = sheet.summary(of: user)
    return UserRow(
      id: id, stage: world.schema.stageNames[standing.stage],
      band: standing.band.map { world.schema.bandNames[$0] },
      first: Instant(milliseconds: summary.first), last: Instant(milliseconds: summary.last),
      days30d: summary.days30d, events: summary.events, value: summary.value,
      source: summary.source == absentCode ? nil : world.snapshot.sources[summary.source],
      tags: frame.decisions.tags(of: id), owner: owner.isEmpty ? nil : owner,
      rhythmDays: summary.rhythmDays)
  }
}

/// The members that were asked for last.
final class Members: Sendable {
  struct Key: Equatable {
    /// The text of the segment; nil for everyone.
    var segment: ByteText?
    var stage: String?
  }
  private let kept = Mutex<[(key: Key, users: UserSet)]>([])
  /// Enough for the panes of a screen under two filters.
  private static let most = 16

  func value(_ key: Key, _ make: () throws(Cancelled) -> UserSet) throws(Cancelled) -> UserSet {
    if let known = kept.withLock({ $0.first { $0.key == key } }) { return known.users }
    let users = try make()
    kept.withLock { sets in
      if sets.count >= Members.most { sets.removeAll() }
      sets.append((key, users))
    }
    return users
  }
}

extension Snapshot {
  /// Ascending numbers in byte order of ids.
  package func inOrderOfIDs(_ users: [Int]) -> [Int] {
    (self as? RunSnapshot)?.users.inOrderOfIDs(users) ?? users
  }
}
