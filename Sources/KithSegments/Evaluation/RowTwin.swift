package import KithStore
package import KithSystem

/// The same questions as an ``Engine``'s, answered user by user and event by event, by the definitions
/// alone: what every faster engine is held against.
///
/// Apart from reading and binding it shares nothing with one, and keeps nothing but the row of each
/// user. Slow on purpose; it belongs to one thread.
package final class RowTwin {
  package let moment: Moment
  /// Every user up to the moment, in byte order of ids.
  package private(set) var rows: [UserRow] = []
  private let world: World
  private let frame: Frame
  private let frames: Frames
  /// The number of each row's user in the snapshot.
  private var numbers: [Int] = []

  /// - Parameters: as of ``EmbeddedEngine``.
  /// - Throws: the first mistake in a rule of kith.yaml.
  package init(
    snapshot: any Snapshot, decisionsAt: @escaping @Sendable (Instant?) -> Decisions,
    settings: Settings, segments: [String: SourceText] = [:], moment: Moment,
    received deliveries: Deliveries = Deliveries()
  ) throws(SegmentError) {
    let schema = Schema(snapshot: snapshot, settings: settings, segments: segments)
    self.moment = moment
    world = World(
      snapshot: snapshot, schema: schema,
      rules: try StageRules(settings: settings, schema: schema), zone: moment.zone,
      weekStart: moment.weekStart, deliveries: deliveries)
    frame = Frame(
      instant: moment.instant, zone: moment.zone, decisions: decisionsAt(moment.decisionsUntil),
      decisionsUntil: moment.decisionsUntil)
    frames = Frames(world: world, current: frame, decisionsAt: { decisionsAt($0) })
    for user in 0..<snapshot.userCount {
      guard let row = try? row(user) else { continue }
      rows.append(row)
      numbers.append(user)
    }
  }

  package var totals: Totals {
    Totals(users: rows.count, events: rows.reduce(0) { $0 + $1.events })
  }

  package func segment(_ text: SourceText) throws(SegmentError) -> Segment {
    let program = try Binder.bind(text, schema: world.schema)
    return Segment(source: text, program)
  }

  /// The users of a segment of this twin's own, in byte order of ids.
  package func ids(_ segment: Segment) throws(Cancelled) -> [String] {
    try matching(segment).map(\.id)
  }

  package func page(_ plan: PagePlan) throws(Cancelled) -> Page {
    var matching = rows
    if let segment = plan.segment { matching = try self.matching(segment) }
    if let stage = plan.stage { matching = matching.filter { $0.stage == stage } }
    matching.sort { left, right in
      let order = plan.sort.order(left, right)
      return order == 0 ? ByteText(left.id) < ByteText(right.id) : order < 0
    }
    let rest = matching.dropFirst(max(0, plan.offset))
    return Page(total: matching.count, rows: Array(rest.prefix(max(0, plan.limit))))
  }

  package func stages() -> [StageCount] {
    world.schema.stageNames.enumerated().map { place, stage in
      let members = rows.filter { $0.stage == stage }
      var bands: [StageCount.Band] = []
      for rule in world.rules.bands[place] {
        let name = world.schema.bandNames[rule.name]
        guard !bands.contains(where: { $0.name == name }) else { continue }
        bands.append(.init(name: name, users: members.count { $0.band == name }))
      }
      let unbanded = members.count { $0.band == nil }
      if !bands.isEmpty, unbanded > 0 { bands.append(.init(name: nil, users: unbanded)) }
      return StageCount(stage: stage, users: members.count, bands: bands)
    }
  }

  /// A user's events up to the moment, newest first.
  package func timeline(of id: String) -> [TimelineEntry] {
    guard let history = history(of: id) else { return [] }
    return (0..<history.count).reversed().map { place in
      let row = history.events.rows[place]
      let properties = world.snapshot.properties.enumerated().compactMap { index, column in
        let code = history.events.codes[history.slots[index]][place]
        return code == absentCode
          ? nil : TimelineEntry.Property(name: column.name, value: column.values[code])
      }
      return TimelineEntry(
        time: Instant(milliseconds: row.time), event: world.snapshot.eventNames[row.event],
        value: row.value,
        source: row.source == absentCode ? nil : world.snapshot.sources[row.source],
        properties: properties)
    }
  }

  /// The user's active days up to the moment, ascending, as ``Day/number``.
  package func activeDays(of id: String) -> [Int32] {
    history(of: id)?.activeDays.map(\.number) ?? []
  }
}

extension RowTwin {
  private func evaluator(_ columns: Set<Int>) -> RowEvaluator {
    RowEvaluator(world: world, frames: frames, columns: columns)
  }

  private func matching(_ segment: Segment) throws(Cancelled) -> [UserRow] {
    guard let program = segment.program else { return [] }
    var evaluator = evaluator(program.columns)
    var matching: [UserRow] = []
    for (row, user) in zip(rows, numbers) {
      if try evaluator.holds(program.condition, user, frame) { matching.append(row) }
    }
    return matching
  }

  /// nil where the id has no event up to the moment.
  private func row(_ user: Int) throws(Cancelled) -> UserRow? {
    var evaluator = evaluator([])
    let history = evaluator.history(of: user, frame)
    let events = history.events.rows.prefix(history.count)
    guard let first = events.first, let last = events.last else { return nil }
    let id = world.snapshot.id(of: user)
    let standing = try evaluator.standing(user, frame)
    let month = Window.days(older: 30, newer: 0)
    let recent = history.places(Selection(.activity, window: month)).map { history.days[$0] }
    let owner = frame.decisions.owner(of: id) ?? ""
    return UserRow(
      id: id, stage: world.schema.stageNames[standing.stage],
      band: standing.band.map { world.schema.bandNames[$0] },
      first: Instant(milliseconds: first.time), last: Instant(milliseconds: last.time),
      days30d: Set(recent).count, events: events.count,
      value: events.compactMap(\.value).map { Exact(micros: $0) }.reduce(.zero, +),
      source: history.source, tags: frame.decisions.tags(of: id),
      owner: owner.isEmpty ? nil : owner, rhythmDays: history.rhythmDays)
  }

  private func history(of id: String) -> History? {
    guard let user = world.snapshot.user(id) else { return nil }
    var evaluator = evaluator(Set(world.snapshot.properties.indices))
    return evaluator.history(of: user, frame)
  }
}

extension Sort {
  /// -1, 0 or 1: how two users stand to each other, ids apart.
  fileprivate func order(_ left: UserRow, _ right: UserRow) -> Int {
    func compare<Key: Comparable>(_ left: Key, _ right: Key) -> Int {
      left == right ? 0 : (left < right) == descending ? 1 : -1
    }
    return switch key {
    case .user: compare(ByteText(left.id), ByteText(right.id))
    case .first: compare(left.first, right.first)
    case .last: compare(left.last, right.last)
    case .events: compare(left.events, right.events)
    case .value: compare(left.value, right.value)
    case .days30d: compare(left.days30d, right.days30d)
    }
  }
}
