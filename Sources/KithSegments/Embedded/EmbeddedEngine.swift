public import KithStore
public import KithSystem
import Synchronization

/// The engine of one process: it answers from the runs of one snapshot, at one moment.
///
/// A value that can be asked from any thread. What it works out (stages, members of a segment) is made
/// on first use and kept; a cancelled question keeps nothing and may be asked again.
public struct EmbeddedEngine: Engine {
  public let moment: Moment
  /// Who is proposed for a stage, by the `suggest` rules of kith.yaml, in file order.
  public let suggestions: [Suggestion]
  let world: World
  let frame: Frame
  let frames: Frames
  let scope: Scope
  /// For questions about a few users.
  let narrow: Scope
  private let decisionsAt: (@Sendable (Instant) -> Decisions)?
  let members = Members()
  let asked = AskedUser()

  /// An engine over one snapshot.
  ///
  /// - Parameters:
  ///   - decisions: the journal folded up to `moment.decisionsUntil`.
  ///   - decisionsAt: the journal folded up to an earlier instant, for `was(…)`; without it the
  ///     present decisions stand for all times.
  ///   - segments: the saved segments by name.
  ///   - received: what `received(…)` and `returned(…)` answer from.
  ///   - scores: what `rfm_r`, `p_alive` and their like answer from.
  /// - Throws: the first mistake in a rule of kith.yaml, with its line there.
  public init(
    snapshot: RunSnapshot, decisions: Decisions,
    decisionsAt: (@Sendable (Instant) -> Decisions)? = nil, settings: Settings,
    segments: [String: SourceText] = [:], moment: Moment,
    received deliveries: Deliveries = Deliveries(), scores: Scores = Scores()
  ) throws(SegmentError) {
    let schema = Schema(snapshot: snapshot, settings: settings, segments: segments)
    let world = World(
      snapshot: snapshot, schema: schema,
      rules: try StageRules(settings: settings, schema: schema), zone: moment.zone,
      weekStart: moment.weekStart, deliveries: deliveries, scores: scores)
    var suggestions: [Suggestion] = []
    for rule in settings.suggest {
      let program = try Binder.bind(rule.expression, schema: schema)
      let segment = Segment(source: rule.expression, program)
      suggestions.append(Suggestion(stage: rule.name, segment: segment))
    }
    self.init(
      world: world, suggestions: suggestions, moment: moment, decisions: decisions,
      decisionsAt: decisionsAt)
  }

  /// The same store and rules at another instant, with the decisions up to then. Segments of one are
  /// segments of the other. Cost: O(1) here, O(users) on the next question.
  public func moved(to instant: Instant) -> EmbeddedEngine {
    var moment = moment
    moment.instant = instant
    moment.decisionsUntil = instant
    return EmbeddedEngine(
      world: world, suggestions: suggestions, moment: moment,
      decisions: decisionsAt?(instant) ?? frame.decisions,
      decisionsAt: decisionsAt)
  }

  private init(
    world: World, suggestions: [Suggestion], moment: Moment, decisions: Decisions,
    decisionsAt: (@Sendable (Instant) -> Decisions)?
  ) {
    self.world = world
    self.suggestions = suggestions
    self.moment = moment
    self.decisionsAt = decisionsAt
    frame = Frame(
      instant: moment.instant, zone: moment.zone, decisions: decisions,
      decisionsUntil: moment.decisionsUntil)
    frames = Frames(world: world, current: frame, decisionsAt: decisionsAt ?? { _ in decisions })
    scope = Scope(world: world, frame: frame, frames: frames)
    narrow = Scope(world: world, frame: frame, frames: frames, narrowing: scope)
  }

  /// The same engine after a decision: stages are derived anew. Cost: O(1) here,
  /// O(users) on the next question.
  public func replacing(
    decisions: Decisions, decisionsAt: (@Sendable (Instant) -> Decisions)? = nil
  ) -> EmbeddedEngine {
    EmbeddedEngine(
      world: world, suggestions: suggestions, moment: moment, decisions: decisions,
      decisionsAt: decisionsAt)
  }

  public var stageNames: [String] { world.schema.stageNames }

  /// All campaigns by name; nil where the engine was not told.
  public var campaigns: [String]? { world.deliveries.campaigns }

  /// Names in the rules of kith.yaml that the store has never seen, each at its first place. A store that has
  /// seen nothing at all gives none: rules are written before the first import.
  public var ruleWarnings: [Diagnostic] {
    guard world.snapshot.eventCount > 0 else { return [] }
    var warnings: [Diagnostic] = []
    for warning in world.rules.warnings + suggestions.flatMap(\.segment.warnings)
    where !warnings.contains(where: { $0.what == warning.what }) {
      warnings.append(warning)
    }
    return warnings
  }

  public var totals: Totals {
    if world.snapshot.horizon ?? moment.instant <= moment.instant, !world.hasPersons {
      return Totals(users: world.snapshot.userCount, events: world.snapshot.eventCount)
    }
    return (try? scope.totals()) ?? Totals(users: 0, events: 0)
  }

  public func segment(_ text: SourceText) throws(SegmentError) -> Segment {
    let passing = Passing(
      decisions: frame.decisions, campaigns: campaigns)
    let program = try Binder.bind(text, schema: world.schema, passing: passing)
    return Segment(source: text, program)
  }

  public func stages() throws(Cancelled) -> [StageCount] {
    let schema = world.schema
    // One more band for those without.
    let width = schema.bandNames.count + 1
    let bands = try scope.standingCounts(stages: schema.stageNames.count, bands: width)
    return schema.stageNames.indices.map { stage in
      var seen: Set<Int> = []
      var counts = world.rules.bands[stage].filter { seen.insert($0.name).inserted }
        .map {
          StageCount.Band(name: schema.bandNames[$0.name], users: bands[stage * width + $0.name])
        }
      let unbanded = bands[stage * width + width - 1]
      if !counts.isEmpty, unbanded > 0 { counts.append(.init(name: nil, users: unbanded)) }
      let users = bands[(stage * width)..<((stage + 1) * width)].reduce(0, +)
      return StageCount(stage: schema.stageNames[stage], users: users, bands: counts)
    }
  }
}

/// An expression that proposes users for a stage.
public struct Suggestion: Sendable {
  public let stage: String
  public let segment: Segment
}
