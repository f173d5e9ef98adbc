import KithScreen
import KithSegments
import KithSystem

/// The columns of a table of users: the more room, the more of them.
struct UserColumns: Sendable {
  enum Kind: Sendable {
    case last, days, value, user, band, owner, tags, source, first, events

    var sortKey: Sort.Key? {
      switch self {
      case .last: .last
      case .days: .days30d
      case .value: .value
      case .user: .user
      case .first: .first
      case .events: .events
      case .band, .owner, .tags, .source: nil
      }
    }
  }

  /// Cells before the table for the mark and the sign of lateness.
  static let signs = 3

  let kinds: [Kind]
  let table: Table

  init(width: Int, words: Words) {
    let room = width - UserColumns.signs
    var columns: [(kind: Kind, column: Table.Column, from: Int)] = [
      (.last, .init(words(.last), .fixed(5), .right), 14),
      (.days, .init(words(.days), .fixed(5), .right), 24),
      (.value, .init(words(.value), .fixed(room < 32 ? 6 : 8), .right), 30),
      (.user, .init(words(.user), .weight(3, minimum: 8)), 0),
      (.band, .init(words(.band), .weight(1, minimum: 9)), 54),
      (.owner, .init(words(.owner), .weight(1, minimum: 7)), 46),
      (.tags, .init(words(.tags), .weight(2, minimum: 8)), 66),
      (.source, .init(words(.source), .weight(1, minimum: 8)), 96),
      (.first, .init(words(.since, "").trimmed, .fixed(10)), 110),
      (.events, .init(words(.events), .fixed(9), .right), 124),
    ]
    columns.removeAll { $0.from > room }
    kinds = columns.map(\.kind)
    table = Table(columns.map(\.column))
  }

  /// Where the table stands in a line.
  static func tableArea(_ line: Rect) -> Rect {
    let signs = min(signs, line.width)
    return Rect(x: line.x + signs, y: line.y, width: line.width - signs, height: line.height)
  }

  func sortKey(at point: Point, in line: Rect) -> Sort.Key? {
    table.column(at: point, in: UserColumns.tableArea(line)).flatMap { kinds[$0].sortKey }
  }
}

extension String {
  /// Without blanks at both ends.
  var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}

extension UserRow {
  /// Longer away than three times the user's own rhythm.
  func isLate(at instant: Instant) -> Bool {
    guard let rhythmDays, rhythmDays > 0 else { return false }
    let away = instant.milliseconds - last.milliseconds
    return away > 3 * Int64(rhythmDays) * Instant.dayMs
  }
}
