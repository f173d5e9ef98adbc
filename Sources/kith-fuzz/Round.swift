import KithSegments
import KithStore
import KithSystem

/// How much was compared.
struct Tally {
  var stores = 0
  /// Expressions that both answered, as of one moment each.
  var comparisons = 0
  /// Those of them that hold for some users and not for others.
  var parting = 0
  /// Expressions that neither understood.
  var refused = 0
}

/// One random store, asked as of several moments, with random expressions at each.
struct Round {
  let seed: UInt64
  var fault: Fault?
  private static let moments = 4
  private static let expressions = 28

  /// - Throws: ``Finding`` at the first difference.
  func run(_ tally: inout Tally) throws {
    var chance = Chance(seed: seed)
    // Now and then a store with enough users for what works on many at once.
    let isLarge = fault == nil && seed % 50 == 0
    let users = isLarge ? chance.within(2_000...5_000) : chance.within(1...40)
    let sample = try Sample(&chance, users: users, eventsEach: isLarge ? 6 : 16)
    let stage = try Stage(sample, fault: fault)
    tally.stores += 1
    var clock = SampleClock(zone: sample.zone, middle: sample.middle)
    for _ in 0..<(isLarge ? 1 : Round.moments) {
      let ask = Ask(
        instant: clock.moment(&chance, horizon: sample.horizon),
        hidesDecisions: chance.isOne(in: 2), way: chance.pick(Ask.Way.allCases))
      try run(stage, ask, &chance, &tally)
    }
  }

  private func run(
    _ stage: Stage, _ ask: Ask, _ chance: inout Chance, _ tally: inout Tally
  ) throws {
    func finding(_ difference: String, _ draft: Draft?, _ plan: PagePlan) -> Finding {
      Finding(
        sample: stage.sample, ask: ask, draft: draft, plan: plan, fault: fault,
        difference: difference)
    }
    let trial = try stage.trial(ask)
    // A planted fault is to be found by what expressions answer.
    if fault == nil, let difference = try trial.difference() {
      throw finding(difference, nil, PagePlan())
    }
    var expressions = RandomExpression(
      PlainSnapshot(stage.sample), day: stage.sample.middle,
      stages: (trial.engine.stageNames, stage.sample.bands))
    expressions.segments = stage.sample.segments.keys.sorted()
    for _ in 0..<Round.expressions {
      let draft = expressions.condition(&chance, depth: chance.within(0...4))
      let plan = PagePlan(
        stage: chance.isOne(in: 3) ? chance.pick(trial.engine.stageNames) : nil,
        sort: Sort(chance.pick(Sort.Key.allCases), descending: chance.isOne(in: 2)),
        offset: chance.isOne(in: 2) ? chance.within(0...12) : 0,
        limit: fault != nil ? 0 : chance.isOne(in: 2) ? chance.within(0...12) : .max)
      switch try trial.answer(draft.text, plan) {
      case .same(let users):
        tally.comparisons += 1
        if users > 0, users < trial.twin.rows.count { tally.parting += 1 }
      case .refused: tally.refused += 1
      case .differs(let difference): throw finding(difference, draft, plan)
      }
    }
  }
}

extension Sample {
  var horizon: Instant { events.map(\.time).max() ?? Instant(milliseconds: 0) }

  /// The day that the times of the store are around.
  var middle: Day { zone.day(of: horizon).advanced(by: -5) }

  /// Names that a band may be compared with.
  var bands: [String] {
    yaml.contains("\nbands:")
      ? ["near", "far", "新"] : ["new", "tried", "lost", "weekly", "steady"]
  }
}
