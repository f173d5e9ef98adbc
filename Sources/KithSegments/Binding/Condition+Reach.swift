/// What a condition depends on.
extension Condition {
  /// Whether an answer can change by a decision alone: a tag, an owner, a stage.
  var readsDecisions: Bool {
    switch self {
    case .constant, .atom: false
    case .not(let part): part.readsDecisions
    case .all(let parts), .either(let parts): parts.contains(where: \.readsDecisions)
    case .test(let left, _), .holds(let left): left.readsDecisions
    case .compare(let left, _, _, let right): left.readsDecisions || right.readsDecisions
    }
  }

  /// The same condition with its largest parts that no decision changes taken out as atoms: what is
  /// left can be asked again after each decision without looking at an event.
  func split(into atoms: inout [Condition]) -> Condition {
    switch self {
    case .constant, .atom: return self
    case _ where !readsDecisions:
      atoms.append(self)
      return .atom(atoms.count - 1)
    case .not(let part): return .not(part.split(into: &atoms))
    case .all(let parts): return .all(parts.map { $0.split(into: &atoms) })
    case .either(let parts): return .either(parts.map { $0.split(into: &atoms) })
    case .test, .compare, .holds: return self
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
