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
