import KithStore
import KithSystem

/// Measures and what they are compared with, by type.
extension RandomExpression {
  /// A measure over events that takes no property.
  func call(_ measure: String, _ chance: inout Chance) -> [Draft.Part] {
    ["\(measure)(\(event(&chance))"] + filters(&chance) + window(&chance) + [")"]
  }

  private func columns(_ columns: [Column], _ type: ValueType) -> [String] {
    columns.filter { $0.type == type }.map(\.name)
  }

  func numberMeasure(_ chance: inout Chance) -> [Draft.Part] {
    switch chance.within(0...9) {
    case 0...2: return call(chance.pick(["count", "days", "weeks"]), &chance)
    case 3, 4:
      let all = ["value", "source"] + properties.map(\.name)
      return aggregate("distinct", chance.pick(all), &chance)
    case 5...7:
      let measure = chance.pick(["sum", "average", "min", "max"])
      let property = chance.pick(["value"] + columns(properties, .number))
      return aggregate(measure, property, &chance)
    case 8: return [.text(chance.pick(["events", "value", "days_30d"]))]
    default:
      let numbers = columns(attributes, .number)
      return [numbers.isEmpty ? "events" : "attribute(\(quoted(chance.pick(numbers))))"]
    }
  }

  private func aggregate(
    _ measure: String, _ property: String, _ chance: inout Chance
  ) -> [Draft.Part] {
    ["\(measure)(\(event(&chance)).\(quoted(property))"] + filters(&chance) + window(&chance)
      + [")"]
  }

  private func number(_ chance: inout Chance) -> String {
    chance.pick([
      "0", "1", "2", "3", "5", "-5", "0.5", "2.50", "10", "0.000001", "123456789012345678", "19.99",
    ])
  }

  func numberTest(_ chance: inout Chance) -> [Draft.Part] {
    if chance.isOne(in: 6) {
      let list = (0..<chance.within(1...3)).map { _ in number(&chance) }
      let verb = chance.isOne(in: 2) ? "not in" : "in"
      return numberMeasure(&chance) + [" \(verb) [\(list.joined(separator: ", "))]"]
    }
    return numberMeasure(&chance) + [" \(sign(&chance)) \(number(&chance))"]
  }

  /// A measure that stands twice, which is worked out once, beside a stage or a band, whose rules have
  /// measures of their own.
  func twice(_ chance: inout Chance) -> Draft {
    let measure = numberMeasure(&chance)
    func test() -> Draft { .leaf(measure + [" \(sign(&chance)) \(number(&chance))"]) }
    let parts = [Draft.either([standing(&chance), test()]), test()]
    return chance.isOne(in: 2) ? .all(parts) : .not(.all(parts))
  }

  func numberComparison(_ chance: inout Chance) -> [Draft.Part] {
    let left = numberMeasure(&chance)
    let factor = chance.pick(["0.5", "1", "2", "-1", "0", "1.000001", "999999999999999999"])
    return left + [" \(sign(&chance)) \(factor) * "] + numberMeasure(&chance)
  }

  func textTest(_ chance: inout Chance) -> [Draft.Part] {
    let texts = attributes.filter { $0.type == .text }
    if !texts.isEmpty, chance.isOne(in: 2) {
      let column = chance.pick(texts)
      let name = "attribute(\(quoted(column.name)))"
      if chance.isOne(in: 4) { return ["source \(sign(&chance)) \(name)"] }
      return test(name, column, &chance)
    }
    let name = chance.pick(["source", "owner", "nothing"])
    let values = ["ads", "Ads", "朋友", "é", "lee", "王", "zz"]
    switch chance.within(0...3) {
    case 0: return ["\(name) ~ \(quoted(chance.pick(["A", "É", "ee", "友"])))"]
    case 1: return ["\(name) not in [\(quoted(chance.pick(values))), ads]"]
    default: return ["\(name) \(sign(&chance)) \(quoted(chance.pick(values)))"]
    }
  }

  func attributeName(_ chance: inout Chance) -> String {
    let names = attributes.map { "attribute(\(quoted($0.name)))" }
    return chance.pick(
      ["source", "owner", "rhythm", "first", "value", "age", "nothing"] + names)
  }

  private func time(_ chance: inout Chance) -> [Draft.Part] {
    switch chance.within(0...3) {
    case 0: [.text(chance.pick(["first", "last"]))]
    default: call(chance.pick(["first", "last"]), &chance)
    }
  }

  func timeTest(_ chance: inout Chance) -> [Draft.Part] {
    let dates = columns(attributes, .date).map { "attribute(\(quoted($0)))" }
    if !dates.isEmpty, chance.isOne(in: 3) {
      let name = chance.pick(dates)
      if chance.isOne(in: 2) { return time(&chance) + [" \(sign(&chance)) \(name)"] }
      return ["\(name) \(sign(&chance)) \(day)"]
    }
    if chance.isOne(in: 3) {
      return time(&chance) + [" \(sign(&chance)) "] + call(chance.pick(["first", "last"]), &chance)
    }
    let date = day.advanced(by: chance.within(-30...4))
    return time(&chance) + [" \(sign(&chance)) \(date)"]
  }

  private func length(_ chance: inout Chance) -> [Draft.Part] {
    switch chance.within(0...4) {
    case 0: ["age"]
    case 1: ["rhythm"]
    default: ["since(\(event(&chance))"] + filters(&chance) + [")"]
    }
  }

  func lengthTest(_ chance: inout Chance) -> [Draft.Part] {
    if chance.isOne(in: 3) {
      let factor = chance.pick(["0.5", "1", "3", "-1"])
      return length(&chance) + [" \(sign(&chance)) \(factor) * "] + length(&chance)
    }
    if chance.isOne(in: 8) {
      return length(&chance) + [" in [\(duration(&chance, least: 0)), 3d]"]
    }
    return length(&chance) + [" \(sign(&chance)) \(duration(&chance, least: 0))"]
  }

  func sequence(_ chance: inout Chance) -> [Draft.Part] {
    var parts: [Draft.Part] = ["sequence("]
    for step in 0..<chance.within(2...4) {
      let events = [.text(event(&chance))] + filters(&chance) + [", "]
      parts += step < 2 ? events : [.optional(events)]
    }
    return parts + ["within \(duration(&chance, least: 0)))"]
  }

  func share(_ chance: inout Chance) -> String {
    chance.pick(["0", "1", "3", "1000", "0%", "1%", "12.5%", "50%", "100%"])
  }

  func delivery(_ chance: inout Chance) -> [Draft.Part] {
    let campaign = quoted(chance.pick(Vocabulary.campaigns + ["never"]))
    if chance.isOne(in: 3) { return ["returned(\(campaign))"] }
    let which = chance.isOne(in: 3) ? "any" : campaign
    return ["received(\(which)"] + window(&chance) + [")"]
  }

  func standing(_ chance: inout Chance) -> Draft {
    guard let stages else { return "age >= 1d" }
    if !stages.bands.isEmpty, chance.isOne(in: 2) {
      if chance.isOne(in: 5) { return "has band" }
      return "band \(chance.pick(["=", "!="])) \(quoted(chance.pick(stages.bands)))"
    }
    let list = (0..<2).map { _ in quoted(chance.pick(stages.stages)) }.joined(separator: ", ")
    return chance.isOne(in: 3)
      ? "stage not in [\(list)]" : "stage \(sign(&chance)) \(quoted(chance.pick(stages.stages)))"
  }

  func booleanTest(_ chance: inout Chance) -> [Draft.Part] {
    let names = columns(attributes, .boolean).map { "attribute(\(quoted($0)))" }
    let left =
      names.isEmpty || chance.isOne(in: 2)
      ? call("did", &chance) : [Draft.Part.text(chance.pick(names))]
    switch chance.within(0...2) {
    case 0: return left + [" \(chance.pick(["=", "!="])) \(chance.pick(["true", "false"]))"]
    case 1: return left + [" = "] + call("did", &chance)
    default: return left
    }
  }
}
