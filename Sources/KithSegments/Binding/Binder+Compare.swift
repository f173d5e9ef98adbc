import KithStore
import KithSystem

/// Comparisons, and literals read as what they are compared with.
extension Binder {
  mutating func comparison(
    _ term: Syntax.Term, _ sign: Syntax.Operator, _ operand: Syntax.Operand, _ place: Place
  ) throws(Mistake) -> Condition {
    let left = try measured(term)
    switch operand {
    case .literal(let literal):
      if sign != .contains { try check(literal, against: left) }
      return .test(
        left, try test(sign, literal, of: left.kind, named: Formatter.text(term), at: place))
    case .term(let factor, let other):
      let right = try measured(other)
      guard left.kind.compares(with: right.kind) else {
        let (name, what) = (Formatter.text(term), Formatter.text(other))
        throw Mistake(
          "\(name) is \(left.kind.shown), \(what) is \(right.kind.shown): they do not compare",
          at: place)
      }
      if factor != nil, ![.number, .duration, .unknown].contains(right.kind) {
        throw Mistake(
          "\(Formatter.text(other)) is \(right.kind.shown): it cannot be multiplied",
          at: other.place)
      }
      guard let comparison = Comparison(sign) else {
        throw Mistake("`~` looks for a text, not for a measure", at: place)
      }
      try checkOrder(comparison, of: left.kind, named: Formatter.text(term), at: place)
      let exact: Exact? =
        if let factor { try self.exact(factor, at: place) } else { nil }
      return .compare(left, comparison, factor: exact, right)
    }
  }

  /// A comparison with a literal, of an attribute, a measure or a property. Here as below, `name` is
  /// written where there is a mistake to be told.
  func test(
    _ sign: Syntax.Operator, _ literal: Syntax.Literal, of kind: Kind,
    named name: @autoclosure () -> String, at place: Place
  ) throws(Mistake) -> Test {
    guard let comparison = Comparison(sign) else {
      guard kind == .text || kind == .unknown else {
        throw Mistake("\(name()) is \(kind.shown), and `~` looks into a text", at: place)
      }
      guard case .text(let text) = try constant(literal, for: .text, named: name()) else {
        throw Mistake("`~` looks for a text", at: literal.place)
      }
      return .contains(ByteText(folded(text.string)))
    }
    try checkOrder(comparison, of: kind, named: name(), at: place)
    return .compare(comparison, try constant(literal, for: kind, named: name()))
  }

  private func checkOrder(
    _ comparison: Comparison, of kind: Kind, named name: @autoclosure () -> String, at place: Place
  ) throws(Mistake) {
    guard kind == .boolean, comparison != .equal, comparison != .notEqual else { return }
    throw Mistake("\(name()) is true or false: neither is greater", at: place)
  }

  func constant(
    _ literal: Syntax.Literal, for kind: Kind, named name: @autoclosure () -> String
  ) throws(Mistake) -> Constant {
    switch (literal.kind, kind) {
    case (.text(let text), .text), (.text(let text), .unknown): return .text(ByteText(text))
    case (.number(let number), .text): return .text(ByteText(number.written))
    case (.number(let number), .unknown):
      return number.value.map { .number($0) } ?? .text(ByteText(number.written))
    case (.number(let number), .number): return .number(try exact(number, at: literal.place))
    case (.date(let day), .date), (.date(let day), .time), (.date(let day), .unknown):
      return .date(day)
    case (.boolean(let value), .boolean), (.boolean(let value), .unknown): return .boolean(value)
    case (.duration(let duration), .duration), (.duration(let duration), .unknown):
      return .duration(duration)
    default: throw mismatch(literal, for: kind, named: name())
    }
  }

  private func mismatch(_ literal: Syntax.Literal, for kind: Kind, named name: String) -> Mistake {
    let shown: Phrase
    let remedy: Phrase?
    switch literal.kind {
    case .text(let text):
      shown = "\(text.nameText) a text"
      remedy = itself(text).map { "to compare with `\(text)` itself write \($0)" }
    case .number(let number):
      shown = "\(number.written) a number"
      remedy = kind == .duration ? "a duration is written \(number.written)d" : nil
    case .duration(let duration):
      shown = "\(duration) a duration"
      remedy = kind == .text ? "as a text: \"\(duration)\"" : nil
    case .date(let day):
      shown = "\(day) a date"
      remedy = kind == .text ? "as a text: \"\(day)\"" : nil
    case .boolean(let value):
      shown = "\(value) a truth value"
      remedy = kind == .text ? "as a text: \"\(value)\"" : nil
    }
    return Mistake(
      "\(name) is \(kind.shown), \(shown): they do not compare", at: literal.place, remedy: remedy)
  }

  /// How a name is written on the right, where a lone word is a text.
  private func itself(_ name: String) -> String? {
    switch DerivedName.named(name) {
    case .first, .last: "\(name)(any)"
    case .age, .rhythm, .events, .value, .days30d: "1 * \(name)"
    case nil where schema.attribute(name) != nil: "attribute(\(name.quotedText))"
    default: nil
    }
  }

  func exact(_ number: Syntax.Number, at place: Place) throws(Mistake) -> Exact {
    guard let value = number.value else {
      throw Mistake("a number has at most 18 digits", at: place)
    }
    return value
  }

  /// Stages and bands are few and known: another name is a slip.
  func check(_ literal: Syntax.Literal, against left: Measured) throws(Mistake) {
    let (what, names): (Phrase, [String])
    switch left {
    case .stage: (what, names) = ("stage", schema.stageNames)
    case .band: (what, names) = ("band", schema.bandNames)
    default: return
    }
    guard case .text(let name) = literal.kind, !names.contains(name) else { return }
    throw Mistake(
      "no such \(what): `\(name)`", at: literal.place,
      remedy: suggestion(for: name, among: names)
        ?? "kith.yaml names \(names.joined(separator: ", "))")
  }
}

extension Comparison {
  /// nil for `~`.
  init?(_ sign: Syntax.Operator) {
    switch sign {
    case .equal: self = .equal
    case .notEqual: self = .notEqual
    case .less: self = .less
    case .lessOrEqual: self = .lessOrEqual
    case .greater: self = .greater
    case .greaterOrEqual: self = .greaterOrEqual
    case .contains: return nil
    }
  }
}
