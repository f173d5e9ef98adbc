import KithStore
import KithSystem

/// Names without parentheses: what the store derives, then the attributes.
extension Binder {
  mutating func named(_ name: Syntax.Name) throws(Mistake) -> Measured {
    guard let derived = DerivedName.named(name.text) else {
      return attribute(name.text, at: name.place)
    }
    switch derived {
    case .stage:
      try reachStage(at: name.place)
      return .stage
    case .band:
      try reachBand(at: name.place)
      return .band
    case .source: return .source
    case .owner: return .owner
    case .first: return .first(Selection(.any))
    case .last: return .last(Selection(.any))
    case .events: return .count(Selection(.any))
    case .value: return .aggregate(.sum, .value, Selection(.any))
    case .days30d: return .days(Selection(.activity, window: .days(older: 30, newer: 0)))
    case .age: return .age
    case .rhythm: return .rhythm
    case .alive: return .score(.alive)
    case .recency: return .score(.recency)
    case .frequency: return .score(.frequency)
    case .monetary: return .score(.monetary)
    case .level, .points:
      throw notYet(name.text, at: name.place)
    }
  }

  /// Known words whose values a later version brings.
  func notYet(_ name: String, at place: Place) -> Mistake {
    Mistake("`\(name)` is not available yet in this version", at: place)
  }

  /// A user attribute, past any derived name.
  mutating func attribute(_ name: String, at place: Place) -> Measured {
    if let index = schema.attribute(name) {
      return .attribute(index, schema.attributes[index].type)
    }
    let schema = schema
    warn("no user has an attribute `\(name)`", at: place, remedy: schema.hint(attribute: name))
    return .unknown
  }

  mutating func property(_ name: Syntax.Name) -> Property {
    switch name.text {
    case "value": return .value
    case "source": return .source
    default: break
    }
    if let index = schema.property(name.text) {
      columns.insert(index)
      return .column(index, schema.properties[index].type)
    }
    let schema = schema
    warn(
      "no event has a property `\(name.text)`", at: name.place,
      remedy: suggestion(
        for: name.text, among: ["value", "source"] + schema.properties.map(\.name)))
    return .unknown
  }

  mutating func which(_ events: Syntax.Events) -> Selection.Which {
    switch events.which {
    case .any: return .any
    case .activity: return .activity
    case .named(let name):
      if let code = schema.eventNames.code(name) { return .code(code) }
      let schema = schema
      warn(
        "no event `\(name)` was imported yet", at: events.place,
        remedy: suggestion(for: name, among: ["any", "activity"] + schema.eventNames.texts))
      return .none
    }
  }

  mutating func filters(_ filters: [Syntax.Filter]) throws(Mistake) -> [Filter] {
    var bound: [Filter] = []
    for filter in filters {
      let property = property(filter.property)
      let name = filter.property.text.nameText
      let test: Test
      switch filter.test {
      case .has: test = .present
      case .comparison(let sign, let literal):
        test = try self.test(sign, literal, of: property.kind, named: name, at: filter.place)
      case .membership(let negated, let literals):
        var constants: [Constant] = []
        for literal in literals {
          constants.append(try constant(literal, for: property.kind, named: name))
        }
        test = .member(negated: negated, constants)
      }
      bound.append(Filter(property: property, test: test))
    }
    return bound
  }
}

extension Schema {
  /// What was probably meant by the name of an attribute that no user has.
  fileprivate func hint(attribute name: String) -> Phrase? {
    switch name.lowercased() {
    case "true", "false": return "write `\(name.lowercased())`"
    case "user", "user_id", "uid", "id":
      return "an id is no attribute; `kith user ID` shows one user"
    case "tags": return "a tag is asked for as tag(\"core\")"
    default: break
    }
    if MeasureName(rawValue: name) != nil { return "the measure is written \(name)(…)" }
    if eventNames.code(name) != nil {
      return "`\(name)` is an event: did(\(name.nameText)) holds for those who did it"
    }
    return suggestion(
      for: name, among: DerivedName.allCases.map(\.rawValue) + attributes.map(\.name))
  }
}
