import KithStore
public import KithSystem

/// What `--as-of` says: a day, which means its last millisecond, or an instant.
public enum AsOf: Sendable, Equatable {
  case day(Day)
  case instant(Instant)
  /// A wall-clock time without an offset: local to the zone in force, in milliseconds.
  case local(Int64)

  /// Reads `2026-10-01`, `2026-10-01T12:00:00Z`, `2026-10-01 12:00` and the like.
  /// - Throws: a diagnostic that shows the forms.
  public init(_ text: String) throws(Diagnostic) {
    if let day = Day(text) {
      self = .day(day)
      return
    }
    guard let milliseconds = AsOf.milliseconds(text) else {
      throw Diagnostic(
        "not a time", subject: text,
        remedy: "write a day as 2026-10-01, or an instant as 2026-10-01T12:00:00Z", status: .usage)
    }
    let hasOffset = text.utf8.dropFirst(16).contains { "Z+-".utf8.contains($0) }
    self = hasOffset ? .instant(Instant(milliseconds: milliseconds)) : .local(milliseconds)
  }

  /// A time as an import reads it, in UTC where it has no offset; digits alone are none here.
  private static func milliseconds(_ text: String) -> Int64? {
    var text = text
    guard text.utf8.contains(0x2D) else { return nil }
    return text.withUTF8 { bytes in
      var reader = TimeReader(.utc)
      return try? reader.read(UnsafeRawBufferPointer(bytes))
    }
  }
}
