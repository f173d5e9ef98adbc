import KithStore
import KithSystem

/// Measures and what stands between their parentheses.
extension Parser {
  mutating func call() throws(Mistake) -> Syntax.Call {
    let name = place
    let measure = try measureName()
    try expect(.open)
    let arguments = try nested { parser throws(Mistake) in try parser.arguments(of: measure) }
    return Syntax.Call(
      measure: measure, arguments: arguments, name: name, place: name.through(taken))
  }

  private mutating func measureName() throws(Mistake) -> MeasureName {
    let text: String
    switch kind {
    case .word(let word): text = word
    case .keyword(let keyword): text = keyword.rawValue
    default: throw expected("a measure")
    }
    guard let measure = MeasureName.named(text) else {
      if DerivedName.named(text) != nil {
        throw Mistake("`\(text)` takes no parentheses", at: place)
      }
      let known = MeasureName.allCases.map(\.rawValue)
      throw Mistake(
        "no such measure: `\(text)`", at: place,
        remedy: suggestion(for: text, among: known)
          ?? "measures are \(known.joined(separator: ", "))")
    }
    skip()
    return measure
  }

  private mutating func arguments(of measure: MeasureName) throws(Mistake) -> [Syntax.Argument] {
    var arguments: [Syntax.Argument] = []
    if take(.close) { return arguments }
    repeat {
      let start = place
      let isCondition = measure == .was && arguments.isEmpty
      let argument: Syntax.Argument.Kind =
        isCondition ? .condition(try expression()) : try self.argument(of: measure)
      arguments.append(.init(kind: argument, place: start.through(taken)))
    } while take(.comma)
    guard take(.close) else {
      throw expected(
        takesFilter ? "`where`, `,` or `)`" : "`,` or `)`", remedy: remedyOfArguments())
    }
    return arguments
  }

  /// Whether the token before was a name, after which `where` could stand.
  private var takesFilter: Bool { isName(before) }

  private func isName(_ kind: Token.Kind) -> Bool {
    switch kind {
    case .word, .quoted: true
    default: false
    }
  }

  private mutating func argument(of measure: MeasureName) throws(Mistake) -> Syntax.Argument.Kind {
    switch kind {
    case .keyword(.within):
      skip()
      guard case .duration(let duration) = kind else {
        throw expected("a duration", remedy: "as in within 7d")
      }
      skip()
      return .within(duration)
    case .keyword(.in) where following == .symbol(.open): return .measure(try call())
    case .word where following == .symbol(.open): return .measure(try call())
    case .word(let text): return .events(try events(which(text)))
    case .quoted(let text): return .events(try events(.named(text)))
    case .percent(let digits):
      skip()
      return .percent(.init(digits))
    case .number(let digits):
      skip()
      guard kind != .symbol(.range) else { throw windowForm(at: taken) }
      return .number(.init(digits))
    case .duration(let duration):
      skip()
      return .window(try window(from: duration))
    case .date(let day):
      skip()
      return .window(try window(from: day))
    case .keyword(let keyword):
      throw expected(
        "an argument",
        remedy: "the event of that name stands in double quotes: \"\(keyword.rawValue)\"")
    default:
      throw expected("an event, a window or another argument of `\(measure.rawValue)`")
    }
  }

  private func which(_ word: String) -> Syntax.Events.Which {
    switch word {
    case "any": .any
    case "activity": .activity
    default: .named(word)
    }
  }

  private mutating func window(from older: Duration) throws(Mistake) -> Syntax.Window {
    let start = taken
    guard take(.range) else { return .last(older) }
    guard case .duration(let newer) = kind else { throw windowForm(at: start.through(place)) }
    skip()
    return .between(older, newer)
  }

  private mutating func window(from first: Day) throws(Mistake) -> Syntax.Window {
    let start = taken
    guard take(.range), case .date(let last) = kind else {
      throw Mistake(
        "a window of dates has two ends", at: start,
        remedy: "one day is written \(first)..\(first)")
    }
    skip()
    return .dates(first, last)
  }

  func windowForm(at place: Place) -> Mistake {
    Mistake(
      "both ends of a window are of one kind", at: place,
      remedy: "a window is written 30d, 60d..30d, 48h..24h or 2026-01-01..2026-01-31")
  }

  private mutating func events(_ which: Syntax.Events.Which) throws(Mistake) -> Syntax.Events {
    let start = place
    skip()
    var property: Syntax.Name?
    if take(.dot) { property = try propertyName() }
    var filters: [Syntax.Filter] = []
    if take(.where) {
      repeat { filters.append(try filter()) } while take(.and)
      if kind == .keyword(.or) {
        throw Mistake(
          "`or` cannot stand after `where`", at: place,
          remedy: "write did(… where a) or did(… where b), or use in [ ]")
      }
    }
    return Syntax.Events(
      which: which, property: property, filters: filters, place: start.through(taken))
  }

  private mutating func propertyName() throws(Mistake) -> Syntax.Name {
    let here = place
    switch kind {
    case .word(let text), .quoted(let text):
      skip()
      return .init(text: text, place: here)
    default: throw expected("the name of a property")
    }
  }

  private mutating func filter() throws(Mistake) -> Syntax.Filter {
    let start = place
    if take(.has) {
      let property = try propertyName()
      return .init(property: property, test: .has, place: start.through(taken))
    }
    let property = try propertyName()
    let test: Syntax.Filter.Test
    if take(.not) {
      guard take(.in) else { throw expected("`in`") }
      test = .membership(negated: true, try list())
    } else if take(.in) {
      test = .membership(negated: false, try list())
    } else if let sign = try comparisonOperator() {
      test = .comparison(sign, try literal())
    } else {
      throw expected("a comparison, `in` or `not in`")
    }
    return .init(property: property, test: test, place: start.through(taken))
  }
}
