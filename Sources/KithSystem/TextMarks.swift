internal import CMachine

/// The bytes of a text at which cells may end: a delimiter (or, in JSON, a backslash), a quote, and
/// every control character.
///
/// Found 64 bytes a step where the processor can, else eight. Cost: some 0.1 ns a byte, and 1 ns a mark.
public enum TextMarks {
  /// Bytes behind the end of a range that may be loaded.
  public static let slack = 64
  /// Places beyond one a byte for which there has to be room.
  public static let spare = 64

  /// Writes the places, counted from `text`, of all marks in a range; returns how many there are.
  /// - Precondition: the range ends below 2³².
  public static func find(
    in text: UnsafeRawPointer, _ range: Range<Int>, _ one: UInt8,
    into places: UnsafeMutablePointer<UInt32>
  ) -> Int {
    Int(cm_marks(text, Int64(range.lowerBound), Int64(range.upperBound), one, places))
  }

  /// The twin of ``find(in:_:_:into:)`` that needs no wide instructions.
  static func findPlainly(
    in text: UnsafeRawPointer, _ range: Range<Int>, _ one: UInt8,
    into places: UnsafeMutablePointer<UInt32>
  ) -> Int {
    Int(cm_marks_plain(text, Int64(range.lowerBound), Int64(range.upperBound), one, places))
  }
}
