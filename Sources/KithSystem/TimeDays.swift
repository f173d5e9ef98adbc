internal import CMachine

/// The days on which times lie that ascend, each day once.
///
/// Found eight times a step where the processor can. Cost: some 0.6 ns a time, as fast as memory brings them.
public enum TimeDays {
  /// Times behind the last one that may be loaded.
  public static let slack = 7
  /// Places beyond one a time for which there has to be room.
  public static let spare = 4

  /// Writes them as ``Day/number``, and returns how many there are.
  /// - Parameters:
  ///   - times: in milliseconds, all with one offset from UTC.
  ///   - isAtEnd: whether nothing may be loaded behind the last one.
  /// - Precondition: all lie from 1970 to 2149, in local time.
  public static func write(
    _ times: UnsafeBufferPointer<Int64>, offset: Int64, isAtEnd: Bool,
    to days: UnsafeMutablePointer<UInt16>
  ) -> Int {
    guard let first = times.baseAddress else { return 0 }
    let count = Int64(times.count)
    return Int(
      isAtEnd ? cm_days_plain(first, count, offset, days) : cm_days(first, count, offset, days))
  }
}
