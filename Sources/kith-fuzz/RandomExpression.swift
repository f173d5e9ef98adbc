import KithStore
import KithSystem

/// Expressions of the whole grammar over the names of one store, each part of a fitting type, so that
/// nearly all of them are understood.
struct RandomExpression {
  let properties: [Column]
  let attributes: [Column]
  let events: [String]
  let day: Day
  /// The names that `stage` and `band` may be compared with; nil where they may not be asked for.
  let stages: (stages: [String], bands: [String])?
  /// Saved segments that `in(…)` may name.
  var segments: [String] = []

  init(
    _ snapshot: any Snapshot, day: Day, stages: (stages: [String], bands: [String])?
  ) {
    properties = snapshot.properties
    attributes = snapshot.attributes
    events = snapshot.eventNames.texts
    self.day = day
    self.stages = stages
  }

  func condition(_ chance: inout Chance, depth: Int) -> Draft {
    switch depth > 0 ? chance.within(0...9) : 9 {
    case 0, 1: .all((0..<chance.within(2...3)).map { _ in condition(&chance, depth: depth - 1) })
    case 2, 3: .either((0..<chance.within(2...3)).map { _ in condition(&chance, depth: depth - 1) })
    case 4: .not(condition(&chance, depth: depth - 1))
    default: leaf(&chance, depth)
    }
  }

  private func leaf(_ chance: inout Chance, _ depth: Int) -> Draft {
    switch chance.within(0...27) {
    case 0, 1: .leaf(call("did", &chance))
    case 2...5: .leaf(numberTest(&chance))
    case 6, 7: .leaf(numberComparison(&chance))
    case 8, 9: .leaf(textTest(&chance))
    case 10: .leaf(["has ", .text(attributeName(&chance))])
    case 11: .leaf(timeTest(&chance))
    case 12, 13: .leaf(lengthTest(&chance))
    case 14, 15: .leaf(sequence(&chance))
    case 16: .leaf(["top(\(share(&chance)), "] + numberMeasure(&chance) + [")"])
    case 17 where depth > 0, 18 where depth > 0:
      .leaf([
        "was(", .draft(condition(&chance, depth: depth - 1)), ", \(duration(&chance, least: 0)))",
      ])
    case 19: "tag(\(quoted(chance.pick(Vocabulary.tags + ["none"]))))"
    case 20 where !segments.isEmpty: "in(\(quoted(chance.pick(segments))))"
    case 21: .leaf(delivery(&chance))
    case 22: .leaf(["resurrected(\(chance.within(1...20))d"] + window(&chance) + [")"])
    case 23: standing(&chance)
    case 24: .leaf(booleanTest(&chance))
    case 25: chance.isOne(in: 2) ? "true" : "false"
    case 26, 27: twice(&chance)
    default: .leaf(numberTest(&chance))
    }
  }
}

/// Text in quotes, as the language escapes it.
func quoted(_ text: String) -> String {
  "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
}

extension RandomExpression {
  func sign(_ chance: inout Chance) -> String { chance.pick(["=", "!=", "<", "<=", ">", ">="]) }

  func duration(_ chance: inout Chance, least: Int = 1) -> String {
    switch chance.within(0...4) {
    case 0: "\(chance.pick([least, 1, 12, 24, 48, 100]))h"
    case 1: "\(chance.pick([least, 30, 90, 1440]))m"
    case 2: "\(chance.pick([least, 1, 2, 6]))w"
    default: "\(chance.pick([least, 1, 2, 7, 14, 28, 30, 84]))d"
    }
  }

  /// A comma and a window, or nothing.
  func window(_ chance: inout Chance) -> [Draft.Part] {
    let text: String
    switch chance.within(0...5) {
    case 0: return []
    case 1:
      let newer = chance.within(0...30)
      text = "\(newer + chance.within(1...30))d..\(newer)d"
    case 2:
      let newer = chance.within(0...50)
      text = "\(newer + chance.within(1...50))h..\(chance.isOne(in: 2) ? "\(newer)h" : "\(newer)m")"
    case 3:
      let from = day.advanced(by: chance.within(-40...4))
      text = "\(from)..\(from.advanced(by: chance.within(0...20)))"
    default: text = duration(&chance)
    }
    return [.optional([.text(", " + text)])]
  }

  /// `any`, `activity`, or the name of an event, in quotes or not.
  func event(_ chance: inout Chance) -> String {
    switch chance.within(0...9) {
    case 0, 1: "any"
    case 2, 3: "activity"
    case 4: "never"
    default: quoted(chance.pick(events))
    }
  }

  func filters(_ chance: inout Chance) -> [Draft.Part] {
    guard chance.isOne(in: 3) else { return [] }
    var parts: [Draft.Part] = [" where "] + filter(&chance)
    if chance.isOne(in: 3) { parts.append(.optional([" and "] + filter(&chance))) }
    return [.optional(parts)]
  }

  private func filter(_ chance: inout Chance) -> [Draft.Part] {
    let place = chance.within(-2...max(properties.count - 1, 0))
    if properties.indices.contains(place) {
      let column = properties[place]
      return test(quoted(column.name), column, &chance)
    }
    if place == -1 {
      return ["value \(sign(&chance)) \(chance.pick(["0", "5", "-5", "0.5", "19.99", "0.000001"]))"]
    }
    return [chance.isOne(in: 3) ? "has source" : "source ~ \(quoted(chance.pick(["A", "É", "友"])))"]
  }

  /// A test of a column by its type.
  func test(_ name: String, _ column: Column, _ chance: inout Chance) -> [Draft.Part] {
    if chance.isOne(in: 6) { return ["has \(name)"] }
    if column.type == .text, chance.isOne(in: 3) {
      return ["\(name) ~ \(quoted(chance.pick(Vocabulary.texts + ["s", "SS"])))"]
    }
    if chance.isOne(in: 4) {
      let list = (0..<chance.within(1...3)).map { _ in literal(column, &chance) }
      return [
        "\(name) \(chance.isOne(in: 2) ? "not in" : "in") [\(list.joined(separator: ", "))]"
      ]
    }
    let sign = column.type == .boolean ? chance.pick(["=", "!="]) : self.sign(&chance)
    return ["\(name) \(sign) \(literal(column, &chance))"]
  }

  /// A value to compare a column with: most often one of its own.
  private func literal(_ column: Column, _ chance: inout Chance) -> String {
    let own = column.values.count > 0 && !chance.isOne(in: 4)
    let value = own ? column.values.texts[chance.within(0...column.values.count - 1)] : nil
    return switch column.type {
    case .number: value.map { $0.hasPrefix("+") ? String($0.dropFirst()) : $0 } ?? "2"
    case .date: value ?? "\(day)"
    case .boolean: value ?? "true"
    case .text:
      value.map(quoted) ?? (chance.isOne(in: 2) ? "5" : quoted(chance.pick(Vocabulary.texts)))
    }
  }
}
