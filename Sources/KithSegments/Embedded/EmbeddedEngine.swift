public import KithStore
public import KithSystem
import Synchronization

/// The engine of one process: it answers from the runs of one snapshot, at one moment.
///
/// A value that can be asked from any thread. What it works out (summaries, stages, orders) is made on
/// first use and kept; a cancelled question keeps nothing and may be asked again.
public struct EmbeddedEngine: Engine {
  public let moment: Moment
  /// Who is proposed for a stage, by the `suggest` rules of kith.yaml, in file order.
  public let suggestions: [Suggestion]
  let world: World
  let frame: Frame
  let frames: Frames
  /// Shared by engines that differ in decisions alone.
  private let digests: Kept<Digest>
  private let standing = Kept<[Standing]>()
  private let decisionsAt: (@Sendable (Instant) -> Decisions)?
  let orders = Orders()

  /// An engine over one snapshot.
  ///
  /// - Parameters:
  ///   - decisions: the journal folded up to `moment.decisionsUntil`.
  ///   - decisionsAt: the journal folded up to an earlier instant, for `was(…)`; without it the
  ///     present decisions stand for all times.
  ///   - segments: the saved segments by name.
  ///   - received: what `received(…)` and `returned(…)` answer from.
  /// - Throws: the first mistake in a rule of kith.yaml, with its line there.
  public init(
    snapshot: Snapshot, decisions: Decisions,
    decisionsAt: (@Sendable (Instant) -> Decisions)? = nil, settings: Settings,
    segments: [String: SourceText] = [:], moment: Moment,
    received deliveries: Deliveries = Deliveries()
  ) throws(SegmentError) {
    let schema = Schema(snapshot: snapshot, settings: settings, segments: segments)
    let world = World(
      snapshot: snapshot, schema: schema,
      rules: try StageRules(settings: settings, schema: schema), zone: moment.zone,
      weekStart: moment.weekStart, deliveries: deliveries)
    var suggestions: [Suggestion] = []
    for rule in settings.suggest {
      let program = try Binder.bind(rule.expression, schema: schema)
      let segment = Segment(source: rule.expression, warnings: program.warnings, program: program)
      suggestions.append(Suggestion(stage: rule.name, segment: segment))
    }
    self.init(
      world: world, suggestions: suggestions, moment: moment, decisions: decisions,
      decisionsAt: decisionsAt,
      digests: Kept())
  }

  /// The same store and rules at another instant, with the decisions up to then. Segments of one are
  /// segments of the other. Cost: O(1) here, O(events) on the next question.
  public func moved(to instant: Instant) -> EmbeddedEngine {
    var moment = moment
    moment.instant = instant
    moment.decisionsUntil = instant
    return EmbeddedEngine(
      world: world, suggestions: suggestions, moment: moment,
      decisions: decisionsAt?(instant) ?? frame.decisions,
      decisionsAt: decisionsAt, digests: Kept())
  }

  private init(
    world: World, suggestions: [Suggestion], moment: Moment, decisions: Decisions,
    decisionsAt: (@Sendable (Instant) -> Decisions)?, digests: Kept<Digest>
  ) {
    self.world = world
    self.suggestions = suggestions
    self.moment = moment
    self.digests = digests
    self.decisionsAt = decisionsAt
    frame = Frame(
      instant: moment.instant, zone: moment.zone, decisions: decisions,
      decisionsUntil: moment.decisionsUntil)
    frames = Frames(world: world, current: frame, decisionsAt: decisionsAt ?? { _ in decisions })
  }

  /// The same engine after a decision: stages are derived anew, summaries are kept. Cost: O(1) here,
  /// O(users) on the next question.
  public func replacing(
    decisions: Decisions, decisionsAt: (@Sendable (Instant) -> Decisions)? = nil
  ) -> EmbeddedEngine {
    EmbeddedEngine(
      world: world, suggestions: suggestions, moment: moment, decisions: decisions,
      decisionsAt: decisionsAt,
      digests: digests)
  }

  public var stageNames: [String] { world.schema.stageNames }

  public var totals: Totals {
    if world.snapshot.horizon ?? moment.instant <= moment.instant {
      return Totals(users: world.snapshot.userCount, events: world.snapshot.eventCount)
    }
    return (try? digest().totals) ?? Totals(users: 0, events: 0)
  }

  public func segment(_ text: SourceText) throws(SegmentError) -> Segment {
    let program = try Binder.bind(text, schema: world.schema)
    return Segment(source: text, warnings: program.warnings, program: program)
  }

  func digest() throws(Cancelled) -> Digest {
    try digests.value { () throws(Cancelled) in
      try Digest(world: world, frames: frames, frame: frame)
    }
  }

  /// Where each user stands, by user number.
  func standings() throws(Cancelled) -> [Standing] {
    let digest = try digest()
    return try standing.value { () throws(Cancelled) in
      try digest.standings(world: world, frames: frames, frame: frame)
    }
  }

  public func stages() throws(Cancelled) -> [StageCount] {
    let digest = try digest()
    let standings = try standings()
    let schema = world.schema
    var users = Array(repeating: 0, count: schema.stageNames.count)
    var bands = users.map { _ in Array(repeating: 0, count: schema.bandNames.count) }
    var unbanded = users
    for (user, standing) in standings.enumerated() where digest.summaries[user].events > 0 {
      users[standing.stage] += 1
      if let band = standing.band {
        bands[standing.stage][band] += 1
      } else {
        unbanded[standing.stage] += 1
      }
    }
    return users.indices.map { stage in
      var seen: Set<Int> = []
      var counts = world.rules.bands[stage].filter { seen.insert($0.name).inserted }
        .map { StageCount.Band(name: schema.bandNames[$0.name], users: bands[stage][$0.name]) }
      if !counts.isEmpty, unbanded[stage] > 0 {
        counts.append(.init(name: nil, users: unbanded[stage]))
      }
      return StageCount(stage: schema.stageNames[stage], users: users[stage], bands: counts)
    }
  }
}

/// An expression that proposes users for a stage.
public struct Suggestion: Sendable {
  public let stage: String
  public let segment: Segment
}

/// A value that is made on first use. Two threads may make it at once; both then hold the first.
final class Kept<Value: Sendable>: Sendable {
  private let kept = Mutex<Value?>(nil)

  func value(_ make: () throws(Cancelled) -> Value) throws(Cancelled) -> Value {
    if let value = kept.withLock({ $0 }) { return value }
    let made = try make()
    return kept.withLock { value in
      if let value { return value }
      value = made
      return made
    }
  }
}
