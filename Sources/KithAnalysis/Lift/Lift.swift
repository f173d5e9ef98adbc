public import KithSystem

/// What an experiment in the log brought: how many users of each arm converted, against the control's
/// (DEFINITIONS, `campaign_lift`).
public struct Lift: Sendable, Equatable {
  public struct Arm: Sendable, Equatable {
    public var name: String
    public var users = 0
    public var converted = 0
    public var conversions = 0
    /// Of the conversion events, in millionths.
    public var value: Int128 = 0
    /// Σ over users of (value − mean)², in units of the value.
    public var squares = 0.0

    public var rate: Double? { users == 0 ? nil : Double(converted) / Double(users) }
    public var mean: Double? { users == 0 ? nil : double(micros: value) / Double(users) }
  }
  public var day: Day
  public var property: String
  public var control: String
  public var conversion: String
  public var windowMs: Int64?
  public var exposure: String?
  public var confidence: Double
  /// Users who were seen with two arms and are left out.
  public var inTwoArms: Int
  /// By name.
  public var arms: [Arm]
  /// By user number the arm; -1 for users who are in none.
  public var places: [Int32]
  /// By user number, whether they converted.
  public var hasConverted: [Bool]
}

/// One arm against the control.
public struct Comparison: Sendable, Equatable {
  /// The arm's rate less the control's.
  public var difference: Double
  /// difference ± z √(p₁q₁/n₁ + p₀q₀/n₀).
  public var wald: ClosedRange<Double>
  /// Newcombe, "Interval estimation for the difference between independent proportions", Statistics in
  /// Medicine 17, 1998, method 10, from two Wilson intervals: right where counts are small, too.
  public var newcombe: ClosedRange<Double>
  /// With the variance of both arms pooled; nil where nobody or everybody converted.
  public var z: Double?
  /// Of both sides.
  public var pValue: Double?
  /// difference ÷ the control's rate; nil where that is 0.
  public var relative: Double?
  /// On the logarithm of the ratio (Katz and others, Biometrics 34, 1978).
  public var relativeInterval: ClosedRange<Double>?
  /// Conversions that would not have been without.
  public var incremental: Double
  /// Mean value for each user less the control's, with Welch's interval and p (Biometrika 34, 1947); nil
  /// where an arm has one user or nothing varies.
  public var value: (difference: Double, interval: ClosedRange<Double>, p: Double)?

  public static func == (left: Comparison, right: Comparison) -> Bool {
    left.difference == right.difference && left.newcombe == right.newcombe
  }
}

extension Lift {
  /// An arm against the control; nil where either has nobody.
  public func comparison(of arm: Arm) -> Comparison? {
    guard let base = arms.first(where: { $0.name == control }), let p0 = base.rate,
      let p1 = arm.rate
    else { return nil }
    let (n0, n1) = (Double(base.users), Double(arm.users))
    let quantile = Distribution.normalQuantile(confidence: confidence)
    let difference = p1 - p0
    let half = quantile * (p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0).squareRoot()
    let (w0, w1) = (wilson(p0, n0, quantile), wilson(p1, n1, quantile))
    let below = (square(p1 - w1.lowerBound) + square(w0.upperBound - p0)).squareRoot()
    let above = (square(w1.upperBound - p1) + square(p0 - w0.lowerBound)).squareRoot()
    let pooled = Double(arm.converted + base.converted) / (n0 + n1)
    let z =
      pooled > 0 && pooled < 1
      ? difference / (pooled * (1 - pooled) * (1 / n1 + 1 / n0)).squareRoot() : nil
    var interval: ClosedRange<Double>?
    if base.converted > 0, arm.converted > 0 {
      let spread =
        quantile
        * ((1 - p1) / Double(arm.converted) + (1 - p0) / Double(base.converted)).squareRoot()
      let middle = logarithm(p1 / p0)
      interval = exponential(middle - spread) - 1...exponential(middle + spread) - 1
    }
    return Comparison(
      difference: difference, wald: difference - half...difference + half,
      newcombe: difference - below...difference + above, z: z,
      pValue: z.map { Distribution.normalTwoTails($0) }, relative: p0 == 0 ? nil : difference / p0,
      relativeInterval: interval, incremental: difference * n1, value: welch(arm, base))
  }

  /// Wilson's interval of a rate (Journal of the American Statistical Association 22, 1927).
  private func wilson(_ p: Double, _ n: Double, _ z: Double) -> ClosedRange<Double> {
    let middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot() / (1 + z * z / n)
    return middle - half...middle + half
  }

  private func welch(
    _ arm: Arm, _ base: Arm
  ) -> (difference: Double, interval: ClosedRange<Double>, p: Double)? {
    guard arm.users > 1, base.users > 1, let m1 = arm.mean, let m0 = base.mean else { return nil }
    let (n1, n0) = (Double(arm.users), Double(base.users))
    let (s1, s0) = (arm.squares / (n1 - 1) / n1, base.squares / (n0 - 1) / n0)
    let error = (s1 + s0).squareRoot()
    guard error > 0 else { return nil }
    let degrees = square(s1 + s0) / (square(s1) / (n1 - 1) + square(s0) / (n0 - 1))
    let half =
      Distribution.studentQuantile(confidence: confidence, degrees: degrees) * error
    let difference = m1 - m0
    return (
      difference, difference - half...difference + half,
      Distribution.studentTwoTails(difference / error, degrees: degrees)
    )
  }
}

private func square(_ x: Double) -> Double { x * x }

extension Lift {
  public var json: JSON {
    let others = arms.filter { $0.name != control }
    return [
      "as_of": .day(day), "arm_property": .string(property), "control": .string(control),
      "conversion": .string(conversion), "window_days": windowDays,
      "exposure_event": exposure.map(JSON.string) ?? .null, "confidence": .double(confidence),
      "excluded_in_two_arms": .int(inTwoArms),
      "arms": .object(
        arms.map { arm in
          .init(
            arm.name,
            [
              "users": .int(arm.users), "converted": .int(arm.converted),
              "rate": .double(arm.rate), "conversions": .int(arm.conversions),
              "value": .micros(arm.value), "value_per_user": .double(arm.mean),
            ])
        }),
      "versus_control": .object(
        others.compactMap { arm in comparison(of: arm).map { .init(arm.name, $0.json) } }),
    ]
  }

  private var windowDays: JSON {
    guard let windowMs else { return .null }
    return windowMs % Instant.dayMs == 0
      ? .int(windowMs / Instant.dayMs) : .double(Double(windowMs) / Double(Instant.dayMs))
  }
}

extension Comparison {
  var json: JSON {
    func pair(_ range: ClosedRange<Double>) -> JSON {
      [.double(range.lowerBound), .double(range.upperBound)]
    }
    var members: [JSON.Member] = [
      .init("difference", .double(difference)), .init("wald", pair(wald)),
      .init("newcombe", pair(newcombe)), .init("z", .double(z)), .init("p_value", .double(pValue)),
      .init("relative_lift", .double(relative)),
      .init("incremental_conversions", .double(incremental)),
    ]
    if let relativeInterval {
      members.append(.init("relative_lift_interval", pair(relativeInterval)))
    }
    if let value {
      members += [
        .init("value_difference", .double(value.difference)),
        .init("value_interval_welch", pair(value.interval)),
        .init("value_p_value", .double(value.p)),
      ]
    }
    return .object(members)
  }
}
