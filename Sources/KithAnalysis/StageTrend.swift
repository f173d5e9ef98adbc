public import KithSegments
public import KithSystem

/// How the stages grew: the users of each at the ends of the last weeks, and now.
public struct StageTrend: Sendable, Equatable {
  public struct Line: Sendable, Equatable {
    public var stage: String
    /// Oldest first, a week between each two; the last one is now.
    public var users: [Int]

    /// Now against a week ago; 0 where no week lies behind.
    public var change: Int {
      users.count < 2 ? 0 : users[users.count - 1] - users[users.count - 2]
    }
  }
  /// In rule order.
  public var lines: [Line]

  /// The instants to ask engines as of, oldest first and without now: the ends of the days 7, 14, …
  /// days ago.
  public static func instants(before moment: Moment, weeks: Int = 8) -> [Instant] {
    (1..<max(weeks, 1)).reversed().map { moment.zone.end(of: moment.day.advanced(by: -7 * $0)) }
  }

  /// - Parameter engines: one for each instant, oldest first, the present one last; all with the same
  ///   rules. Cost: `stages()` of each.
  public init(_ engines: [any Engine]) throws(Cancelled) {
    lines = engines.last?.stageNames.map { Line(stage: $0, users: []) } ?? []
    for engine in engines {
      for (index, count) in try engine.stages().enumerated() {
        lines[index].users.append(count.users)
      }
    }
  }
}
