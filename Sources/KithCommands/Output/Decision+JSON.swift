import KithStore
import KithSystem

extension ListedEntry {
  /// The journal's line, and whether it still counts.
  var json: JSON {
    .object(
      [
        .init("id", .string(entry.id)), .init("at", .string(entry.at.rfc3339)),
        .init("by", .string(entry.by)),
      ] + entry.decision.members + [.init("undone", .bool(isUndone))]
        + (isAbsent ? [.init("absent", true)] : []))
  }
}
