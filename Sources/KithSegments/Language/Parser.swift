import KithStore
import KithSystem

/// Reads an expression by recursive descent, one method for each rule of the grammar; the first
/// mistake ends it.
package struct Parser {
  let tokens: [Token]
  private(set) var at = 0
  private var depth = 0

  /// How deep parentheses, `not` and measures may stand in each other.
  private static let deepest = 64

  private init(tokens: [Token]) {
    self.tokens = tokens
  }

  /// The tree of a whole expression.
  package static func parse(_ text: String) throws(Mistake) -> Syntax {
    var parser = Parser(tokens: try Lexer.tokens(of: text))
    let tree = try parser.expression()
    guard parser.kind == .end else { throw parser.leftOver("`and`, `or` or the end") }
    return tree
  }

  var kind: Token.Kind { tokens[at].kind }
  var place: Place { tokens[at].place }
  var following: Token.Kind { tokens[min(at + 1, tokens.count - 1)].kind }
  /// The token that was taken last, and its place.
  var before: Token.Kind { tokens[max(at - 1, 0)].kind }
  var taken: Place { tokens[max(at - 1, 0)].place }

  mutating func take(_ symbol: Symbol) -> Bool { take(.symbol(symbol)) }
  mutating func take(_ keyword: Keyword) -> Bool { take(.keyword(keyword)) }

  private mutating func take(_ wanted: Token.Kind) -> Bool {
    guard kind == wanted else { return false }
    at += 1
    return true
  }

  mutating func skip() { at += 1 }

  func expected(_ what: Phrase, remedy: Phrase? = nil) -> Mistake {
    Mistake("expected \(what), found \(kind.shown)", at: place, remedy: remedy)
  }

  mutating func expect(_ symbol: Symbol, _ what: Phrase? = nil) throws(Mistake) {
    guard take(symbol) else { throw expected(what ?? "`\(symbol.rawValue)`") }
  }

  mutating func nested<Value>(
    _ body: (inout Parser) throws(Mistake) -> Value
  ) throws(Mistake) -> Value {
    guard depth < Parser.deepest else {
      throw Mistake(
        "an expression is at most \(Parser.deepest) levels deep", at: place,
        remedy: "save the inner part as a segment, and use it with in(\"name\")")
    }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  /// What is wrong where a whole expression is followed by more.
  private func leftOver(_ what: Phrase) -> Mistake {
    if case .word(let text) = before, let keyword = keyword(meantBy: text), keyword.startsTerm {
      return Mistake(
        "expected \(Parser.termWords), found \(before.shown)", at: taken,
        remedy: "write `\(keyword.rawValue)`")
    }
    if kind == .symbol(.close) { return Mistake("`)` closes nothing", at: place) }
    return expected(what, remedy: remedyOfLeftOver())
  }

  private static let termWords: Phrase = "a measure, an attribute, `not`, `has` or `(`"
}

extension Parser {
  mutating func expression() throws(Mistake) -> Syntax {
    var parts = [try conjunction()]
    while take(.or) { parts.append(try conjunction()) }
    return parts.count == 1 ? parts[0] : .or(parts)
  }

  private mutating func conjunction() throws(Mistake) -> Syntax {
    var parts = [try negation()]
    while take(.and) { parts.append(try negation()) }
    return parts.count == 1 ? parts[0] : .and(parts)
  }

  private mutating func negation() throws(Mistake) -> Syntax {
    guard take(.not) else { return try primary() }
    return .not(try nested { parser throws(Mistake) in try parser.negation() })
  }

  private mutating func primary() throws(Mistake) -> Syntax {
    let start = place
    if take(.open) {
      let inner = try nested { parser throws(Mistake) in try parser.expression() }
      guard take(.close) else { throw leftOver("`and`, `or` or `)`") }
      return inner
    }
    if take(.true) { return .constant(true) }
    if take(.false) { return .constant(false) }
    if take(.has) {
      let term = try self.term("the name of an attribute")
      return .has(term, start.through(taken))
    }
    if case .number = kind, case .symbol(let sign) = following,
      Syntax.Operator(rawValue: sign.rawValue) != nil
    {
      throw expected(
        Parser.termWords, remedy: "the measure stands on the left, as in count(any) >= 3")
    }
    let term = try self.term(Parser.termWords)
    if take(.not) {
      guard take(.in) else { throw expected("`in`") }
      return .membership(term, negated: true, try list(), start.through(taken))
    }
    if take(.in) {
      return .membership(term, negated: false, try list(), start.through(taken))
    }
    if let comparison = try comparisonOperator() {
      return .comparison(term, comparison, try operand(), start.through(taken))
    }
    return .predicate(term)
  }

  /// Takes a comparison's sign, if one stands here.
  mutating func comparisonOperator() throws(Mistake) -> Syntax.Operator? {
    guard case .symbol(let symbol) = kind, let sign = Syntax.Operator(rawValue: symbol.rawValue)
    else { return nil }
    skip()
    if case .symbol(let next) = kind, Syntax.Operator(rawValue: next.rawValue) != nil {
      let remedy: Phrase = "equal is `=`, not equal `!=`, at least `>=`, at most `<=`, contains `~`"
      throw Mistake(
        "`\(symbol.rawValue)\(next.rawValue)` compares nothing", at: taken.through(place),
        remedy: remedy)
    }
    return sign
  }

  private mutating func term(_ what: Phrase) throws(Mistake) -> Syntax.Term {
    let here = place
    switch kind {
    case .keyword(.in) where following == .symbol(.open):
      return .measure(try call())
    case .word(let text):
      if following == .symbol(.open) { return .measure(try call()) }
      skip()
      return .attribute(.init(text: text, place: here))
    case .quoted(let text):
      skip()
      return .attribute(.init(text: text, place: here))
    default:
      throw expected(what)
    }
  }

  /// Right of an operator: a literal, a measure, or a number times either kind of term.
  private mutating func operand() throws(Mistake) -> Syntax.Operand {
    switch kind {
    case .number(let digits) where following == .symbol(.times):
      skip()
      skip()
      return .term(factor: .init(digits), try term("a measure or an attribute after `*`"))
    case .word where following == .symbol(.open), .keyword(.in) where following == .symbol(.open):
      return .term(factor: nil, .measure(try call()))
    default:
      return .literal(try literal())
    }
  }

  mutating func literal() throws(Mistake) -> Syntax.Literal {
    let here = place
    let value: Syntax.Literal.Kind
    switch kind {
    case .word(let text), .quoted(let text): value = .text(text)
    case .number(let digits): value = .number(.init(digits))
    case .duration(let duration): value = .duration(duration)
    case .date(let day): value = .date(day)
    case .keyword(.true): value = .boolean(true)
    case .keyword(.false): value = .boolean(false)
    case .keyword(let keyword):
      throw expected("a value", remedy: "the text stands in double quotes: \"\(keyword.rawValue)\"")
    default: throw expected("a number, a text, a date or a duration")
    }
    skip()
    return Syntax.Literal(kind: value, place: here)
  }

  mutating func list() throws(Mistake) -> [Syntax.Literal] {
    try expect(.openList, "a list in [ ]")
    var literals = [try literal()]
    while take(.comma) { literals.append(try literal()) }
    guard take(.closeList) else { throw expected("`,` or `]`") }
    return literals
  }
}
