import KithSystem

/// Events that times among users' attributes stand for.
///
/// Attributes are written again and again with the same times, so each of these events, that is its
/// user, time and name, is there once.
struct DerivedEvents {
  private var rows: [Row] = []
  private var seen: Set<Row> = []
  private var users: Interner
  private let seed: UInt64
  private let source: String

  private struct Row: Hashable {
    var user: UInt32
    var time: Int64
    var event: String
  }

  init(seed: UInt64, source: String?) {
    users = Interner(seed: seed)
    self.seed = seed
    self.source = source ?? ""
  }

  mutating func append(user: UnsafeRawBufferPointer, time: Int64, event: String) {
    let row = Row(user: users.code(user), time: time, event: event)
    if seen.insert(row).inserted { rows.append(row) }
  }

  /// Those that no run holds, and how many others there are.
  func missing(from snapshot: RunSnapshot) -> (columns: EventColumns, present: Int) {
    var columns = EventColumns(seed: seed)
    for row in rows {
      let user = users.text(row.user)
      guard !snapshot.holds(user, Instant(milliseconds: row.time), row.event) else { continue }
      columns.append(
        user: user, time: Instant(milliseconds: row.time), event: row.event, value: nil,
        source: source, properties: [])
    }
    return (columns, rows.count - columns.rows)
  }
}

extension RunSnapshot {
  /// Whether a user has an event of this name at this time.
  fileprivate func holds(_ id: String, _ time: Instant, _ event: String) -> Bool {
    guard let user = user(id) else { return false }
    return users.holders(of: user).contains { holder in
      let run = runs[holder.run]
      guard let code = run.events.texts.find(event) else { return false }
      return run.rows(of: holder.user).contains { row in
        run.times.numbers[row] == time.milliseconds && run.events.codes[row] == UInt32(code)
      }
    }
  }
}
