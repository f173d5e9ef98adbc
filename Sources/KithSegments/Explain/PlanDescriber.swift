import KithStore
import KithSystem

/// Words for the steps of a plan.
struct PlanDescriber {
  private let scope: Scope
  private let texts: [Condition: String]
  private let estimator: Estimator

  init(_ scope: Scope, _ texts: [Condition: String]) {
    self.scope = scope
    self.texts = texts
    estimator = Estimator(scope)
  }

  func described(_ step: Step) -> QueryPlan.Step {
    var made = QueryPlan.Step(
      kind: .clause, clause: "", reads: "", cost: Int(min(step.cost, 1e18)),
      keeps: step.share)
    switch step {
    case .constant(let value):
      made.kind = .constant
      made.clause = "\(value)"
      made.reads = "nothing"
    case .not(let part):
      made.kind = .not
      made.clause = "not"
      made.parts = [described(part)]
    case .all(let parts):
      made.kind = .all
      made.clause = "all of"
      made.parts = parts.map(described)
    case .either(let parts):
      made.kind = .any
      made.clause = "any of"
      made.parts = parts.map(described)
    case .leaf(let leaf):
      made.clause = texts[leaf.condition] ?? "?"
      made.reads = reads(leaf)
      made.isShared = leaf.quantities.contains { $0.isShared }
      if case .was(let step, let earlier) = leaf.kind {
        made.parts = [PlanDescriber(earlier, texts).described(step)]
      }
    }
    return made
  }

  private func reads(_ leaf: Leaf) -> String {
    switch leaf.kind {
    case .listedDay, .resurrected: return "days of each user"
    case .source: return "the first source of each user"
    case .stage, .band:
      return scope.hasStandings ? "the stage of each user" : "the rules of kith.yaml"
    case .codes: return "a value of each user"
    case .members: return "a set of users"
    case .score: return "a score of each user, worked out for all together"
    case .was(_, let earlier): return "as of \(earlier.frame.instant.rfc3339)"
    case .twin: return "all events of each user, one by one"
    case .top(let quantity, _): return reads(quantity) + ", first of everyone"
    case .quantity(let quantity, _): return reads(quantity)
    case .compare(let left, _, _, let right):
      let (one, two) = (reads(left), reads(right))
      return one == two ? one : one + "; " + two
    case .did(let rows), .average(let rows, _, _): return reads(rows)
    case .sequence(let steps, _, _):
      let rare = steps.filter { $0.postings != nil }
      if rare.isEmpty { return reads(steps[0]) }
      let slices = steps[0].postings == nil ? "events of" : "events after the first step of"
      let postings = rare.reduce(0) { $0 + $1.baseRows }
      return "\(grouped(postings)) postings, then \(slices) the users in them"
    }
  }

  private func reads(_ quantity: Quantity) -> String {
    if let rows = quantity.rows { return reads(rows) }
    switch quantity.kind {
    case .listedDays, .listedWeeks, .daysSinceFirst, .daysSinceLast, .rhythm:
      return "days of each user"
    case .elapsed(let inner), .daysSince(let inner), .shared(let inner, _): return reads(inner)
    case .absent, .zero: return "nothing"
    case .firstFact: return "the first time of each user"
    case .lastFact: return "the last time of each user"
    case .countFact: return "where the rows of each user begin"
    case .sumFact: return "the sum of each user"
    default: return "all events of each user, one by one"
    }
  }

  private func reads(_ rows: RowChoice) -> String {
    let filtered = rows.filters.isEmpty ? "" : ", properties of those that match"
    if rows.postings != nil { return "\(grouped(rows.baseRows)) postings" + filtered }
    if rows.isWhole { return "\(grouped(rows.baseRows)) events" + filtered }
    let share = estimator.reach(rows).rows
    let some = grouped(Int(Double(rows.baseRows) * share))
    return "the last time of each user, then some \(some) of \(grouped(rows.baseRows)) events"
      + filtered
  }
}

/// Digits in groups of three.
private func grouped(_ number: Int) -> String {
  var text = ""
  for (place, digit) in String(number).reversed().enumerated() {
    if place > 0, place % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return String(text.reversed())
}

extension QueryPlan.Step {
  /// The steps of the tree.
  var count: Int { parts.reduce(1) { $0 + $1.count } }
}

extension Leaf {
  /// The quantities that are compared.
  fileprivate var quantities: [Quantity] {
    switch kind {
    case .quantity(let quantity, _), .top(let quantity, _): [quantity]
    case .compare(let left, _, _, let right): [left, right]
    default: []
    }
  }

  /// The choices of rows that are read.
  var rows: [RowChoice] {
    switch kind {
    case .did(let rows), .average(let rows, _, _): [rows]
    case .sequence(let steps, _, _): steps
    default: quantities.compactMap(\.rows)
    }
  }
}

extension Quantity {
  fileprivate var isShared: Bool {
    switch kind {
    case .shared: true
    case .elapsed(let inner), .daysSince(let inner): inner.isShared
    default: false
    }
  }

  fileprivate var rows: RowChoice? {
    switch kind {
    case .count(let rows), .days(let rows), .weeks(let rows), .sum(let rows, _),
      .extreme(let rows, _, _), .distinct(let rows, _), .firstTime(let rows), .lastTime(let rows):
      rows
    case .shared(let inner, _), .elapsed(let inner), .daysSince(let inner): inner.rows
    default: nil
    }
  }
}
