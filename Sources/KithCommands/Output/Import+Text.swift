import KithStore
import KithSystem

// Import's progress while it runs, and what came of it.

/// Shows how far an import is: a bar for people, a line of JSON for programs.
struct ImportProgress: Sendable {
  private let line: ProgressLine
  private let start: Instant
  private let asJSON: Bool

  init(asJSON: Bool, _ context: Context) {
    line = ProgressLine(context, always: asJSON)
    start = context.outside.clock.now()
    self.asJSON = asJSON
  }

  func show(_ state: ImportProgressReport) {
    if asJSON {
      line.put { now in json(state, now).compact }
    } else {
      line.show { now in text(state, now) }
    }
  }

  func clear() {
    if !asJSON { line.clear() }
  }

  /// `importing ████░░ 52 %  1,024,000 rows  1,900,000 rows/s  3 s left`.
  private func text(_ state: ImportProgressReport, _ now: Instant) -> String {
    let milliseconds = max(1, now.milliseconds - start.milliseconds)
    let rate = Int(Int64(state.rows) * 1000 / milliseconds)
    var parts = ["importing"]
    if let total = state.bytesTotal, total > 0 {
      parts[0] += " " + bar(Double(state.bytesRead) / Double(total), cells: 20, ascii: false)
    }
    parts += [counted(state.rows, "row"), "\(grouped(rate)) rows/s"]
    if let left = millisecondsLeft(state, milliseconds) {
      parts.append(elapsed(milliseconds: left) + " left")
    }
    return parts.joined(separator: "  ")
  }

  private func json(_ state: ImportProgressReport, _ now: Instant) -> JSON {
    let milliseconds = max(1, now.milliseconds - start.milliseconds)
    return [
      "bytes": .int(state.bytesRead), "total": state.bytesTotal.map { .int($0) } ?? .null,
      "rows": .int(state.rows), "seconds": seconds(milliseconds),
    ]
  }

  private func millisecondsLeft(_ state: ImportProgressReport, _ milliseconds: Int64) -> Int64? {
    guard let total = state.bytesTotal, state.bytesRead > 0, total > state.bytesRead else {
      return nil
    }
    return Int64(Double(milliseconds) * Double(total - state.bytesRead) / Double(state.bytesRead))
  }
}

/// Seconds with milliseconds: `1.042`.
func seconds(_ milliseconds: Int64) -> JSON {
  .number("\(milliseconds / 1000).\(pad(milliseconds % 1000, 3))")
}

extension ImportReport {
  func json(milliseconds: Int64) -> JSON {
    [
      "events": .int(events), "users": .int(users), "rejected": .int(rejected),
      "duplicates": .int(duplicates), "seconds": seconds(milliseconds), "run": .string(run),
    ]
  }

  func text(users: Bool, milliseconds: Int64) -> String { "" }
}
