package import KithStore
import KithSystem
import Synchronization

/// One user: the row, the timeline, the calendar, the attributes.
extension EmbeddedEngine {
  public func user(_ id: String) -> UserRow? {
    guard let user = number(of: id) else { return nil }
    let sheet = Sheet(self, narrow, isOfOne: true)
    guard sheet.isUser(user), let standing = try? sheet.standing(of: user) else { return nil }
    return row(user, sheet, standing)
  }

  /// Reads the rows that are asked for where they stand. Cost: those rows; for a user of whom several runs
  /// have events, all of the user's.
  public func timeline(of id: String, offset: Int, limit: Int) -> [TimelineEntry] {
    guard let user = number(of: id) else { return [] }
    return Worker(narrow).withRows(of: user) { run, rows, codes in
      latest(limit, from: offset, run, rows).reversed().map { entry(run, $0, codes) }
    }
  }

  /// Visits a user's newest events, at most `limit`, one after the other. Cost: as of a timeline, without
  /// its memory.
  package func eachEntry(
    of id: String, limit: Int, oldestFirst: Bool, _ body: (TimelineEntry) throws -> Void
  ) throws {
    guard let user = number(of: id) else { return }
    try Worker(narrow).withRows(of: user) { run, all, codes in
      let rows = latest(limit, from: 0, run, all)
      return Result {
        for place in 0..<rows.count {
          let row = oldestFirst ? rows.lowerBound + place : rows.upperBound - 1 - place
          try body(entry(run, row, codes))
        }
      }
    }.get()
  }

  /// The last of a user's rows that the moment shows.
  private func latest(
    _ limit: Int, from offset: Int, _ run: RunView, _ rows: Range<Int>
  ) -> Range<Int> {
    let end = run.firstRow(in: rows) { $0 > moment.instant.milliseconds }
    let last = end - min(max(offset, 0), end - rows.lowerBound)
    return (last - min(max(limit, 0), last - rows.lowerBound))..<last
  }

  private func entry(_ run: RunView, _ row: Int, _ codes: RunColumns?) -> TimelineEntry {
    func shown(_ code: UInt32, _ translation: [UInt32]?) -> UInt32 {
      guard let translation, code != absentCode else { return code }
      return Int(code) < translation.count ? translation[Int(code)] : absentCode
    }
    var properties: [TimelineEntry.Property] = []
    for (index, column) in world.snapshot.properties.enumerated() {
      let code = shown(run.properties[index][row], codes?.propertyCodes[index])
      guard code != absentCode else { continue }
      properties.append(.init(name: column.name, value: column.values[code]))
    }
    let source = shown(run.sources[row], codes?.sourceCodes)
    let value = run.value(row)
    return TimelineEntry(
      time: Instant(milliseconds: run.times[row]),
      event: world.snapshot.eventNames[shown(run.events[row], codes?.eventCodes)],
      value: value == absentAmount ? nil : value,
      source: source == absentCode ? nil : world.snapshot.sources[source],
      properties: properties)
  }

  public func calendar(of id: String, days: Int) -> [Int] {
    guard days > 0 else { return [] }
    var counts = Array(repeating: 0, count: days)
    guard let history = history(of: id) else { return counts }
    for place in history.places(Selection(.activity, window: .days(older: days, newer: 0))) {
      counts[days - 1 - Int(moment.day.number - history.days[place].number)] += 1
    }
    return counts
  }

  public func attributes(of id: String) -> [(name: String, value: String)] {
    let attributes = world.snapshot.attributes
    guard !attributes.isEmpty, let user = number(of: id) else { return [] }
    return attributes.enumerated().compactMap { index, column in
      world.snapshot.attribute(index, of: user, asOf: moment.instant)
        .map { (column.name, column.values[$0]) }
    }
  }

  private func number(of id: String) -> Int? {
    asked.number(of: id) { world.snapshot.userAlone(id) }
  }

  /// The decisions up to the moment.
  package var decisions: Decisions { frame.decisions }

  /// A user's events up to the moment; nil where there are none.
  private func history(of id: String) -> History? {
    guard let user = number(of: id) else { return nil }
    var evaluator = RowEvaluator(world: world, frames: frames, columns: [])
    let history = evaluator.history(of: user, frame)
    return history.count > 0 ? history : nil
  }
}

/// The user who was asked about last: one screen asks several questions about one user.
final class AskedUser: Sendable {
  private let last = Mutex<(id: ByteText, number: Int?)?>(nil)

  func number(of id: String, _ find: () -> Int?) -> Int? {
    let id = ByteText(id)
    if let last = last.withLock({ $0 }), last.id == id { return last.number }
    let number = find()
    last.withLock { $0 = (id, number) }
    return number
  }
}
