/// What stands left of the cursor in an expression that is still being written, and so what may come
/// next. Nothing here has to parse: tokens alone are looked at.
struct Cursor {
  enum Wanted: Equatable {
    /// A measure, an attribute, `not`, `has`.
    case term
    /// What a measure or an attribute goes on with: `and`, `or`, `in`.
    case continuation
    /// What is compared with this name; a property after `where`, else an attribute.
    case value(of: String, isProperty: Bool)
    case event(orWithin: Bool)
    case property
    /// After an event: `where`. After one of its filters: `and`.
    case filter(hasWhere: Bool)
    /// The name of an attribute, after `has`.
    case attribute
    case tag, segment, campaign
    /// The name of an attribute, in `attribute(…)`.
    case attributeName
    /// What `top` ranks by.
    case ranked
    case nothing
  }

  let wanted: Wanted
  /// What is typed of the word so far, quotes apart.
  let typed: String
  let isQuoted: Bool
  /// Where the word starts, in characters.
  let start: Int

  /// - Parameter offset: in characters.
  init(_ text: String, at offset: Int) {
    let left = Array(text.prefix(max(0, offset)))
    let (opening, isComment) = Cursor.open(left)
    var start = opening ?? left.count
    if opening == nil {
      while start > 0, Cursor.isPartOfName(left[start - 1]) { start -= 1 }
    }
    self.start = start
    isQuoted = opening != nil
    typed = String(left[(opening.map { $0 + 1 } ?? start)...])
    let tokens = isComment ? nil : try? Lexer.tokens(of: String(left[..<start]))
    wanted = tokens.map { Cursor.wanted(after: $0.dropLast().map(\.kind)) } ?? .nothing
  }

  private static func isPartOfName(_ character: Character) -> Bool {
    character.unicodeScalars.allSatisfy { continuesName($0) || $0 == "-" }
  }

  /// The place of the quote that is not closed yet, and whether the end is in a comment.
  private static func open(_ characters: [Character]) -> (quote: Int?, isComment: Bool) {
    var open: Int?
    var escaped = false
    var isComment = false
    for (place, character) in characters.enumerated() {
      let isQuote = "\"“”".contains(character)
      if isComment {
        isComment = !character.isNewline
      } else if let start = open {
        if !escaped, character == "\"" || isQuote && characters[start] != "\"" { open = nil }
        escaped = !escaped && character == "\\"
      } else if isQuote {
        open = place
        escaped = false
      } else if character == "-", place > 0, characters[place - 1] == "-" {
        isComment = true
      }
    }
    return (open, isComment)
  }

  /// One pair of parentheses around the cursor; nil for those of a group.
  private struct Level {
    var measure: MeasureName?
    var argument = 0
    var hasWhere = false
  }

  private static func wanted(after tokens: [Token.Kind]) -> Wanted {
    var levels: [Level] = []
    var list: Int?
    for (place, token) in tokens.enumerated() {
      switch token {
      case .symbol(.open): levels.append(Level(measure: place > 0 ? name(tokens[place - 1]) : nil))
      case .symbol(.close): levels = levels.dropLast()
      case .symbol(.openList): list = place
      case .symbol(.closeList): list = nil
      case .symbol(.comma) where list == nil && !levels.isEmpty:
        levels[levels.count - 1].argument += 1
        levels[levels.count - 1].hasWhere = false
      case .keyword(.where) where !levels.isEmpty: levels[levels.count - 1].hasWhere = true
      default: continue
      }
    }
    let level = levels.last ?? Level()
    if let list { return value(before: list, in: tokens, level) }
    guard let last = tokens.last else { return .term }
    if case .symbol(let symbol) = last, Syntax.Operator(rawValue: symbol.rawValue) != nil {
      return value(before: tokens.count - 1, in: tokens, level)
    }
    if last == .keyword(.has) { return level.hasWhere ? .property : .attribute }
    let isExpression = level.measure == nil || level.measure == .was && level.argument == 0
    return isExpression ? term(after: last) : argument(after: last, level)
  }

  private static func name(_ token: Token.Kind) -> MeasureName? {
    switch token {
    case .word(let text): MeasureName(rawValue: text)
    case .keyword(.in): .in
    default: nil
    }
  }

  /// The name left of an operator, or of `in [`.
  private static func value(before place: Int, in tokens: [Token.Kind], _ level: Level) -> Wanted {
    var place = place
    while place > 0, [.keyword(.in), .keyword(.not)].contains(tokens[place - 1]) { place -= 1 }
    guard place > 0 else { return .nothing }
    switch tokens[place - 1] {
    case .word(let name), .quoted(let name): return .value(of: name, isProperty: level.hasWhere)
    default: return .nothing
    }
  }

  private static func term(after last: Token.Kind) -> Wanted {
    switch last {
    case .symbol(.open), .keyword(.and), .keyword(.or), .keyword(.not), .symbol(.times): .term
    default: .continuation
    }
  }

  private static func argument(after last: Token.Kind, _ level: Level) -> Wanted {
    switch last {
    case .symbol(.dot): return .property
    case .keyword(.where): return .property
    case .keyword(.and) where level.hasWhere: return .property
    case .symbol(.open), .symbol(.comma): break
    case .word, .quoted, .number, .date, .duration, .symbol(.closeList):
      let takesFilter = level.measure.map { eventMeasures.contains($0) } ?? false
      return takesFilter ? .filter(hasWhere: level.hasWhere) : .nothing
    default: return .nothing
    }
    switch level.measure {
    case .tag: return .tag
    case .in: return .segment
    case .attribute: return .attributeName
    case .received, .returned: return level.argument == 0 ? .campaign : .nothing
    case .top: return level.argument == 1 ? .ranked : .nothing
    case .sequence: return .event(orWithin: level.argument > 1)
    case let measure? where eventMeasures.contains(measure):
      return level.argument == 0 ? .event(orWithin: false) : .nothing
    default: return .nothing
    }
  }

  private static let eventMeasures: Set<MeasureName> = [
    .did, .count, .days, .weeks, .sum, .average, .min, .max, .distinct, .first, .last, .since,
    .sequence,
  ]
}
