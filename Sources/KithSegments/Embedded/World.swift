import KithStore
import KithSystem
import Synchronization

/// Everything that answers depend on apart from the moment and the decisions.
final class World: Sendable {
  let snapshot: any Snapshot
  let schema: Schema
  let rules: StageRules
  let zone: Zone
  let weekStart: WeekStart
  let deliveries: Deliveries
  let scores: Scores
  let frequencies = Frequencies()
  private let runs: RunSnapshot?
  private let read = Mutex<Columns?>(nil)
  private let readNarrow = Mutex<Columns?>(nil)

  /// - Parameter snapshot: over runs where kernels are to read it; the twin reads any.
  init(
    snapshot: any Snapshot, schema: Schema, rules: StageRules, zone: Zone, weekStart: WeekStart,
    deliveries: Deliveries,
    scores: Scores = Scores()
  ) {
    self.snapshot = snapshot
    runs = snapshot as? RunSnapshot
    self.schema = schema
    self.rules = rules
    self.zone = zone
    self.weekStart = weekStart
    self.deliveries = deliveries
    self.scores = scores
  }

  /// Whether ids are joined, so that some numbers stand for nobody.
  var hasPersons: Bool { !(runs?.persons.isEmpty ?? true) }

  /// The columns that kernels read, opened when they are first asked for.
  var columns: Columns {
    read.withLock { columns in
      if let columns { return columns }
      let opened = Columns(runs ?? RunSnapshot.empty, zone: zone, isSystem: schema.isSystem)
      columns = opened
      return opened
    }
  }

  /// The columns for questions about a few users: without what is derived of everyone.
  var narrowColumns: Columns {
    readNarrow.withLock { columns in
      if let columns { return columns }
      let opened = Columns(
        narrow: runs ?? RunSnapshot.empty, zone: zone, isSystem: schema.isSystem)
      columns = opened
      return opened
    }
  }
}

/// What holds for all users at one moment: the decisions up to then, the border of each `top`, filled as
/// it is asked for.
final class Frame: Sendable {
  let instant: Instant
  let day: Day
  let decisions: Decisions
  /// Decisions and deliveries count up to this; nil: all of them, those after the instant too.
  let decisionsUntil: Instant?
  private let borders = Mutex<[TopKey: Ratio?]>([:])

  init(instant: Instant, zone: Zone, decisions: Decisions, decisionsUntil: Instant?) {
    self.instant = instant
    day = zone.day(of: instant)
    self.decisions = decisions
    self.decisionsUntil = decisionsUntil
  }

  func isTagged(_ tag: ByteText, user: Int, in snapshot: any Snapshot) -> Bool {
    decisions.isTagged(snapshot.id(of: user), tag.string)
  }

  func border(of key: TopKey) -> Ratio?? { borders.withLock { $0[key] } }
  func keep(_ border: Ratio?, of key: TopKey) { borders.withLock { $0[key] = .some(border) } }
}

/// One `top`, wherever it stands.
struct TopKey: Hashable {
  let share: Share
  let measure: Measured
}

/// The frames of one set of decisions, by instant.
final class Frames: Sendable {
  private let world: World
  private let current: Frame
  private let decisionsAt: @Sendable (Instant) -> Decisions
  private let earlier = Mutex<[Instant: Frame]>([:])

  init(world: World, current: Frame, decisionsAt: @escaping @Sendable (Instant) -> Decisions) {
    self.world = world
    self.current = current
    self.decisionsAt = decisionsAt
  }

  func frame(at instant: Instant) -> Frame {
    if instant == current.instant { return current }
    if let frame = earlier.withLock({ $0[instant] }) { return frame }
    let frame = Frame(
      instant: instant, zone: world.zone, decisions: decisionsAt(instant), decisionsUntil: instant)
    return earlier.withLock { frames in
      if let other = frames[instant] { return other }
      frames[instant] = frame
      return frame
    }
  }
}
