import KithStore

/// `top`: a first round over all users finds the border, then everyone is compared with it.
extension RowEvaluator {
  mutating func isTop(
    _ share: Share, _ measure: Measured, _ user: Int, _ frame: Frame
  ) throws(Cancelled) -> Bool {
    guard case .number(let own) = try value(measure, user, frame), own.isPositive,
      let border = try border(of: TopKey(share: share, measure: measure), frame)
    else { return false }
    return own.order(to: border) >= 0
  }

  /// The lowest value that is still in; nil where nobody is.
  mutating func border(of key: TopKey, _ frame: Frame) throws(Cancelled) -> Ratio? {
    if let known = frame.border(of: key) { return known }
    // The round walks over all users: its own evaluator keeps this one's user in place.
    var round = self
    var values: [Ratio] = []
    for user in 0..<world.snapshot.userCount {
      try stopIfCancelled(at: user)
      guard round.history(of: user, frame).count > 0 else { continue }
      if case .number(let number) = try round.value(key.measure, user, frame), number.isPositive {
        values.append(number)
      }
    }
    let wanted = key.share.users(of: values.count)
    values.sort { $0.order(to: $1) > 0 }
    let border = wanted == 0 || values.isEmpty ? nil : values[min(wanted, values.count) - 1]
    frame.keep(border, of: key)
    return border
  }
}

extension Ratio {
  /// Divisors are counts, so the dividend has the sign.
  fileprivate var isPositive: Bool { dividend > .zero }
}

extension Share {
  /// How many of `count` users: a share is rounded up.
  func users(of count: Int) -> Int {
    switch self {
    case .number(let number): return number
    case .percent(let percent):
      let whole = Exact(100).units
      return Int((percent.units * Int128(count) + whole - 1) / whole)
    }
  }
}

/// Looks every few hundred users whether the answer is still wanted.
func stopIfCancelled(at user: Int) throws(Cancelled) {
  if user & 255 == 0, Task.isCancelled { throw Cancelled() }
}
