import KithSystem

// What to do about what people write who know other languages: marks and words that no expression holds.

/// What is wrong with a character that begins nothing.
func stranger(_ scalar: Unicode.Scalar, at place: Place) -> Mistake {
  if scalar.properties.generalCategory == .format {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let number = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    return Mistake("an invisible character, U+\(number)", at: place, remedy: "delete it")
  }
  return Mistake("unexpected character `\(scalar)`", at: place, remedy: remedy(for: scalar))
}

private func remedy(for scalar: Unicode.Scalar) -> Phrase? {
  if let known = marks[twin(scalar)] { return known }
  if (0xFF01...0xFF5E).contains(scalar.value), let narrow = Unicode.Scalar(scalar.value - 0xFEE0) {
    return "write `\(narrow)`"
  }
  return scalar.properties.generalCategory == .control ? nil : quoting
}

private let quoting: Phrase = "a text or name with it stands in double quotes"

private let marks: [Unicode.Scalar: Phrase] = [
  "'": "texts and names stand in double quotes", "&": "write `and`", "|": "write `or`",
  "!": "write `not`, or `!=`", ";": "arguments are parted by commas", "+": "a rule adds nothing up",
  "{": "lists stand in [ ]", "%": "a share is written 5%", "-": "a number is written -5",
  "、": "arguments are parted by commas", "≥": "write `>=`", "≤": "write `<=`", "≠": "write `!=`",
  "‘": "texts and names stand in double quotes", "’": "texts and names stand in double quotes",
  "「": "texts and names stand in double quotes", "『": "texts and names stand in double quotes",
  "#": "a comment begins with --",
]

/// The keyword that is meant by a word in other letters, or in Chinese.
func keyword(meantBy word: String) -> Keyword? {
  if let keyword = Keyword(rawValue: word.lowercased()) { return keyword }
  switch word {
  case "且", "并且", "和": return .and
  case "或", "或者": return .or
  case "非", "不": return .not
  default: return nil
  }
}

extension Parser {
  /// What to do where a whole expression is followed by more.
  func remedyOfLeftOver() -> Phrase? {
    switch (before, kind) {
    case (_, .word(let text)):
      if let keyword = keyword(meantBy: text) { return "write `\(keyword.rawValue)`" }
      if let sign = signs[text.lowercased()] { return sign }
      if case .number = before { return "a duration is written 30d" }
      if isAfterValue { return "a text of several words stands in double quotes" }
      return suggestion(for: text, among: [Keyword.and, .or, .not, .in].map(\.rawValue))
    case (.number, .symbol(.comma)): return "a number is written without commas"
    case (.word, .symbol(.dot)): return quoting
    default: return nil
    }
  }

  /// Whether the token before is what a comparison compares with.
  private var isAfterValue: Bool {
    guard at > 1, case .symbol(let symbol) = tokens[at - 2].kind else { return false }
    return Syntax.Operator(rawValue: symbol.rawValue) != nil
  }

  /// What to do where the arguments of a measure are followed by more.
  func remedyOfArguments() -> Phrase? {
    switch kind {
    case .word(let text):
      keyword(meantBy: text).map { "write `\($0.rawValue)`" }
        ?? suggestion(for: text, among: [Keyword.where.rawValue])
    case .keyword(.in), .keyword(.within), .duration:
      "a window follows a comma, as in did(purchase, 30d)"
    default: nil
    }
  }
}

/// What other languages call comparisons.
private let signs: [String: Phrase] = [
  "like": "contains is written `~`", "contains": "contains is written `~`",
  "is": "equal is `=`, and `has` tests for presence",
  "between": "write two comparisons with `and` between them",
]
