public import KithSegments
public import KithSystem

/// How many users stood in a stage at the end of each of the last weeks.
public struct StageTrend: Sendable, Equatable {
  public var stage: String
  /// Oldest first, a week between each two; the last one is now.
  public var weeks: [Int]

  public init(stage: String, weeks: [Int]) {
    self.stage = stage
    self.weeks = weeks
  }

  /// Now against a week ago; 0 where no week lies behind.
  public var change: Int {
    weeks.count < 2 ? 0 : weeks[weeks.count - 1] - weeks[weeks.count - 2]
  }
}

extension StageTrend {
  /// The instants to ask engines as of, oldest first and without now: the ends of the days 7, 14, …
  /// days ago.
  public static func instants(before moment: Moment, weeks: Int = 8) -> [Instant] {
    (1..<max(weeks, 1)).reversed().map { moment.zone.end(of: moment.day.advanced(by: -7 * $0)) }
  }

  /// The stages in rule order.
  ///
  /// - Parameter engines: one for each instant, oldest first, the present one last; all with the same
  ///   rules. Cost: `stages()` of each.
  public static func of(_ engines: [any Engine]) throws(Cancelled) -> [StageTrend] {
    var trends = engines.last?.stageNames.map { StageTrend(stage: $0, weeks: []) } ?? []
    for engine in engines {
      for (index, count) in try engine.stages().enumerated() {
        trends[index].weeks.append(count.users)
      }
    }
    return trends
  }

  /// The last eight weeks of an engine's stages. Cost: `stages()` at eight moments.
  public static func of(_ engine: EmbeddedEngine) throws(Cancelled) -> [StageTrend] {
    try of(instants(before: engine.moment).map { engine.moved(to: $0) } + [engine])
  }
}
