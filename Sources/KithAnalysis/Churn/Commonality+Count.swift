public import KithSegments
import KithStore
public import KithSystem

/// Who is looked at and what is compared.
public struct ChurnQuestion: Sendable {
  /// Without a label, who was away so long is churned; without `eligible`, who has been here so long is
  /// looked at.
  public var days = 30
  public var label: Segment?
  public var eligible: Segment?
  /// Traits by name; those of `numeric` are cut into bins of equal counts.
  public var traits: [(name: String, trait: Trait)]
  public var numeric: Set<String>
  public var bins = 5
  /// Levels with fewer users are put together as `(other)`.
  public var fewest = 0

  public init(traits: [(name: String, trait: Trait)], numeric: Set<String> = []) {
    self.traits = traits
    self.numeric = numeric
  }
}

extension Commonality {
  /// One for each group of the scope. Cost: the users' events, once.
  public static func of(
    _ engine: EmbeddedEngine, _ scope: Scope = Scope(), _ question: ChurnQuestion
  ) throws(Cancelled) -> [Commonality] {
    let standing = try standing(engine, scope, question)
    let values = try TraitValues.of(question.traits.map(\.trait), engine)
    return scope.groups.names.indices.map { group in
      let users = standing.indices.filter { standing[$0] >= 0 && scope.groups[$0] == group }
      let churned = users.map { standing[$0] == 1 }
      var attributes = zip(question.traits, values).map { trait, values in
        let levels =
          question.numeric.contains(trait.name) && values.number != nil
          ? binned(users, values, question.bins) : named(users, values)
        var attribute = Attribute(
          name: trait.name, levels: count(levels, churned, fewest: question.fewest))
        attribute.weigh()
        return attribute
      }
      attributes.sort {
        $0.information == $1.information
          ? precedes($0.name, $1.name) : $0.information > $1.information
      }
      let lost = churned.count { $0 }
      return Commonality(
        day: engine.moment.day, churnDays: question.days, label: question.label?.source.text,
        eligible: question.eligible?.source.text, churned: lost, retained: users.count - lost,
        attributes: attributes)
    }
  }

  /// For each user 1 for churned, 0 for retained, -1 for not looked at.
  private static func standing(
    _ engine: EmbeddedEngine, _ scope: Scope, _ question: ChurnQuestion
  ) throws(Cancelled) -> [Int8] {
    let lists = try engine.activeDays(of: scope.activity)
    let day = Int(engine.moment.day.number)
    var standing = [Int8](repeating: -1, count: lists.users)
    for user in 0..<lists.users {
      lists.withDays(of: user) { days in
        guard let first = days.first, let last = days.last else { return }
        if question.eligible == nil, day - Int(first) < question.days { return }
        standing[user] = day - Int(last) >= question.days ? 1 : 0
      }
    }
    if let eligible = question.eligible {
      let wanted = Set(try engine.members(of: eligible))
      for user in standing.indices { standing[user] = wanted.contains(user) ? 0 : -1 }
      if question.label == nil {
        for user in wanted {
          let last = lists.withDays(of: user) { $0.last.map { Int($0) } }
          standing[user] = last.map { day - $0 >= question.days ? 1 : 0 } ?? -1
        }
      }
    }
    if let label = question.label {
      for user in standing.indices where standing[user] >= 0 { standing[user] = 0 }
      for user in try engine.members(of: label) where standing[user] >= 0 { standing[user] = 1 }
    }
    return standing
  }

  /// The level of each user: its name, and for bins the value.
  private typealias Place = (level: String, value: Double?)

  private static func named(_ users: [Int], _ values: TraitValues) -> [Place] {
    var names: [UInt32: String] = [absentCode: TraitValues.none]
    return users.map { user in
      let code = values.codes[user]
      if let name = names[code] { return (name, nil) }
      let name = values.name(code)
      names[code] = name
      return (name, nil)
    }
  }

  /// Bin q = 1 + ⌊bins × w ÷ m⌋, w being the users with a strictly smaller value, m those with one.
  private static func binned(_ users: [Int], _ values: TraitValues, _ bins: Int) -> [Place] {
    guard let number = values.number else { return named(users, values) }
    let numbers = users.map { user in
      values.codes[user] == absentCode ? nil : number(values.codes[user])
    }
    let sorted = numbers.compactMap(\.self).sorted()
    var smaller: [Exact: Int] = [:]
    for (place, value) in sorted.enumerated() where smaller[value] == nil { smaller[value] = place }
    return numbers.map { value in
      guard let value else { return (TraitValues.none, nil) }
      return ("q\(1 + bins * (smaller[value] ?? 0) / sorted.count)", value.double)
    }
  }

  private static func count(_ places: [Place], _ churned: [Bool], fewest: Int) -> [Level] {
    var levels: [String: Level] = [:]
    for (place, isLost) in zip(places, churned) {
      var level = levels[place.level] ?? Level(name: place.level, churned: 0, retained: 0)
      if isLost { level.churned += 1 } else { level.retained += 1 }
      if let value = place.value {
        let range = level.range ?? value...value
        level.range = min(range.lowerBound, value)...max(range.upperBound, value)
      }
      levels[place.level] = level
    }
    var other = Level(name: TraitValues.other, churned: 0, retained: 0)
    for level in levels.values where level.users < fewest {
      other.churned += level.churned
      other.retained += level.retained
      levels[level.name] = nil
    }
    if other.users > 0 { levels[other.name] = other }
    return levels.values.sorted { precedes($0.name, $1.name) }
  }

  /// Visits the users that were looked at, as `churned` and `retained`.
  public static func eachUser(
    _ engine: EmbeddedEngine, _ scope: Scope, group: Int, _ question: ChurnQuestion,
    _ visitor: CellVisitor
  ) throws(Cancelled) {
    let standing = try standing(engine, scope, question)
    let values = try TraitValues.of(question.traits.map(\.trait), engine)
    let users = standing.indices.filter { standing[$0] >= 0 && scope.groups[$0] == group }
    for user in users { visitor(standing[user] == 1 ? "churned" : "retained", user) }
    for (trait, values) in zip(question.traits, values) {
      let isBinned = question.numeric.contains(trait.name) && values.number != nil
      let places = isBinned ? binned(users, values, question.bins) : named(users, values)
      for (user, place) in zip(users, places) {
        let state = standing[user] == 1 ? "churned" : "retained"
        visitor("\(trait.name) = \(place.level) \(state)", user)
      }
    }
  }
}

/// By bytes, as ids are ordered.
func precedes(_ left: String, _ right: String) -> Bool {
  left.utf8.lexicographicallyPrecedes(right.utf8)
}

extension Commonality {
  public var json: JSON {
    [
      "as_of": .day(day), "churn_days": .int(churnDays),
      "label": label.map(JSON.string) ?? .null, "eligible": eligible.map(JSON.string) ?? .null,
      "users": .int(users), "churned": .int(churned), "churn_rate": .ratio(churned, users),
      "attributes": .array(attributes.map(json)),
    ]
  }

  private func json(_ attribute: Attribute) -> JSON {
    [
      "attribute": .string(attribute.name), "iv": .double(attribute.information),
      "chi2": .double(attribute.chiSquared), "df": .int(attribute.degrees),
      "p_value": .double(attribute.pValue), "cramers_v": .double(attribute.cramersV),
      "min_expected": .double(attribute.leastExpected), "smoothed": .bool(attribute.isSmoothed),
      "levels": .array(attribute.levels.map(json)),
    ]
  }

  private func json(_ level: Level) -> JSON {
    var members: [JSON.Member] = [.init("level", .string(level.name))]
    if let range = level.range {
      members.append(.init("range", [.double(range.lowerBound), .double(range.upperBound)]))
    }
    members += [
      .init("users", .int(level.users)), .init("churned", .int(level.churned)),
      .init("retained", .int(level.retained)),
      .init("churn_rate", .ratio(level.churned, level.users)),
      .init("lift", .double(lift(of: level))),
      .init("woe", .double(level.weight)), .init("iv", .double(level.information)),
    ]
    return .object(members)
  }

  /// The level's churn rate ÷ everyone's; nil where nobody churned.
  public func lift(of level: Level) -> Double? {
    guard churned > 0, level.users > 0 else { return nil }
    return (Double(level.churned) / Double(level.users)) / (Double(churned) / Double(users))
  }
}
