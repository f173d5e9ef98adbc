/// What a condition depends on.
extension Condition {
  /// Whether an answer can change by a decision alone: a tag, an owner, a stage.
  var readsDecisions: Bool {
    switch self {
    case .constant: false
    case .not(let part): part.readsDecisions
    case .all(let parts), .either(let parts): parts.contains(where: \.readsDecisions)
    case .test(let left, _), .holds(let left): left.readsDecisions
    case .compare(let left, _, _, let right): left.readsDecisions || right.readsDecisions
    }
  }
}

extension Measured {
  var readsDecisions: Bool {
    switch self {
    case .tag, .owner, .stage, .band: true
    case .was(let condition, _), .condition(let condition): condition.readsDecisions
    case .top(_, let measure): measure.readsDecisions
    default: false
    }
  }
}

extension Condition {
  /// Whether it asks for the order of days, which is read from lists of days alone.
  var needsDays: Bool {
    switch self {
    case .constant: false
    case .not(let part): part.needsDays
    case .all(let parts), .either(let parts): parts.contains(where: \.needsDays)
    case .test(let left, _), .holds(let left): left.needsDays
    case .compare(let left, _, _, let right): left.needsDays || right.needsDays
    }
  }
}

extension Measured {
  fileprivate var needsDays: Bool {
    switch self {
    case .rhythm, .resurrected: true
    case .was(let condition, _), .condition(let condition): condition.needsDays
    default: false
    }
  }
}
