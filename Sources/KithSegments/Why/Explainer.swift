import KithStore
import KithSystem

/// Walks a tree and what was bound of it side by side, for one user, and notes at each part whether it
/// holds and by which events. It goes by the row-by-row evaluator: one user is quickly looked through.
struct Explainer {
  let world: World
  let frames: Frames
  let user: Int
  private var evaluator: RowEvaluator
  /// The most events that a clause shows.
  private static let mostEvents = 100

  init(world: World, frames: Frames, user: Int) {
    self.world = world
    self.frames = frames
    self.user = user
    evaluator = RowEvaluator(
      world: world, frames: frames, columns: Set(world.snapshot.properties.indices))
  }

  mutating func isUser(at frame: Frame) -> Bool { evaluator.history(of: user, frame).count > 0 }

  /// An expression as the clauses that have to hold together.
  mutating func clauses(of source: SourceText, _ frame: Frame) throws(Cancelled) -> [Clause] {
    guard let (tree, condition) = read(source) else { return [] }
    let clause = try clause(tree, condition, frame)
    return clause.kind == .and ? clause.clauses : [clause]
  }

  /// The rules for the stage, then those for the band, each up to the first that holds.
  mutating func standing(_ frame: Frame) throws(Cancelled) -> (clauses: [Clause], name: String) {
    let standing = try evaluator.standing(user, frame)
    let stage = world.schema.stageNames[standing.stage]
    var clauses = try rules(world.schema.stageRules, frame)
    clauses += try rules(world.schema.bandRules(of: stage), frame)
    let band = standing.band.map { " and band = \(world.schema.bandNames[$0].nameText)" } ?? ""
    return (clauses, "stage = \(stage.nameText)" + band)
  }

  private mutating func rules(_ rules: [Rule], _ frame: Frame) throws(Cancelled) -> [Clause] {
    var clauses: [Clause] = []
    for rule in rules {
      let inner = try self.clauses(of: rule.expression, frame)
      let holds = inner.allSatisfy(\.holds)
      clauses.append(Clause(kind: .rule, text: rule.name, holds: holds, clauses: inner))
      if holds { break }
    }
    return clauses
  }

  /// nil for what no longer can be read: the engine was made of what could.
  private func read(_ source: SourceText) -> (Syntax, Condition)? {
    guard let tree = try? Parser.parse(source.text),
      let program = try? Binder.bind(source, schema: world.schema)
    else { return nil }
    return (tree, program.condition)
  }

  private mutating func clause(
    _ tree: Syntax, _ condition: Condition, _ frame: Frame
  ) throws(Cancelled) -> Clause {
    let holds = try evaluator.holds(condition, user, frame)
    let text = Formatter.text(tree)
    switch (tree, condition) {
    case (.and(let trees), .all(let parts)):
      return Clause(kind: .and, text: text, holds: holds, clauses: try clauses(trees, parts, frame))
    case (.or(let trees), .either(let parts)):
      return Clause(kind: .or, text: text, holds: holds, clauses: try clauses(trees, parts, frame))
    case (.not(let tree), .not(let part)):
      return Clause(
        kind: .not, text: text, holds: holds, clauses: [try clause(tree, part, frame)])
    case (.predicate(.measure(let call)), _) where call.measure == .in:
      return Clause(kind: .segment, text: text, holds: holds, clauses: try segment(call, frame))
    case (_, .test(let left, let test)):
      var clause = Clause(kind: .test, text: text, holds: holds)
      let value = try evaluator.value(left, user, frame)
      clause.value = value.shown(inDays: !test.isExact)
      clause.isAbsent = value.isAbsent && test != .present
      try add(evidence(for: [left], frame), to: &clause)
      if left == .stage || left == .band { clause.clauses = try standing(frame).clauses }
      return clause
    case (_, .compare(let left, _, let factor, let right)):
      var clause = Clause(kind: .test, text: text, holds: holds)
      let (value, other) = (
        try evaluator.value(left, user, frame), try evaluator.value(right, user, frame)
      )
      let inDays = value.isInDays || other.isInDays
      clause.value = value.shown(inDays: inDays)
      clause.isAbsent = value.isAbsent
      clause.against = other.shown(inDays: inDays).map { shown in
        factor.map { "\($0) * \(shown)" } ?? shown
      }
      try add(evidence(for: [left, right], frame), to: &clause)
      return clause
    case (_, .holds(let measured)): return try predicate(tree, measured, text, holds, frame)
    default: return Clause(kind: .test, text: text, holds: holds)
    }
  }

  private mutating func clauses(
    _ trees: [Syntax], _ parts: [Condition], _ frame: Frame
  ) throws(Cancelled) -> [Clause] {
    var clauses: [Clause] = []
    for (tree, part) in zip(trees, parts) { clauses.append(try clause(tree, part, frame)) }
    return clauses
  }

  private mutating func segment(
    _ call: Syntax.Call, _ frame: Frame
  ) throws(Cancelled) -> [Clause] {
    guard case .events(let events)? = call.arguments.first?.kind,
      let source = world.schema.segments[events.name]
    else { return [] }
    return try clauses(of: source, frame)
  }

  private mutating func predicate(
    _ tree: Syntax, _ measured: Measured, _ text: String, _ holds: Bool, _ frame: Frame
  ) throws(Cancelled) -> Clause {
    var clause = Clause(kind: .test, text: text, holds: holds)
    switch measured {
    case .was(let condition, let duration):
      let then = frames.frame(at: evaluator.instant(duration, before: frame))
      clause.kind = .was
      clause.asOf = then.instant
      if case .predicate(.measure(let call)) = tree,
        case .condition(let inner)? = call.arguments.first?.kind
      {
        clause.clauses = [try self.clause(inner, condition, then)]
      }
    case .top(let share, let measure):
      clause.value = try evaluator.value(measure, user, frame).shown(inDays: true)
      let border = try evaluator.border(of: TopKey(share: share, measure: measure), frame)
      clause.against = border.map { Datum.number($0) }?.shown(inDays: true)
      try add(evidence(for: [measure], frame), to: &clause)
    default: try add(evidence(for: [measured], frame), to: &clause)
    }
    return clause
  }

  private mutating func evidence(
    for measured: [Measured], _ frame: Frame
  ) throws(Cancelled) -> [TimelineEntry] {
    let history = evaluator.history(of: user, frame)
    let places = Set(measured.flatMap { history.evidence(for: $0) }).sorted()
    return places.map { history.entry($0) }
      + measured.flatMap { evaluator.deliveries(for: $0, user, frame) }
  }

  private func add(_ events: [TimelineEntry], to clause: inout Clause) {
    clause.eventCount = events.count
    clause.events = Array(events.suffix(Explainer.mostEvents))
  }
}

extension Test {
  /// Whether it compares with hours or minutes.
  fileprivate var isExact: Bool {
    let constants: [Constant] =
      switch self {
      case .compare(_, let constant): [constant]
      case .member(_, let constants): constants
      case .contains, .present: []
      }
    return constants.contains { constant in
      if case .duration(let duration) = constant { !duration.isCalendar } else { false }
    }
  }
}
