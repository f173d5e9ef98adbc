import KithStore

/// Writes a tree as the one text that everyone would write it as; reading that gives the tree again.
package enum Formatter {
  package static func text(_ tree: Syntax) -> String {
    switch tree {
    case .or(let parts):
      return parts.map { inner($0, isOr($0)) }.joined(separator: " or ")
    case .and(let parts):
      return parts.map { inner($0, isOr($0) || isAnd($0)) }.joined(separator: " and ")
    case .not(let part):
      return "not " + inner(part, isOr(part) || isAnd(part))
    case .constant(let value):
      return "\(value)"
    case .comparison(let term, let sign, let operand, _):
      return "\(text(term)) \(sign.rawValue) \(text(operand))"
    case .membership(let term, let negated, let literals, _):
      return text(term) + text(negated, literals)
    case .has(let term, _):
      return "has " + text(term)
    case .predicate(let term):
      return text(term)
    }
  }

  private static func isOr(_ tree: Syntax) -> Bool { if case .or = tree { true } else { false } }
  private static func isAnd(_ tree: Syntax) -> Bool { if case .and = tree { true } else { false } }

  private static func inner(_ tree: Syntax, _ parenthesised: Bool) -> String {
    parenthesised ? "(" + text(tree) + ")" : text(tree)
  }

  package static func text(_ term: Syntax.Term) -> String {
    switch term {
    case .measure(let call): text(call)
    case .attribute(let name): name.text.nameText
    }
  }

  private static func text(_ operand: Syntax.Operand) -> String {
    switch operand {
    case .literal(let literal): text(literal)
    case .term(nil, let term): text(term)
    case .term(let factor?, let term): factor.written + " * " + text(term)
    }
  }

  private static func text(_ negated: Bool, _ literals: [Syntax.Literal]) -> String {
    (negated ? " not in [" : " in [") + literals.map(text).joined(separator: ", ") + "]"
  }

  private static func text(_ literal: Syntax.Literal) -> String {
    switch literal.kind {
    case .text(let value): value.nameText
    case .number(let number): number.written
    case .duration(let duration): "\(duration)"
    case .date(let day): "\(day)"
    case .boolean(let value): "\(value)"
    }
  }

  package static func text(_ call: Syntax.Call) -> String {
    let quotes = [.tag, .in, .received, .returned, .attribute].contains(call.measure)
    let arguments = call.arguments.map { text($0, quotes: quotes) }
    return call.measure.rawValue + "(" + arguments.joined(separator: ", ") + ")"
  }

  private static func text(_ argument: Syntax.Argument, quotes: Bool) -> String {
    switch argument.kind {
    case .events(let events): text(events, quotes: quotes)
    case .window(.last(let duration)): "\(duration)"
    case .window(.between(let older, let newer)): "\(older)..\(newer)"
    case .window(.dates(let first, let last)): "\(first)..\(last)"
    case .percent(let number): number.written + "%"
    case .number(let number): number.written
    case .within(let duration): "within \(duration)"
    case .measure(let call): text(call)
    case .condition(let tree): text(tree)
    }
  }

  private static func text(_ events: Syntax.Events, quotes: Bool) -> String {
    var result: String
    switch events.which {
    case .any: result = "any"
    case .activity: result = "activity"
    case .named(let name):
      let special = quotes || name == "any" || name == "activity"
      result = special ? name.quotedText : name.nameText
    }
    if let property = events.property { result += "." + property.text.nameText }
    for (index, filter) in events.filters.enumerated() {
      result += (index == 0 ? " where " : " and ") + text(filter)
    }
    return result
  }

  private static func text(_ filter: Syntax.Filter) -> String {
    let name = filter.property.text.nameText
    return switch filter.test {
    case .comparison(let sign, let literal): "\(name) \(sign.rawValue) \(text(literal))"
    case .membership(let negated, let literals): name + text(negated, literals)
    case .has: "has " + name
    }
  }
}

extension String {
  /// As a name of the language: bare where it can be, else in quotes.
  package var nameText: String { isBareName(self) ? self : quotedText }

  /// In double quotes, with escapes.
  package var quotedText: String {
    var text = "\""
    for scalar in unicodeScalars {
      if scalar == "\"" || scalar == "\\" { text.unicodeScalars.append("\\") }
      text.unicodeScalars.append(scalar)
    }
    return text + "\""
  }
}
