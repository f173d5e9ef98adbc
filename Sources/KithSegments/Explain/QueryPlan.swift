public import KithSystem

/// How an expression is answered: a tree of steps in the order in which they are taken.
public struct QueryPlan: Sendable, Equatable {
  public var moment: Instant
  /// Users up to the moment: those who enter the first step.
  public var users: Int
  public var root: Step
  /// From question to answer, where it was run.
  public var nanoseconds: Int64?

  public struct Step: Sendable, Equatable {
    public enum Kind: String, Sendable {
      /// Every part must hold: each looks only at those whom the parts before it left.
      case all
      /// One part is enough: each looks only at those whom the parts before it did not find.
      case any
      case not, clause
      /// Known without a look at anyone.
      case constant
    }
    public var kind: Kind
    /// The clause as the language has it; of `any` and `all` the word.
    public var clause: String
    /// What is read for it.
    public var reads: String
    /// In bytes, at most: all that it would read if nothing before it dropped anyone.
    public var cost: Int
    /// Which share of the users who enter is expected to hold, 0…1.
    public var keeps: Double
    /// The measure is worked out once and serves other clauses too.
    public var isShared = false
    public var parts: [Step] = []
    /// What it really came to.
    public var run: Run?
  }

  public struct Run: Sendable, Equatable {
    public var entered = 0
    public var left = 0
    /// Rows, or postings, that were looked at, at most.
    public var rows = 0
    /// Of all cores together.
    public var nanoseconds: Int64 = 0
  }
}
