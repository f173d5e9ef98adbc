import KithStore
import KithSystem

/// One user: the row, the timeline, the calendar, the attributes.
extension EmbeddedEngine {
  public func user(_ id: String) -> UserRow? {
    guard let user = world.snapshot.user(id) else { return nil }
    let sheet = Sheet(self)
    guard sheet.isUser(user), let standing = try? sheet.standing(of: user) else { return nil }
    return row(user, sheet, standing)
  }

  public func timeline(of id: String, offset: Int, limit: Int) -> [TimelineEntry] {
    let all = Set(world.snapshot.properties.indices)
    guard let history = history(of: id, columns: all) else { return [] }
    let end = history.count - min(max(offset, 0), history.count)
    let start = end - min(max(limit, 0), end)
    return (start..<end).reversed().map { entry(history, $0) }
  }

  private func entry(_ history: History, _ place: Int) -> TimelineEntry {
    let row = history.events.rows[place]
    var properties: [TimelineEntry.Property] = []
    for (index, column) in world.snapshot.properties.enumerated() {
      let code = history.events.codes[history.slots[index]][place]
      guard code != absentCode else { continue }
      properties.append(.init(name: column.name, value: column.values[code]))
    }
    return TimelineEntry(
      time: Instant(milliseconds: row.time), event: world.snapshot.eventNames[row.event],
      value: row.value,
      source: row.source == absentCode ? nil : world.snapshot.sources[row.source],
      properties: properties)
  }

  public func calendar(of id: String, days: Int) -> [Int] {
    guard days > 0 else { return [] }
    var counts = Array(repeating: 0, count: days)
    guard let history = history(of: id, columns: []) else { return counts }
    for place in history.places(Selection(.activity, window: .days(older: days, newer: 0))) {
      counts[days - 1 - Int(moment.day.number - history.days[place].number)] += 1
    }
    return counts
  }

  public func attributes(of id: String) -> [(name: String, value: String)] {
    guard let user = world.snapshot.user(id) else { return [] }
    return world.snapshot.attributes.enumerated().compactMap { index, column in
      world.snapshot.attribute(index, of: user, asOf: moment.instant)
        .map { (column.name, column.values[$0]) }
    }
  }

  /// A user's events up to the moment; nil where there are none.
  private func history(of id: String, columns: Set<Int>) -> History? {
    guard let user = world.snapshot.user(id) else { return nil }
    var evaluator = RowEvaluator(world: world, frames: frames, columns: columns)
    let history = evaluator.history(of: user, frame)
    return history.count > 0 ? history : nil
  }
}
