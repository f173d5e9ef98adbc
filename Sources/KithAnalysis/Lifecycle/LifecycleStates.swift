public import KithSegments
public import KithSystem

/// The state of each user on D, by a model of states (DEFINITIONS, `lifecycle`).
public struct LifecycleStates: Sendable, Equatable {
  public var day: Day
  public var model: LifecycleModel
  /// Users by state, in the model's order.
  public var counts: [Int]
  /// By user number the place of the state; -1 for users who are not counted.
  public var states: [Int8]

  public var total: Int { counts.reduce(0, +) }
}

/// Ways to put every user into exactly one state.
public enum LifecycleModel: Sendable, Equatable {
  /// Duolingo's growth model (J. Hopping Gustafson, "Meaningful metrics", 2023): new, current,
  /// reactivated and resurrected users make up the day's, with those at risk the week's and month's.
  case duolingo
  /// Days since the last activity, the thresholds in days.
  case recency(newDays: Int = 7, atRiskDays: Int = 14, dormantDays: Int = 30, churnDays: Int = 90)

  public var name: String {
    switch self {
    case .duolingo: "duolingo"
    case .recency: "recency"
    }
  }

  /// The names of the states, in order.
  public var states: [String] {
    switch self {
    case .duolingo:
      [
        "new", "current", "reactivated", "resurrected", "at_risk_wau", "at_risk_mau", "dormant",
      ]
    case .recency: ["new", "active", "resurrected", "at_risk", "dormant", "churned"]
    }
  }

  /// The place of a user's state, from the active days up to D, which are not none.
  func state(_ days: UnsafeBufferPointer<UInt16>, on day: Int) -> Int {
    switch self {
    case .duolingo: return duolingo(days, on: day)
    case .recency(let new, let atRisk, let dormant, let churn):
      let gap = day - Int(days[days.count - 1])
      if gap >= churn { return 5 }
      if gap >= dormant { return 4 }
      if gap >= atRisk { return 3 }
      if day - Int(days[0]) < new { return 0 }
      return cameBack(days, on: day, within: new, after: dormant) ? 2 : 1
    }
  }

  private func duolingo(_ days: UnsafeBufferPointer<UInt16>, on day: Int) -> Int {
    let gap = day - Int(days[days.count - 1])
    if gap >= 30 { return 6 }
    if gap >= 7 { return 5 }
    if gap >= 1 { return 4 }
    guard days.count > 1 else { return 0 }
    let before = day - Int(days[days.count - 2])
    return before <= 6 ? 1 : before <= 29 ? 2 : 3
  }

  private func cameBack(
    _ days: UnsafeBufferPointer<UInt16>, on day: Int, within window: Int, after gap: Int
  ) -> Bool {
    var next = days.count - 1
    while next > 0, day - Int(days[next]) < window {
      if Int(days[next]) - Int(days[next - 1]) >= gap { return true }
      next -= 1
    }
    return false
  }

  private var parameters: JSON {
    switch self {
    case .duolingo: .object([])
    case .recency(let new, let atRisk, let dormant, let churn):
      [
        "new_days": .int(new), "at_risk_days": .int(atRisk), "dormant_days": .int(dormant),
        "churn_days": .int(churn),
      ]
    }
  }

  fileprivate var head: [JSON.Member] {
    [.init("model", .string(name)), .init("parameters", parameters)]
  }
}

extension LifecycleStates {
  /// One for each group of the scope. Cost: the last active days of each user.
  public static func of(
    _ engine: EmbeddedEngine, _ scope: Scope = Scope(), model: LifecycleModel = .duolingo
  ) throws(Cancelled) -> [LifecycleStates] {
    let lists = try engine.activeDays(of: scope.activity)
    let day = Int(engine.moment.day.number)
    let empty = LifecycleStates(
      day: engine.moment.day, model: model, counts: model.states.map { _ in 0 },
      states: Array(repeating: -1, count: lists.users))
    var all = Array(repeating: empty, count: scope.groups.count)
    for user in 0..<lists.users {
      let group = scope.groups[user]
      guard group >= 0 else { continue }
      let days = lists[user]
      guard !days.isEmpty else { continue }
      let state = model.state(days, on: day)
      all[group].counts[state] += 1
      all[group].states[user] = Int8(state)
    }
    return all
  }

  /// - Parameter ids: names every counted user's state where it is given.
  public func json(ids: ((Int) -> String)? = nil) -> JSON {
    var members = [JSON.Member("as_of", .day(day))] + model.head
    members.append(
      .init(
        "counts", .object(zip(model.states, counts).map { .init($0, .int($1)) })))
    members.append(.init("total", .int(total)))
    if let ids {
      members.append(
        .init(
          "users",
          .object(
            states.indices.filter { states[$0] >= 0 }.map { user in
              .init(ids(user), .string(model.states[Int(states[user])]))
            })))
    }
    return .object(members)
  }
}
