import KithSystem

/// Cuts an expression into tokens, in one pass over its scalars.
///
/// Outside quotes every full-width mark is read as its ASCII twin. A text that `"` opens is closed by
/// `"` alone, so that it may hold curly quotes; one that a curly quote opens, by any of the three.
package struct Lexer {
  private let scalars: [Unicode.Scalar]
  private var at = 0

  private init(_ text: String) {
    scalars = Array(text.unicodeScalars)
  }

  /// The tokens of a text, `end` last.
  package static func tokens(of text: String) throws(Mistake) -> [Token] {
    guard text.utf8.count <= longestText else {
      throw Mistake(
        "an expression is at most 64 KiB long", at: Place(0, 0),
        remedy: "save parts of it as segments, and use them with in(\"name\")")
    }
    var lexer = Lexer(text)
    var tokens: [Token] = []
    while true {
      lexer.skipBlanks()
      let start = lexer.at
      let kind = try lexer.next()
      tokens.append(Token(kind: kind, place: Place(start, lexer.at)))
      if kind == .end { return tokens }
    }
  }

  /// The comments of a text that can be read, each from its `--` to the end of its line.
  package static func comments(of text: String) -> [String] {
    var lexer = Lexer(text)
    var comments: [String] = []
    while lexer.at < lexer.scalars.count {
      let start = lexer.at
      if lexer.peek() == "-", lexer.peek(1) == "-" {
        while let scalar = lexer.peek(), scalar != "\n" { lexer.at += 1 }
        let line = String(String.UnicodeScalarView(lexer.scalars[start..<lexer.at]))
        comments.append(String(line.trimmed))
      } else if (try? lexer.next()) == nil || lexer.at == start {
        lexer.at = start + 1
      }
    }
    return comments
  }

  private static let longestText = 65_536

  /// The scalar `ahead` of this one, as its ASCII twin; nil behind the end.
  private func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
    at + ahead < scalars.count ? twin(scalars[at + ahead]) : nil
  }

  private func isDigitAhead(_ ahead: Int) -> Bool { peek(ahead).map(isDigit) ?? false }

  private mutating func skipBlanks() {
    while let scalar = peek() {
      if scalar == "-", peek(1) == "-" {
        while let scalar = peek(), scalar != "\n" { at += 1 }
      } else if isBlank(scalar) {
        at += 1
      } else {
        return
      }
    }
  }

  private mutating func next() throws(Mistake) -> Token.Kind {
    guard let scalar = peek() else { return .end }
    if scalar == "\"" { return .quoted(try quoted()) }
    if isDigit(scalar) || scalar == "-" && isDigitAhead(1) { return try number() }
    if startsName(scalar) { return name() }
    return .symbol(try symbol())
  }

  private mutating func name() -> Token.Kind {
    let start = at
    at += 1
    while let scalar = peek(),
      continuesName(scalar) || scalar == "-" && scalars[at - 1] != "-" && peek(1) != "-"
    {
      at += 1
    }
    let text = string(start..<at)
    return Keyword(rawValue: text).map { .keyword($0) } ?? .word(text)
  }

  private mutating func symbol() throws(Mistake) -> Symbol {
    let here = Place(at, at + 1)
    for length in [2, 1] where at + length <= scalars.count {
      let text = string(at..<at + length)
      if let symbol = Symbol(rawValue: text) {
        at += length
        return symbol
      }
    }
    throw stranger(scalars[at], at: here)
  }

  private mutating func quoted() throws(Mistake) -> String {
    let start = at
    let curly = scalars[at] != "\""
    var text = String.UnicodeScalarView()
    at += 1
    while at < scalars.count {
      let scalar = scalars[at]
      at += 1
      if scalar == "\"" || curly && twin(scalar) == "\"" { return String(text) }
      guard scalar == "\\" else {
        text.append(scalar)
        continue
      }
      guard at < scalars.count, scalars[at] == "\\" || twin(scalars[at]) == "\"" else {
        throw Mistake(
          "a backslash stands alone", at: Place(at - 1, at),
          remedy: #"in quotes write \" for a quote and \\ for a backslash"#)
      }
      text.append(scalars[at])
      at += 1
    }
    throw Mistake("the closing quote is missing", at: Place(start, start + 1))
  }

  func string(_ range: Range<Int>) -> String {
    var text = ""
    for scalar in scalars[range] { text.unicodeScalars.append(twin(scalar)) }
    return text
  }
}

extension Lexer {
  /// A number, a percentage, a duration or a date: all start with digits.
  private mutating func number() throws(Mistake) -> Token.Kind {
    let start = at
    let negative = peek() == "-"
    if negative { at += 1 }
    digits()
    if !negative, peek() == "-", isDigitAhead(1) { return .date(try date(from: start)) }
    let whole = at
    if peek() == ".", isDigitAhead(1) {
      at += 1
      digits()
    }
    let written = string(start..<at)
    if peek() == "%" {
      at += 1
      return .percent(written)
    }
    guard let letter = peek(), continuesName(letter) else { return .number(written) }
    guard let unit = Duration.Unit(rawValue: String(letter)), !(peek(1).map(continuesName) ?? false)
    else { throw malformed(from: start) }
    at += 1
    guard !negative, whole == at - 1, let count = Int(written) else {
      throw Mistake(
        "a duration is a whole number and m, h, d or w", at: Place(start, at), remedy: "as in 30d")
    }
    let duration = Duration(count, unit)
    guard count <= Duration.longestDays * 1440,
      duration.milliseconds <= Int64(Duration.longestDays) * Instant.dayMs
    else {
      throw Mistake(
        "a duration is at most \(Duration.longestDays) days long", at: Place(start, at))
    }
    return .duration(duration)
  }

  private mutating func digits() {
    while isDigitAhead(0) { at += 1 }
  }

  private mutating func date(from start: Int) throws(Mistake) -> Day {
    while let scalar = peek(), continuesName(scalar) || scalar == "-" { at += 1 }
    let written = string(start..<at)
    guard let day = Day(written) else {
      throw Mistake(
        "no such date: \(written)", at: Place(start, at),
        remedy: "a date is written 2026-01-31; a text stands in double quotes")
    }
    return day
  }

  private mutating func malformed(from start: Int) -> Mistake {
    while let scalar = peek(), continuesName(scalar) { at += 1 }
    return Mistake(
      "`\(string(start..<at))` is neither a number nor a name", at: Place(start, at),
      remedy: "a duration is written 30d; a text that starts with a digit stands in double quotes")
  }
}
