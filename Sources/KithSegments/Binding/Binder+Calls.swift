import KithStore
import KithSystem

/// Measures: which arguments each takes, in which order, and what comes of them.
extension Binder {
  mutating func measured(_ call: Syntax.Call) throws(Mistake) -> Measured {
    var arguments = Arguments(call)
    let measured = try measured(call, &arguments)
    try arguments.finish()
    return measured
  }

  private mutating func measured(
    _ call: Syntax.Call, _ arguments: inout Arguments
  ) throws(Mistake) -> Measured {
    switch call.measure {
    case .did: return .did(try selection(&arguments))
    case .count: return .count(try selection(&arguments))
    case .days: return .days(try selection(&arguments))
    case .weeks: return .weeks(try selection(&arguments))
    case .first: return .first(try selection(&arguments))
    case .last: return .last(try selection(&arguments))
    case .since: return .since(try events(&arguments))
    case .sum: return try aggregate(.sum, &arguments)
    case .average: return try aggregate(.average, &arguments)
    case .min: return try aggregate(.min, &arguments)
    case .max: return try aggregate(.max, &arguments)
    case .distinct: return try aggregate(.distinct, &arguments)
    case .sequence: return try sequence(&arguments)
    case .top: return try top(&arguments)
    case .was: return try was(&arguments)
    case .tag: return tag(try arguments.name("a tag", example: "tag(\"core\")"))
    case .in:
      let name = try arguments.name("a saved segment", example: "in(\"name\")")
      return .condition(try segment(name.text, at: name.place))
    case .received:
      let name = try arguments.campaign().map { campaign($0) }
      return .received(name, try arguments.window())
    case .returned:
      return .returned(
        campaign(try arguments.name("a campaign", example: "returned(\"winback\")")))
    case .resurrected:
      let gap = try arguments.gap()
      return .resurrected(gapDays: gap, try arguments.window())
    case .attribute:
      let name = try arguments.name("an attribute", example: "attribute(\"city\")")
      return attribute(name.text, at: name.place)
    case .expectedPurchases:
      return .score(
        .expected(
          days: try arguments.length(
            "a horizon in days", "horizon", form: "as in expected_purchases(39w)")))
    }
  }

  /// Events without a property, and no window.
  private mutating func events(_ arguments: inout Arguments) throws(Mistake) -> Selection {
    let events = try arguments.events()
    if let property = events.property {
      throw Mistake(
        "`\(arguments.call.measure.rawValue)` takes no property", at: property.place,
        remedy: "to filter by it write … where \(property.text.nameText) = …")
    }
    return Selection(which(events), filters: try filters(events.filters))
  }

  private mutating func selection(_ arguments: inout Arguments) throws(Mistake) -> Selection {
    var selection = try events(&arguments)
    selection.window = try arguments.window()
    return selection
  }

  private mutating func aggregate(
    _ aggregate: Aggregate, _ arguments: inout Arguments
  ) throws(Mistake) -> Measured {
    let events = try arguments.events()
    let name = arguments.call.measure.rawValue
    guard let property = events.property else {
      let text = Formatter.text(.measure(arguments.call))
      let start = text.prefix { $0 != "(" && $0 != "," && $0 != ")" }
      throw Mistake(
        "`\(start)` needs a property", at: events.place, remedy: "as in \(name)(purchase.value)")
    }
    let bound = self.property(property)
    guard aggregate == .distinct || bound.kind == .number || bound.kind == .unknown else {
      throw Mistake(
        "`\(property.text)` is \(bound.kind.shown), and `\(name)` takes numbers",
        at: property.place)
    }
    var selection = Selection(which(events), filters: try filters(events.filters))
    selection.window = try arguments.window()
    return .aggregate(aggregate, bound, selection)
  }

  private mutating func sequence(_ arguments: inout Arguments) throws(Mistake) -> Measured {
    var steps: [Selection] = []
    while arguments.hasEvents { steps.append(try events(&arguments)) }
    let form: Phrase = "as in sequence(signup, purchase, within 7d)"
    guard case .within(let duration) = arguments.kind else {
      throw arguments.expected(
        steps.isEmpty ? "an event" : "an event, or `within` and a duration", remedy: form)
    }
    arguments.skip()
    if arguments.hasEvents {
      throw Mistake("`within` stands last", at: arguments.place, remedy: form)
    }
    guard steps.count > 1 else {
      throw Mistake("a sequence has at least two events", at: arguments.call.place, remedy: form)
    }
    return .sequence(steps, withinMilliseconds: duration.milliseconds)
  }

  private mutating func top(_ arguments: inout Arguments) throws(Mistake) -> Measured {
    let share = try arguments.share()
    let place = arguments.place
    let measure: Measured
    switch arguments.kind {
    case .measure(let call): measure = try measured(call)
    case .events(let events):
      guard case .named(let name) = events.which, events.property == nil, events.filters.isEmpty
      else { fallthrough }
      measure = try named(Syntax.Name(text: name, place: place))
    default:
      throw arguments.expected(
        "a measure or an attribute", remedy: "as in top(5%, sum(purchase.value, 90d))")
    }
    arguments.skip()
    guard measure.kind == .number || measure.kind == .unknown else {
      throw Mistake("`top` ranks by a number, and this is \(measure.kind.shown)", at: place)
    }
    return .top(share, measure)
  }

  private mutating func was(_ arguments: inout Arguments) throws(Mistake) -> Measured {
    guard case .condition(let tree) = arguments.kind else {
      throw arguments.expected("an expression", remedy: "as in was(stage = active, 7d)")
    }
    let condition = try condition(tree)
    arguments.skip()
    guard case .window(.last(let duration)) = arguments.kind else {
      throw arguments.expected("how long ago", remedy: "as in was(stage = active, 7d)")
    }
    arguments.skip()
    return .was(condition, duration)
  }
}
