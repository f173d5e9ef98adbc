import KithStore
import KithSystem
import Synchronization

/// Users of a segment: who they are, how many, and pages of them in an order.
extension EmbeddedEngine {
  public func ids(_ segment: Segment) throws(Cancelled) -> [String] {
    try users(PagePlan(segment: segment)).map { world.snapshot.id(of: $0) }
  }

  public func count(_ segment: Segment) throws(Cancelled) -> Int {
    try users(PagePlan(segment: segment)).count
  }

  public func page(_ plan: PagePlan) throws(Cancelled) -> Page {
    let users = try users(plan)
    let standings = try standings()
    let digest = try digest()
    let start = min(max(plan.offset, 0), users.count)
    let end = start + min(max(plan.limit, 0), users.count - start)
    return Page(
      total: users.count,
      rows: users[start..<end].map { row($0, digest.summaries[$0], standings[$0]) })
  }

  /// The numbers of a plan's users, in its order; offset and limit apart.
  func users(_ plan: PagePlan) throws(Cancelled) -> [Int] {
    let key = Orders.Key(
      segment: plan.segment.map { ByteText($0.source.text) }, stage: plan.stage, sort: plan.sort)
    return try orders.value(key) { () throws(Cancelled) in
      if plan.sort != .byUser {
        var unsorted = plan
        unsorted.sort = .byUser
        return sorted(try users(unsorted), by: plan.sort, try digest().summaries)
      }
      return try matching(plan)
    }
  }

  private func matching(_ plan: PagePlan) throws(Cancelled) -> [Int] {
    let summaries = try digest().summaries
    var users = summaries.indices.filter { summaries[$0].events > 0 }
    let standings = try standings()
    if let stage = plan.stage {
      users = users.filter { world.schema.stageNames[standings[$0].stage] == stage }
    }
    guard let program = plan.segment.map(program) else { return users }
    var evaluator = RowEvaluator(world: world, frames: frames, columns: program.columns)
    evaluator.standings = (frame, standings)
    var matching: [Int] = []
    for (index, user) in users.enumerated() {
      try stopIfCancelled(at: index)
      if try evaluator.holds(program.condition, user, frame) { matching.append(user) }
    }
    return matching
  }

  /// What a segment means to this engine. One that was read by an engine over another snapshot is
  /// read again, since codes mean nothing elsewhere; where it no longer can be, nobody is in it.
  private func program(_ segment: Segment) -> Program {
    if let program = segment.program, program.schema === world.schema { return program }
    let nobody = Program(
      condition: .constant(false), columns: [], warnings: [], schema: world.schema)
    return (try? Binder.bind(segment.source, schema: world.schema)) ?? nobody
  }

  /// Ties by id ascending, whichever the direction.
  private func sorted(_ users: [Int], by sort: Sort, _ summaries: [UserSummary]) -> [Int] {
    func ordered<Key: Comparable>(_ key: (UserSummary) -> Key) -> [Int] {
      let keys = users.map { (key: key(summaries[$0]), user: $0) }
      let order = keys.sorted { left, right in
        if left.key == right.key { return left.user < right.user }
        return (left.key < right.key) != sort.descending
      }
      return order.map(\.user)
    }
    return switch sort.key {
    case .user: sort.descending ? users.reversed() : users
    case .first: ordered(\.first)
    case .last: ordered(\.last)
    case .events: ordered(\.events)
    case .value: ordered(\.value)
    case .days30d: ordered(\.days30d)
    }
  }

  func row(_ user: Int, _ summary: UserSummary, _ standing: Standing) -> UserRow {
    let id = world.snapshot.id(of: user)
    let owner = frame.decisions.owner(of: id) ?? ""
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

/// The orders that were asked for last, so that scrolling asks nothing twice.
final class Orders: Sendable {
  struct Key: Hashable {
    /// The text of the segment; nil for everyone.
    var segment: ByteText?
    var stage: String?
    var sort: Sort
  }
  private let kept = Mutex<[Key: [Int]]>([:])
  /// Enough for the panes of a screen in two orders.
  private static let most = 16

  func value(_ key: Key, _ make: () throws(Cancelled) -> [Int]) throws(Cancelled) -> [Int] {
    if let users = kept.withLock({ $0[key] }) { return users }
    let users = try make()
    kept.withLock { orders in
      if orders.count >= Orders.most { orders.removeAll() }
      orders[key] = users
    }
    return users
  }
}
