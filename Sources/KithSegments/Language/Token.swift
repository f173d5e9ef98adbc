package import KithSystem

/// The smallest parts of an expression, each with its place.
package struct Token: Sendable {
  package enum Kind: Equatable, Sendable {
    /// A name without quotes.
    case word(String)
    case keyword(Keyword)
    /// A text in double quotes, escapes resolved.
    case quoted(String)
    /// A number's digits as written.
    case number(String)
    /// The digits before `%`.
    case percent(String)
    case duration(Duration)
    case date(Day)
    case symbol(Symbol)
    case end
  }
  package var kind: Kind
  package var place: Place
}

package enum Keyword: String, Sendable, CaseIterable {
  case and, or, not, `in`, has, `where`, within, `true`, `false`

  /// Whether what stands after it is asked about.
  var startsTerm: Bool { self == .not || self == .has }
}

package enum Symbol: String, Sendable, CaseIterable {
  case open = "("
  case close = ")"
  case openList = "["
  case closeList = "]"
  case comma = ","
  case dot = "."
  case range = ".."
  case equal = "="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case contains = "~"
  case times = "*"
}

extension Token.Kind {
  /// How an error names it.
  var shown: Phrase {
    if case .end = self { return "the end" }
    return Phrase(verbatim: written)
  }

  private var written: String {
    switch self {
    case .word(let text), .number(let text): "`\(text)`"
    case .keyword(let keyword): "`\(keyword.rawValue)`"
    case .quoted(let text): "\"\(text)\""
    case .percent(let digits): "`\(digits)%`"
    case .duration(let duration): "`\(duration)`"
    case .date(let day): "`\(day)`"
    case .symbol(let symbol): "`\(symbol.rawValue)`"
    case .end: ""
    }
  }
}
