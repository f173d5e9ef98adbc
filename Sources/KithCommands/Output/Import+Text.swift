import KithStore
import KithSystem

// Import's progress while it runs, and what came of it.

/// Shows how far an import is: a bar for people, a line of JSON for programs.
struct ImportProgressLine: Sendable {
  private let line: ProgressLine
  private let start: Instant
  private let asJSON: Bool

  init(asJSON: Bool, _ context: Context) {
    line = ProgressLine(context, always: asJSON)
    start = context.outside.clock.now()
    self.asJSON = asJSON
  }

  func show(_ state: ImportProgress) {
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
  private func text(_ state: ImportProgress, _ now: Instant) -> String {
    let milliseconds = max(1, now.milliseconds - start.milliseconds)
    let rate = Int(Int64(state.rows) * 1000 / milliseconds)
    var parts = ["importing"]
    if let total = state.bytesTotal, total > 0 {
      parts[0] += " " + bar(Double(state.bytes) / Double(total), cells: 20, ascii: false)
    }
    parts += [counted(state.rows, "row"), "\(grouped(rate)) rows/s"]
    if let left = millisecondsLeft(state, milliseconds) {
      parts.append(elapsed(milliseconds: left) + " left")
    }
    return parts.joined(separator: "  ")
  }

  private func json(_ state: ImportProgress, _ now: Instant) -> JSON {
    let milliseconds = max(1, now.milliseconds - start.milliseconds)
    return [
      "bytes": .int(state.bytes), "total": state.bytesTotal.map { .int($0) } ?? .null,
      "rows": .int(state.rows), "seconds": jsonSeconds(milliseconds),
    ]
  }

  private func millisecondsLeft(_ state: ImportProgress, _ milliseconds: Int64) -> Int64? {
    guard let total = state.bytesTotal, state.bytes > 0, total > state.bytes else {
      return nil
    }
    return Int64(Double(milliseconds) * Double(total - state.bytes) / Double(state.bytes))
  }
}

/// Seconds with milliseconds: `1.042`.
func jsonSeconds(_ milliseconds: Int64) -> JSON {
  .number("\(milliseconds / 1000).\(pad(milliseconds % 1000, 3))")
}

extension ImportReport {
  func json(milliseconds: Int64) -> JSON {
    [
      "events": .int(events), "users": .int(users), "rejected": .int(rejectedCount),
      "duplicates": .int(duplicates), "seconds": jsonSeconds(milliseconds),
      "run": run.map(JSON.string) ?? .null,
    ]
  }

  /// What it took, what it rejected and why, where that is, and how long it took.
  func text(ofUsers areUsers: Bool, store: String, milliseconds: Int64) -> String {
    let taken =
      areUsers
      ? "attributes of \(counted(users, "user")) in \(counted(rows, "row"))"
        + (events > 0 ? ", and \(counted(events, "event"))" : "")
      : "\(counted(rows, "event")) of \(counted(users, "user"))"
    var text = "imported \(taken) in \(elapsed(milliseconds: milliseconds))\n"
    if duplicates > 0 {
      text += "\(counted(duplicates, areUsers ? "event" : "row")) were there already\n"
    }
    if rejectedCount > 0 {
      let reasons = rejected.map { "\($0.reason) \(grouped($0.count))" }.joined(separator: ", ")
      text += "rejected \(counted(rejectedCount, "row")): \(visible(reasons))\n"
      if let rejectedFile { text += "  they are in \(visible(store))/\(visible(rejectedFile))\n" }
    }
    return text
  }
}
