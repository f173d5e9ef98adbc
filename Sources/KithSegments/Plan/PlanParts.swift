/// The parts of a condition that all have to hold, or of which one is enough: groups of the same kind in each
/// other are one, `not` stands before single parts alone, a part that stands twice counts once, and a part
/// beside its own opposite settles the whole.
struct PlanParts {
  struct Part {
    let condition: Condition
    let isNegated: Bool
    fileprivate let hash: Int

    /// Whether it has parts itself, of the other kind.
    var isGroup: Bool {
      switch condition {
      case .all, .either: true
      default: false
      }
    }
  }

  let isAll: Bool
  private(set) var all: [Part] = []
  /// What the whole comes to, where that is known without a look at anyone.
  private(set) var settled: Bool?

  /// - Parameter isNegated: whether `not` stands before it.
  init(_ condition: Condition, isNegated: Bool) {
    let (bare, isNegated) = PlanParts.bare(condition, isNegated)
    switch bare {
    case .either: isAll = isNegated
    default: isAll = !isNegated
    }
    collect(bare, isNegated)
  }

  private mutating func collect(_ condition: Condition, _ isNegated: Bool) {
    let (condition, isNegated) = PlanParts.bare(condition, isNegated)
    switch condition {
    case .constant(let value): if (value != isNegated) != isAll { settled = !isAll }
    case .all(let parts) where isAll != isNegated: for part in parts { collect(part, isNegated) }
    case .either(let parts) where isAll == isNegated: for part in parts { collect(part, isNegated) }
    default:
      let hash = condition.hashValue
      if let same = all.first(where: { $0.hash == hash && $0.condition == condition }) {
        if same.isNegated != isNegated { settled = !isAll }
      } else {
        all.append(Part(condition: condition, isNegated: isNegated, hash: hash))
      }
    }
  }

  /// Without `not` before it, and without the name of a saved segment around it.
  private static func bare(
    _ condition: Condition, _ isNegated: Bool
  ) -> (condition: Condition, isNegated: Bool) {
    var (condition, isNegated) = (condition, isNegated)
    while true {
      switch condition {
      case .not(let inner): (condition, isNegated) = (inner, !isNegated)
      case .holds(.condition(let inner)): condition = inner
      default: return (condition, isNegated)
      }
    }
  }
}
