import KithStore

/// A campaign as campaign.yaml defines it, every key filled in.
struct Definition: Sendable {
  var title: String
  var kind: Kind
  /// Counts towards caps and needs consent; a notice does not.
  var isMarketing: Bool
  var audience: SourceText
  /// One of the known reasons or the author's own words.
  var reason: String?
  var promise: Promise?
  /// The ladder, in file order; at least one.
  var steps: [Step]
  var goal: Goal
  /// 0…1.
  var holdout: Double
  var budget: Micros?
  /// Shares of what goes wrong at which sending stops, by outcome.
  var stopIf: [(outcome: String, share: Double)]
  /// A user may enter again no sooner than this; nil: once.
  var repeatEveryMs: Int64?
  /// What makes a user enter by themselves, after the first wave.
  var trigger: SourceText?
  /// Forecasts by name, scored against the outcome.
  var expect: [(name: String, share: Double)]

  enum Kind: String, Sendable, CaseIterable {
    case reminder, incentive, content, community, feature, spend
  }

  struct Step: Sendable {
    /// From entry, in milliseconds; 0 for the first.
    var afterMs: Int64
    var channel: String
    var template: String
    /// Evaluated when the step falls due.
    var only: SourceText?
  }

  struct Goal: Sendable {
    /// An `events` of the language.
    var did: String
    var withinMs: Int64
  }

  struct Promise: Sendable {
    var text: String
    var did: String?
    var withinMs: Int64?
  }
}
