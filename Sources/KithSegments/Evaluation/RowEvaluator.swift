import KithStore
import KithSystem

/// Evaluates bound expressions user by user and event by event, exactly as language.md words them.
///
/// It is slow and obvious on purpose: everything that is faster is compared with it. One evaluator
/// belongs to one thread; it keeps the events of the user it looked at last.
struct RowEvaluator {
  let world: World
  let frames: Frames
  /// Where each user stands at the engine's moment, once that is known.
  var standings: (frame: Frame, all: [Standing])?
  private var events: UserEvents
  private var days: [Day] = []
  private var loaded = -1
  /// For each property of the snapshot its place in `events.codes`.
  let slots: [Int]

  /// - Parameter columns: the properties that will be read, by their place in the snapshot.
  init(world: World, frames: Frames, columns: Set<Int>) {
    self.world = world
    self.frames = frames
    let read = columns.union(world.rules.columns).sorted()
    events = UserEvents(columns: read)
    var slots = Array(repeating: -1, count: world.snapshot.properties.count)
    for (slot, column) in read.enumerated() { slots[column] = slot }
    self.slots = slots
  }

  mutating func holds(
    _ condition: Condition, _ user: Int, _ frame: Frame
  ) throws(Cancelled) -> Bool {
    switch condition {
    case .constant(let value): return value
    case .not(let part): return !(try holds(part, user, frame))
    case .all(let parts):
      for part in parts where !(try holds(part, user, frame)) { return false }
      return true
    case .either(let parts):
      for part in parts where try holds(part, user, frame) { return true }
      return false
    case .test(let left, let test): return test.holds(try value(left, user, frame))
    case .compare(let left, let comparison, let factor, let right):
      let left = try value(left, user, frame)
      return comparison.holds(left, try value(right, user, frame), times: factor)
    case .holds(let measured):
      if case .boolean(true) = try value(measured, user, frame) { return true }
      return false
    }
  }

  /// Where a user stands at a moment: the first stage rule that holds, and its first band.
  mutating func standing(_ user: Int, _ frame: Frame) throws(Cancelled) -> Standing {
    try standing(user, frame, world.rules)
  }

  mutating func standing(
    _ user: Int, _ frame: Frame, _ rules: StageRules
  ) throws(Cancelled) -> Standing {
    var stage = rules.otherStage
    for rule in rules.stages where try holds(rule.condition, user, frame) {
      stage = rule.name
      break
    }
    for rule in rules.bands[stage] where try holds(rule.condition, user, frame) {
      return Standing(stage: stage, band: rule.name)
    }
    return Standing(stage: stage, band: nil)
  }

  /// The stage alone: what a band rule may ask for.
  private mutating func stage(_ user: Int, _ frame: Frame) throws(Cancelled) -> Int {
    for rule in world.rules.stages where try holds(rule.condition, user, frame) { return rule.name }
    return world.rules.otherStage
  }

  mutating func value(_ measured: Measured, _ user: Int, _ frame: Frame) throws(Cancelled) -> Datum
  {
    switch measured {
    case .was(let condition, let duration):
      return .boolean(try was(condition, duration, user, frame))
    case .condition(let condition): return .boolean(try holds(condition, user, frame))
    case .top(let share, let measure):
      return .boolean(try isTop(share, measure, user, frame))
    case .stage:
      let place: Int
      if let standings, standings.frame === frame {
        place = standings.all[user].stage
      } else {
        place = try stage(user, frame)
      }
      return .text(world.schema.stageNames[place])
    case .band:
      let standing: Standing
      if let standings, standings.frame === frame {
        standing = standings.all[user]
      } else {
        standing = try self.standing(user, frame)
      }
      return standing.band.map { .text(world.schema.bandNames[$0]) } ?? .absent
    case .tag(let tag): return .boolean(frame.isTagged(tag, user: user, in: world.snapshot))
    case .owner:
      let owner = frame.decisions.owner(of: world.snapshot.id(of: user)) ?? ""
      return owner.isEmpty ? .absent : .text(owner)
    case .attribute(let index, _): return attribute(index, user, frame)
    case .received(let campaign, let window):
      guard !world.deliveries.received.isEmpty else { return .boolean(false) }
      let facts = facts(world.deliveries.received, of: user)
      return .boolean(!delivered(facts, campaign, window, frame).isEmpty)
    case .returned(let campaign):
      guard !world.deliveries.returned.isEmpty else { return .boolean(false) }
      let facts = facts(world.deliveries.returned, of: user)
      return .boolean(!delivered(facts, campaign, .all, frame).isEmpty)
    case .score(let measure): return world.scores.value(measure, of: user, world, frame)
    case .unknown: return .absent
    default:
      load(user)
      return history(frame).value(measured)
    }
  }

  /// The user's events up to a moment.
  mutating func history(of user: Int, _ frame: Frame) -> History {
    load(user)
    return history(frame)
  }

  private func history(_ frame: Frame) -> History {
    History(
      world: world, frame: frame, events: events, days: days, slots: slots,
      count: events.rows.partitionPoint { $0.time > frame.instant.milliseconds })
  }

  private mutating func load(_ user: Int) {
    guard user != loaded else { return }
    loaded = user
    world.snapshot.read(user, into: &events)
    days.removeAll(keepingCapacity: true)
    var span: (range: Range<Int64>, offset: Int64) = (0..<0, 0)
    for row in events.rows {
      if !span.range.contains(row.time) {
        span = world.zone.span(around: Instant(milliseconds: row.time))
      }
      days.append(Day.split(row.time + span.offset).day)
    }
  }

  /// Whether it held at an earlier moment; false for one who was no user yet.
  private mutating func was(
    _ condition: Condition, _ duration: Duration, _ user: Int, _ frame: Frame
  ) throws(Cancelled) -> Bool {
    let then = frames.frame(at: instant(duration, before: frame))
    guard history(of: user, then).count > 0 else { return false }
    return try holds(condition, user, then)
  }

  /// The end of the day so many days ago, or the instant so long ago.
  func instant(_ duration: Duration, before frame: Frame) -> Instant {
    duration.isCalendar
      ? min(world.zone.end(of: frame.day.advanced(by: -duration.days)), frame.instant)
      : frame.instant.advanced(by: -duration.milliseconds)
  }

  private func attribute(_ index: Int, _ user: Int, _ frame: Frame) -> Datum {
    let code = world.snapshot.attribute(index, of: user, asOf: frame.instant)
    return code.map { world.schema.attributes[index].datum($0) } ?? .absent
  }

  /// Those of a user.
  func facts(_ facts: [ByteText: [Deliveries.Fact]], of user: Int) -> [Deliveries.Fact] {
    facts[ByteText(world.snapshot.id(of: user))] ?? []
  }

  /// Those of a campaign, or of any, within a window. What is hidden goes by the rule for decisions;
  /// what is visible though it came after the data's horizon counts as of the horizon, so that nobody
  /// is reminded twice because the data is old.
  func delivered(
    _ facts: [Deliveries.Fact], _ campaign: ByteText?, _ window: Window, _ frame: Frame
  ) -> [Deliveries.Fact] {
    facts.filter { fact in
      let at = min(fact.at, frame.instant)
      return fact.at <= frame.decisionsUntil ?? fact.at
        && (campaign.map { $0 == ByteText(fact.campaign) } ?? true)
        && within(window, at.milliseconds, world.zone.day(of: at), frame)
    }
  }
}

extension Collection where Index == Int {
  /// The first place whose element is `after`, all those before it not being.
  func partitionPoint(_ after: (Element) -> Bool) -> Int {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = (low + high) / 2
      if after(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
