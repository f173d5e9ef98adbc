import KithSegments
import KithSystem

/// Where the engine and the twin part, and how to see it again.
struct Finding: Error {
  var sample: Sample
  var ask: Ask
  /// nil where no expression was asked.
  var draft: Draft?
  var plan: PagePlan
  var fault: Fault?
  var difference: String

  /// The difference that is left of it, if there is one still.
  private func again() -> String? {
    guard let trial = try? Stage(sample, fault: fault).trial(ask) else { return nil }
    guard let draft else { return try? trial.difference() }
    guard case .differs(let difference) = try? trial.answer(draft.text, plan) else { return nil }
    return difference
  }

  /// The same with as little as possible: first the expression, then the store, piece by piece as long
  /// as the two still part.
  func shrunk(tries: Int = 3000) -> Finding {
    var smallest = self
    var left = tries
    func stillDiffers(_ change: (inout Finding) -> Void) -> Bool {
      guard left > 0 else { return false }
      left -= 1
      var changed = smallest
      change(&changed)
      guard let difference = changed.again() else { return false }
      changed.difference = difference
      smallest = changed
      return true
    }
    while let draft = smallest.draft,
      draft.smaller.contains(where: { smaller in
        stillDiffers { $0.draft = smaller }
      })
    {}
    _ = stillDiffers { $0.ask.way = .direct }
    _ = stillDiffers { $0.sample.yaml = "format: 1\n" }
    _ = stillDiffers { $0.sample.segments = [:] }
    _ = stillDiffers { $0.sample.deliveries = .init() }
    _ = stillDiffers { $0.sample.zone = .utc }
    shorten(\.events, stillDiffers)
    shorten(\.writes, stillDiffers)
    shorten(\.entries, stillDiffers)
    return smallest

    /// Takes out halves, quarters, … down to single rows.
    func shorten<Row>(
      _ rows: WritableKeyPath<Sample, [Row]>, _ stillDiffers: ((inout Finding) -> Void) -> Bool
    ) {
      var size = smallest.sample[keyPath: rows].count
      while size > 0 {
        var start = 0
        while start < smallest.sample[keyPath: rows].count {
          let end = min(start + size, smallest.sample[keyPath: rows].count)
          let gone = stillDiffers { $0.sample[keyPath: rows].removeSubrange(start..<end) }
          if !gone { start = end }
        }
        size = size == 1 ? 0 : (size + 1) / 2
      }
    }
  }

  /// The whole of it, to read and to put into a case.
  func text(seed: UInt64) -> String {
    """
    \(difference)
    expression: \(draft?.text ?? "none")
    as of \(ask.instant.rfc3339), decisions \(ask.hidesDecisions ? "up to then" : "all"), \
    engine \(ask.way)
    \(sample)
    again: kith-fuzz --seed \(seed) --rounds 1
    """
  }
}
