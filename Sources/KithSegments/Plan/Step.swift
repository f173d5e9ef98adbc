import KithStore
import KithSystem

/// One part of a plan: what tells of the users of a block who passes. Made for one moment.
indirect enum Step: Sendable {
  case constant(Bool)
  case not(Step)
  /// Cheapest first; each part looks only at those whom the parts before it left.
  case all([Step])
  case either([Step])
  case leaf(Leaf)
}

/// A part of a plan that looks at data.
struct Leaf: Sendable {
  indirect enum Kind: Sendable {
    case quantity(Quantity, NumberTest)
    /// The sum over the count, compared exactly.
    case average(RowChoice, PropertyNumbers, AverageTest)
    case compare(Quantity, Comparison, factor: Exact?, Quantity)
    case did(RowChoice)
    /// Any day of a range in the lists of days.
    case listedDay(own: Bool, ClosedRange<Int>)
    case resurrected(gapDays: Int, Window)
    case sequence([RowChoice], StepTable, longest: Int64)
    /// The code of the user's source, stage, band, owner or attribute passes.
    case source([Bool])
    case stage([Bool]), band([Bool])
    case codes(UserCodes, [Bool])
    case members(UserSet)
    /// A number that is worked out from all users together.
    case score(Scores.Measure, Test)
    case top(Quantity, TopKey)
    /// It held at an earlier moment, for those who were users then.
    case was(Step, Scope)
    /// Whatever no kernel is made for, user by user and row by row.
    case twin(Condition)
  }
  let kind: Kind
  /// As it was bound.
  let condition: Condition
  /// What it costs, in bytes to be read: a guess that orders the parts of a plan.
  let cost: Double
  /// Which share of the users it is expected to let pass, 0…1.
  var share = 0.5
}

extension Step {
  /// What all of it costs at most, in bytes to be read.
  var cost: Double {
    switch self {
    case .constant: 0
    case .not(let part): part.cost
    case .all(let parts), .either(let parts): parts.reduce(0) { $0 + $1.cost }
    case .leaf(let leaf): leaf.cost
    }
  }

  /// Which share of the users it is expected to let pass, as if its parts knew nothing of each other.
  var share: Double {
    switch self {
    case .constant(let value): value ? 1 : 0
    case .not(let part): 1 - part.share
    case .all(let parts): parts.reduce(1) { $0 * $1.share }
    case .either(let parts): 1 - parts.reduce(1) { $0 * (1 - $1.share) }
    case .leaf(let leaf): leaf.share
    }
  }

  /// Its parts that look at data, in order.
  func collect(_ leaves: inout [Leaf]) {
    switch self {
    case .constant: break
    case .not(let part): part.collect(&leaves)
    case .all(let parts), .either(let parts): for part in parts { part.collect(&leaves) }
    case .leaf(let leaf): leaves.append(leaf)
    }
  }
}

extension Condition {
  /// Visits every measure that is asked for at the moment itself, as often as it stands in a plan.
  func eachMeasure(isNegated: Bool = false, _ visit: (Measured) -> Void) {
    switch self {
    case .constant: break
    case .not, .all, .either:
      let parts = PlanParts(self, isNegated: isNegated)
      if parts.settled != nil { return }
      for part in parts.all { part.condition.eachMeasure(isNegated: part.isNegated, visit) }
    case .test(let measured, _), .holds(let measured): measured.eachMeasure(visit)
    case .compare(let left, _, _, let right):
      left.eachMeasure(visit)
      right.eachMeasure(visit)
    }
  }
}

extension Measured {
  fileprivate func eachMeasure(_ visit: (Measured) -> Void) {
    switch self {
    case .condition(let condition): condition.eachMeasure(visit)
    case .top(_, let measure): visit(measure)
    // `since` is read off the last time, `age` off the first.
    case .since(let selection): visit(.last(selection))
    case .age: visit(.first(Selection(.any)))
    default: visit(self)
    }
  }
}

/// A code for each user, dense.
final class UserCodes: Sendable {
  let codes: [UInt32]

  init(_ codes: [UInt32]) {
    self.codes = codes
  }
}

/// A test of a mean.
struct AverageTest: Sendable {
  let test: Test

  /// Whether a mean of millionths passes.
  func holds(sum: Int64, count: Int64) -> Bool {
    test.holds(.number(Ratio(Exact(micros: sum), over: Int(count))))
  }
}
