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
      var attributes = Cores.map(values.count) { place in
        let (name, values) = (question.traits[place].name, values[place])
        let counts = CodeCounts(values.codes, users) { standing[$0] == 1 }
        let levels = levels(values, counts, bins: question.bins(of: name, values))
        var attribute = Attribute(
          name: name, levels: joined(levels, counts, fewest: question.fewest))
        attribute.weigh()
        return attribute
      }
      attributes.sort {
        $0.information == $1.information
          ? precedes($0.name, $1.name) : $0.information > $1.information
      }
      let lost = users.count { standing[$0] == 1 }
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

  /// A level that a code belongs to: its name, and for bins the value.
  private typealias Place = (code: UInt32, level: String, value: Double?)

  /// The level of each code that a user has. Without bins each code is one; of bins, bin
  /// q = 1 + ⌊bins × w ÷ m⌋, w being the users with a strictly smaller value, m those with one.
  private static func levels(
    _ values: TraitValues, _ counts: CodeCounts, bins: Int?
  ) -> [Place] {
    guard let bins, let number = values.number else {
      return counts.codes.map { code in
        (code, code == absentCode ? TraitValues.none : values.name(code), nil)
      }
    }
    var places: [Place] = counts.total(absentCode) > 0 ? [(absentCode, TraitValues.none, nil)] : []
    let known = counts.codes.filter { $0 != absentCode }.map { (code: $0, value: number($0)) }
    let users = known.reduce(0) { $0 + counts.total($1.code) }
    var (smaller, upToNow) = (0, 0)
    var last: Exact?
    for entry in known.sorted(by: { $0.value < $1.value }) {
      if entry.value != last { smaller = upToNow }
      last = entry.value
      upToNow += counts.total(entry.code)
      places.append((entry.code, "q\(1 + bins * smaller / users)", entry.value.double))
    }
    return places
  }

  /// The levels by name, those with few users joined.
  private static func joined(_ places: [Place], _ counts: CodeCounts, fewest: Int) -> [Level] {
    var levels: [String: Level] = [:]
    for place in places {
      var level = levels[place.level] ?? Level(name: place.level, churned: 0, retained: 0)
      let churned = counts.ofKind(place.code)
      level.churned += churned
      level.retained += counts.total(place.code) - churned
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
      let counts = CodeCounts(values.codes, users) { _ in false }
      var names = [String](repeating: "", count: counts.places)
      for place in levels(values, counts, bins: question.bins(of: trait.name, values)) {
        names[counts.place(place.code)] = "\(trait.name) = \(place.level)"
      }
      for user in users {
        let state = standing[user] == 1 ? "churned" : "retained"
        visitor("\(names[counts.place(values.codes[user])]) \(state)", user)
      }
    }
  }
}

extension ChurnQuestion {
  /// Into how many bins the values of a trait are cut; nil where each is a level of its own.
  fileprivate func bins(of name: String, _ values: TraitValues) -> Int? {
    numeric.contains(name) && values.number != nil ? bins : nil
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

  /// The level's churn rate ÷ everyone's, the interest of a rule in Brin, Motwani, Ullman and Tsur
  /// (SIGMOD 1997); nil where nobody churned.
  public func lift(of level: Level) -> Double? {
    guard churned > 0, level.users > 0 else { return nil }
    return (Double(level.churned) / Double(level.users)) / (Double(churned) / Double(users))
  }
}
