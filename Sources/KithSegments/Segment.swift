public import KithStore
public import KithSystem

/// An expression that was read, checked and bound: ready to be asked of an engine.
public struct Segment: Sendable {
  /// As it was written.
  public let source: SourceText
  /// Names that the store has never seen; they may come tomorrow.
  public let warnings: [Diagnostic]

  /// What the embedded engine made of it.
  package let program: Program?

  package init(source: SourceText, warnings: [Diagnostic], program: Program? = nil) {
    self.source = source
    self.warnings = warnings
    self.program = program
  }
}

/// A mistake in an expression.
public struct SegmentError: Error, Sendable, Equatable {
  public var diagnostic: Diagnostic

  public init(diagnostic: Diagnostic) {
    self.diagnostic = diagnostic
  }
}

extension SegmentError: Explained {}
