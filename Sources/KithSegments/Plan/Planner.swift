import KithStore
import KithSystem

/// Turns bound expressions into plans for one moment: the cheapest source that answers each measure,
/// and first the parts that drop the most users for what they cost.
struct Planner {
  let scope: Scope
  /// A number for each measure that stands more than once in what is planned together.
  private let shared: SharedMeasures
  private let estimator: Estimator
  private var columns: Columns { scope.columns }
  private var times: Times { scope.times }

  /// How many `was` stand around what is planned: far within, parts are ordered by cost alone.
  private let depth: Int
  private static let deepestTried = 3

  /// - Parameter conditions: what is planned together, so that a measure is worked out once for all.
  init(_ scope: Scope, sharedBy conditions: [Condition] = [], depth: Int = 0) {
    self.scope = scope
    self.depth = depth
    shared = SharedMeasures(conditions)
    estimator = Estimator(scope)
  }

  /// The plan of a condition. Its parts are tried on a few users one after the other, not where they
  /// stand, since they may stand deep.
  func step(_ condition: Condition) -> Step {
    let step = built(condition)
    if depth == 0, case .leaf = step { return step }
    var leaves: [Leaf] = []
    step.collect(&leaves)
    let shares = leaves.map { depth > Planner.deepestTried ? $0.share : estimator.share($0) }
    var next = 0
    return ordered(step, shares, &next)
  }

  private func built(_ condition: Condition, isNegated: Bool = false) -> Step {
    let parts = PlanParts(condition, isNegated: isNegated)
    if let settled = parts.settled { return .constant(settled) }
    var steps: [Step] = []
    for part in parts.all {
      let step = part.isGroup ? built(part.condition, isNegated: part.isNegated) : planned(part)
      guard case .constant(let value) = step else {
        steps.append(step)
        continue
      }
      if value != parts.isAll { return .constant(value) }
    }
    guard steps.count > 1 else { return steps.first ?? .constant(parts.isAll) }
    return parts.isAll ? .all(steps) : .either(steps)
  }

  private func planned(_ part: PlanParts.Part) -> Step {
    let step =
      columns.hasPlainDays ? planned(part.condition) ?? twin(part.condition) : twin(part.condition)
    guard part.isNegated else { return step }
    if case .constant(let value) = step { return .constant(!value) }
    return .not(step)
  }

  private func twin(_ condition: Condition) -> Step {
    .leaf(Leaf(kind: .twin(condition), condition: condition, cost: cost(rows: nil) * 50))
  }

  /// Parts in ascending order of what each costs for each user whom it settles: drops where all must hold,
  /// finds where one is enough. So they cost least in all.
  private func ordered(_ step: Step, _ shares: [Double], _ next: inout Int) -> Step {
    switch step {
    case .constant: return step
    case .not(let part): return .not(ordered(part, shares, &next))
    case .leaf(var leaf):
      leaf.share = shares[next]
      next += 1
      return .leaf(leaf)
    case .all(let parts): return .all(ranked(parts, shares, &next) { 1 - $0 })
    case .either(let parts): return .either(ranked(parts, shares, &next) { $0 })
    }
  }

  private func ranked(
    _ parts: [Step], _ shares: [Double], _ next: inout Int, settled: (Double) -> Double
  ) -> [Step] {
    var ranked: [(rank: Double, place: Int, part: Step)] = []
    for (place, part) in parts.enumerated() {
      let part = ordered(part, shares, &next)
      ranked.append((part.cost / max(settled(part.share), 0.001), place, part))
    }
    return ranked.sorted { ($0.rank, $0.place) < ($1.rank, $1.place) }.map(\.part)
  }

  /// What reading rows costs: 16 bytes for each posting; else a code for each row in the window, and
  /// where there is a window, when each user was last seen, and for each who has rows there a leap to
  /// them, which costs as much as reading on for a while.
  private func cost(rows: RowChoice?) -> Double {
    guard let rows else { return Double(columns.snapshot.eventCount) * 2 }
    if rows.postings != nil { return Double(rows.baseRows) * 16 }
    let reach = estimator.reach(rows)
    let read = Double(rows.baseRows) * reach.rows * (rows.filters.isEmpty ? 1 : 4)
    if rows.isWhole { return read }
    // From the first row on there is no leap, but a look for the last one.
    return read + perUser * (1 + reach.users * (rows.isOpenBelow || scope.isNarrow ? 8 : 64))
  }

  /// What a sequence costs: the postings of its rare steps; then the events of everyone, or a few after
  /// each first step where that is rare, or those of the users in the shortest postings.
  private func cost(_ steps: [RowChoice]) -> Double {
    let rare = steps.filter { $0.postings != nil }.map { Double($0.baseRows) }
    let all = Double(columns.snapshot.eventCount) * 2
    guard let fewest = rare.min() else { return all }
    let users = max(1, Double(columns.users.count))
    let walked = steps[0].postings == nil ? all * min(1, fewest / users) : fewest * 64
    return rare.reduce(0, +) * 16 + min(all, walked)
  }

  private var perUser: Double { Double(columns.users.count) * 8 }

  private func leaf(_ kind: Leaf.Kind, _ condition: Condition, _ cost: Double) -> Step {
    .leaf(Leaf(kind: kind, condition: condition, cost: cost))
  }

  /// nil where no kernel is made for it.
  private func planned(_ condition: Condition) -> Step? {
    switch condition {
    case .test(let measured, let test): return planned(measured, test, condition)
    case .holds(let measured): return held(measured, condition)
    case .compare(let left, let comparison, let factor, let right):
      guard let (left, right) = pair(left, right) else { return nil }
      return leaf(
        .compare(left, comparison, factor: factor, right), condition, cost(left) + cost(right))
    default: return nil
    }
  }

  private func held(_ measured: Measured, _ condition: Condition) -> Step? {
    switch measured {
    case .unknown: return .constant(false)
    // What is looked up for everyone at once is asked of a few one by one; nobody has to be asked about a
    // tag that nobody carries.
    case .tag(let tag) where scope.isNarrow && !scope.frame.decisions.isCarried(tag.string):
      return .constant(false)
    case .tag, .received, .returned, .attribute: if scope.isNarrow { return nil }
    default: break
    }
    switch measured {
    case .did(let selection):
      // Whoever is asked about has an event.
      if isEverything(selection), !scope.isNarrow { return .constant(true) }
      if let (own, window) = listed(selection), let days = times.days(window) {
        return leaf(.listedDay(own: own, days), condition, perUser * 2)
      }
      guard let rows = rows(selection) else { return .constant(false) }
      return leaf(.did(rows), condition, cost(rows: rows))
    case .sequence(let steps, let longest):
      var choices: [RowChoice] = []
      for step in steps {
        guard let rows = rows(step) else { return .constant(false) }
        choices.append(rows)
      }
      guard choices.count <= StepTable.mostSteps else { return nil }
      let table = StepTable(choices, columns)
      return leaf(.sequence(choices, table, longest: longest), condition, cost(choices))
    case .resurrected(let gap, let window):
      guard times.days(window) != nil, hasDays else { return nil }
      return leaf(.resurrected(gapDays: gap, window), condition, perUser * 3)
    case .top(let share, let measure):
      guard let quantity = quantity(measure) else { return nil }
      return leaf(
        .top(quantity, TopKey(share: share, measure: measure)), condition, cost(quantity) * 2)
    case .was(let inner, let duration):
      let earlier = scope.earlier(by: duration)
      let step = Planner(earlier, depth: depth + 1).step(inner)
      return leaf(.was(step, earlier), condition, perUser + step.cost)
    case .tag(let tag): return members(scope.tagged(tag), condition)
    case .received(let campaign, let window):
      return members(scope.received(campaign, window), condition)
    case .returned(let campaign): return members(scope.returned(campaign), condition)
    case .attribute(let index, .boolean):
      let column = columns.snapshot.attributes[index]
      let codes = table(column.values.count) { column.values[$0] == "true" }
      return coded(codes, condition, perUser / 2) { .codes(scope.attribute(index), codes) }
    default: return nil
    }
  }

  private func planned(_ measured: Measured, _ test: Test, _ condition: Condition) -> Step? {
    switch measured {
    case .unknown: return .constant(false)
    case .owner where scope.isNarrow, .attribute where scope.isNarrow: return nil
    case .source where columns.index?.sources != nil:
      let names = columns.snapshot.sources
      let codes = table(names.count) { test.holds(.text(names[$0])) }
      return coded(codes, condition, perUser / 2) { .source(codes) }
    case .stage:
      let names = scope.world.schema.stageNames
      let codes = table(names.count) { test.holds(.text(names[Int($0)])) }
      // Every user is in one.
      if !codes.contains(false) { return .constant(true) }
      return coded(codes, condition, stageCost) { .stage(codes) }
    case .band:
      let names = scope.world.schema.bandNames
      let codes = table(names.count) { test.holds(.text(names[Int($0)])) }
      return coded(codes, condition, stageCost) { .band(codes) }
    case .owner:
      let (owners, names) = scope.owners
      let codes = table(names.count) { test.holds(.text(names[Int($0)])) }
      return coded(codes, condition, perUser / 2) { .codes(owners, codes) }
    case .attribute(let index, _):
      let column = columns.snapshot.attributes[index]
      let codes = table(column.values.count) { test.holds(column.datum($0)) }
      return coded(codes, condition, perUser / 2) { .codes(scope.attribute(index), codes) }
    case .score(let measure):
      return leaf(.score(measure, test), condition, cost(rows: nil) * 4)
    case .aggregate(.average, let property, let selection):
      guard let rows = rows(selection) else { return .constant(false) }
      guard let numbers = PropertyNumbers(property, columns) else { return nil }
      return leaf(.average(rows, numbers, AverageTest(test: test)), condition, cost(rows: rows))
    default:
      guard let (quantity, numberTest) = compared(measured, test) else { return nil }
      if case .absent = quantity.kind { return .constant(false) }
      if let settled = quantity.range.flatMap(numberTest.verdict) { return .constant(settled) }
      return leaf(.quantity(quantity, numberTest), condition, cost(quantity))
    }
  }

  private var stageCost: Double { scope.hasStandings ? perUser / 4 : perUser * 6 }

  private func members(_ users: UserSet, _ condition: Condition) -> Step {
    users.isEmpty ? .constant(false) : leaf(.members(users), condition, perUser / 64)
  }

  /// A test of a code: nobody passes where no code does.
  private func coded(
    _ codes: [Bool], _ condition: Condition, _ cost: Double, _ kind: () -> Leaf.Kind
  ) -> Step {
    codes.contains(true) ? leaf(kind(), condition, cost) : .constant(false)
  }

  private func table(_ count: Int, _ holds: (UInt32) -> Bool) -> [Bool] {
    (0..<count).map { holds(UInt32($0)) }
  }

  /// A measure as numbers, and the test in their unit.
  private func compared(_ measured: Measured, _ test: Test) -> (Quantity, NumberTest)? {
    if case .compare(let comparison, .duration(let duration)) = test {
      let inDays = duration.isCalendar
      guard let quantity = length(measured, inDays: inDays) else { return nil }
      let constant = Int128(inDays ? Int64(duration.days) : duration.milliseconds)
      return (quantity, NumberTest(comparison, constant, unit: 1))
    }
    guard let quantity = quantity(measured) else { return nil }
    switch quantity.meaning {
    case .time:
      guard case .compare(let comparison, .date(let day)) = test else { return nil }
      return (quantity, NumberTest(comparison, day, times.zone))
    case .number: return NumberTest(test, unit: quantity.unit).map { (quantity, $0) }
    case .days, .milliseconds: return nil
    }
  }

  /// Two measures that compare, in one unit.
  private func pair(_ left: Measured, _ right: Measured) -> (Quantity, Quantity)? {
    if left.kind == .duration, right.kind == .duration {
      let inDays = left == .rhythm || right == .rhythm
      guard let one = length(left, inDays: inDays), let two = length(right, inDays: inDays) else {
        return nil
      }
      return (one, two)
    }
    guard let one = quantity(left), let two = quantity(right), one.meaning == two.meaning,
      one.meaning == .number || one.meaning == .time
    else { return nil }
    return (one, two)
  }
}

extension Planner {
  private func rows(_ selection: Selection) -> RowChoice? { RowChoice(selection, columns, times) }

  /// Whether the lists of days answer for a selection: those of the user's own doing, or of any event.
  private func listed(_ selection: Selection) -> (own: Bool, window: Window)? {
    guard selection.filters.isEmpty else { return nil }
    if case .exact = selection.window { return nil }
    let own: Bool
    switch selection.which {
    case .any: own = false
    case .activity: own = true
    default: return nil
    }
    // Asked for last, since it may have to be opened.
    return hasKeptDays ? (own, selection.window) : nil
  }

  /// Whether each user's days are known; of a few users their rows tell.
  private var hasDays: Bool { scope.isNarrow || columns.days != nil }
  private var hasKeptDays: Bool { scope.isNarrow || columns.keptDays != nil }

  private func isEverything(_ selection: Selection) -> Bool {
    guard selection.filters.isEmpty, selection.window == .all else { return false }
    return switch selection.which {
    case .any: true
    case .activity: !columns.isSystem.contains(true)
    default: false
    }
  }

  /// A measure as numbers of its own unit; nil where no kernel is made for it.
  func quantity(_ measured: Measured) -> Quantity? {
    guard let quantity = ownQuantity(measured), let number = shared.number(of: measured),
      cost(quantity) > perUser
    else { return ownQuantity(measured) }
    return Quantity(.shared(quantity, number), quantity.meaning, unit: quantity.unit)
  }

  private func ownQuantity(_ measured: Measured) -> Quantity? {
    switch measured {
    case .unknown: return Quantity(.absent)
    case .count(let selection):
      if isEverything(selection), !scope.isNarrow, times.seesAll || columns.index != nil {
        return Quantity(.countFact)
      }
      return Quantity(rows(selection).map { .count($0) } ?? .zero)
    case .days(let selection):
      if let (own, window) = listed(selection), let days = times.days(window) {
        return Quantity(.listedDays(own: own, days))
      }
      return Quantity(rows(selection).map { .days($0) } ?? .zero)
    case .weeks(let selection):
      if let (own, window) = listed(selection), let days = times.days(window) {
        return Quantity(.listedWeeks(own: own, days))
      }
      return Quantity(rows(selection).map { .weeks($0) } ?? .zero)
    case .first(let selection):
      if isEverything(selection), columns.index != nil {
        return Quantity(.firstFact, .time)
      }
      return Quantity(rows(selection).map { .firstTime($0) } ?? .absent, .time)
    case .last(let selection):
      if isEverything(selection), times.seesAll, columns.index != nil {
        return Quantity(.lastFact, .time)
      }
      return Quantity(rows(selection).map { .lastTime($0) } ?? .absent, .time)
    case .aggregate(let aggregate, let property, let selection):
      return self.aggregate(aggregate, property, selection)
    default: return nil
    }
  }

  private func aggregate(
    _ aggregate: Aggregate, _ property: Property, _ selection: Selection
  ) -> Quantity? {
    if aggregate == .sum, property == .value, isEverything(selection),
      columns.index?.hasSums ?? false
    {
      return Quantity(.sumFact, unit: Unit.micros)
    }
    if property == .unknown {
      return Quantity(aggregate == .sum || aggregate == .distinct ? .zero : .absent)
    }
    guard let rows = rows(selection) else {
      return Quantity(aggregate == .sum || aggregate == .distinct ? .zero : .absent)
    }
    if aggregate == .distinct {
      return PropertyCodes(property, columns).map { Quantity(.distinct(rows, $0)) }
    }
    guard let numbers = PropertyNumbers(property, columns) else { return nil }
    switch aggregate {
    case .sum: return Quantity(.sum(rows, numbers), unit: Unit.micros)
    case .min, .max:
      return Quantity(.extreme(rows, numbers, largest: aggregate == .max), unit: Unit.micros)
    case .average, .distinct: return nil
    }
  }

  /// How long ago, or a gap: in days, or exactly.
  func length(_ measured: Measured, inDays: Bool) -> Quantity? {
    switch measured {
    case .rhythm:
      return inDays && hasDays ? Quantity(.rhythm, .days) : nil
    case .age:
      if inDays, hasKeptDays { return Quantity(.daysSinceFirst(own: false), .days) }
      return quantity(.first(Selection(.any))).map { since($0, inDays) }
    case .since(let selection):
      if inDays, let (own, window) = listed(selection), window == .all {
        return Quantity(.daysSinceLast(own: own), .days)
      }
      return quantity(.last(selection)).map { since($0, inDays) }
    default: return nil
    }
  }

  private func since(_ time: Quantity, _ inDays: Bool) -> Quantity {
    if case .absent = time.kind { return Quantity(.absent, inDays ? .days : .milliseconds) }
    return inDays
      ? Quantity(.daysSince(time), .days) : Quantity(.elapsed(time), .milliseconds)
  }

  func cost(_ quantity: Quantity) -> Double {
    switch quantity.kind {
    case .absent, .zero: 0
    case .count(let rows), .days(let rows), .weeks(let rows), .firstTime(let rows),
      .lastTime(let rows), .sum(let rows, _), .extreme(let rows, _, _), .distinct(let rows, _):
      cost(rows: rows)
    case .elapsed(let inner), .daysSince(let inner), .shared(let inner, _): cost(inner)
    case .listedDays, .listedWeeks: perUser * 2
    case .daysSinceFirst, .daysSinceLast: perUser * 1.5
    case .rhythm: perUser * 8
    case .firstFact, .lastFact, .countFact, .sumFact: perUser
    }
  }
}
