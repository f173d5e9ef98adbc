public import KithStore
public import KithSystem

/// An expression that was read, checked and bound: ready to be asked of an engine.
public struct Segment: Sendable {
  /// As it was written.
  public let source: SourceText
  /// Names that no import has brought yet; they may come tomorrow.
  public let unseen: [Diagnostic]
  /// Tags that nobody carries, campaigns that are not there.
  public let absences: [Diagnostic]
  /// All that whoever wrote it should be told.
  public var warnings: [Diagnostic] { unseen + absences }

  /// What the embedded engine made of it.
  package let program: Program?

  package init(source: SourceText, unseen: [Diagnostic]) {
    self.source = source
    self.unseen = unseen
    absences = []
    program = nil
  }

  init(source: SourceText, _ program: Program) {
    self.source = source
    unseen = program.warnings
    absences = program.absences
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
