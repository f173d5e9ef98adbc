public import KithSystem

/// Why an expression holds for one user, or does not.
public struct Explanation: Sendable, Equatable {
  public var user: String
  /// The expression as everyone would write it; for a stage `stage = core and band = steady`.
  public var question: String
  public var holds: Bool
  /// What the whole is made of: for an expression it holds where every one of them does; for a stage
  /// the rules in their order, up to the first that holds.
  public var clauses: [Clause]

  public init(user: String, question: String, holds: Bool, clauses: [Clause]) {
    self.user = user
    self.question = question
    self.holds = holds
    self.clauses = clauses
  }

  /// The clauses to list beneath the question: the parts of a group that says nothing but the question
  /// again.
  public var listed: [Clause] {
    guard clauses.count == 1, let only = clauses.first, only.text == question,
      only.kind == .or || only.kind == .not
    else { return clauses }
    return only.clauses
  }
}

/// One part of an expression for one user, with what decided it.
public struct Clause: Sendable, Equatable {
  /// What the clauses inside make of it: all of them, any of them, none, …
  public enum Kind: String, Sendable {
    case test, and, or, not, was
    /// A saved segment.
    case segment = "in"
    /// A rule of kith.yaml.
    case rule
  }
  public var kind: Kind
  /// As everyone would write it.
  public var text: String
  public var holds: Bool
  /// What the measure or attribute comes to; nil where it is absent, or is the answer itself.
  public var value: String?
  /// Whether there is nothing to compare.
  public var isAbsent = false
  /// What it is compared with, where that is no literal: another measure, the border of `top`.
  public var against: String?
  /// The events that decided it, in order of time; the latest of them where they are many.
  public var events: [TimelineEntry]
  /// How many events there are in all.
  public var eventCount: Int
  /// The instant that `was` looks at.
  public var asOf: Instant?
  public var clauses: [Clause]

  public init(
    kind: Kind, text: String, holds: Bool, value: String? = nil, against: String? = nil,
    events: [TimelineEntry] = [], eventCount: Int? = nil, asOf: Instant? = nil,
    clauses: [Clause] = []
  ) {
    self.kind = kind
    self.text = text
    self.holds = holds
    self.value = value
    self.against = against
    self.events = events
    self.eventCount = eventCount ?? events.count
    self.asOf = asOf
    self.clauses = clauses
  }
}
