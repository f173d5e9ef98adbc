import KithStore
import KithSystem

/// What a user's events come to at the engine's moment, apart from every decision.
struct UserSummary: Sendable {
  /// Zero for an id whose first event is yet to come: no user.
  var events = 0
  var first: Int64 = 0
  var last: Int64 = 0
  var value: Exact = .zero
  var days30d = 0
  var source: UInt32 = absentCode
  var rhythmDays: Int?

  init() {}

  init(_ history: History) {
    events = history.count
    let rows = history.events.rows.prefix(history.count)
    guard let first = rows.first, let last = rows.last else { return }
    self.first = first.time
    self.last = last.time
    for row in rows {
      if let micros = row.value { value = value + Exact(micros: micros) }
      if source == absentCode { source = row.source }
    }
    let today = history.frame.day.number
    days30d = history.activeDays.count { today - $0.number < 30 }
    rhythmDays = history.rhythmDays
  }
}

/// The summaries of all users at one moment, with the parts of the stage rules that no decision
/// changes: made once, shared by all engines that differ in decisions alone.
struct Digest: Sendable {
  var summaries: [UserSummary]
  /// For each atom of the rules, by user.
  var atoms: [[Bool]]
  /// The rules with their atoms taken out.
  var rules: StageRules
  var totals: Totals

  init(world: World, frames: Frames, frame: Frame) throws(Cancelled) {
    var conditions: [Condition] = []
    rules = world.rules.split(into: &conditions)
    let users = world.snapshot.userCount
    summaries = Array(repeating: UserSummary(), count: users)
    atoms = conditions.map { _ in Array(repeating: false, count: users) }
    totals = Totals(users: 0, events: 0)
    var evaluator = RowEvaluator(world: world, frames: frames, columns: [])
    for user in 0..<users {
      try stopIfCancelled(at: user)
      let history = evaluator.history(of: user, frame)
      guard history.count > 0 else { continue }
      totals.users += 1
      totals.events += history.count
      summaries[user] = UserSummary(history)
      for (index, condition) in conditions.enumerated() {
        atoms[index][user] = try evaluator.holds(condition, user, frame)
      }
    }
  }

  func standings(
    world: World, frames: Frames, frame: Frame
  ) throws(Cancelled) -> [Standing] {
    var evaluator = RowEvaluator(world: world, frames: frames, columns: [])
    evaluator.atoms = atoms
    let elsewhere = Standing(stage: world.rules.otherStage, band: nil)
    var standings = Array(repeating: elsewhere, count: summaries.count)
    for user in summaries.indices where summaries[user].events > 0 {
      try stopIfCancelled(at: user)
      standings[user] = try evaluator.standing(user, frame, rules)
    }
    return standings
  }
}
