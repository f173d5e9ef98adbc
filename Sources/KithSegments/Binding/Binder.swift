package import KithStore
package import KithSystem

/// Gives every name of a tree its meaning and every value its type; the first mistake ends it.
///
/// Names that no import has brought yet are warnings: what they stand for is absent for everyone.
package struct Binder {
  /// What a rule may not speak of, since that is decided by the rule itself.
  package enum Limits: Sendable { case none, noBand, noStage }

  let schema: Schema
  let limits: Limits
  let source: SourceText
  /// Saved segments that are being read, outermost first: one that comes again is a cycle.
  let path: [String]
  /// nil where what it holds is not looked at, as in rules, which stand before the first tag is given.
  let passing: Passing?
  var warnings: [Diagnostic] = []
  /// Tags that nobody carries, campaigns that are not there.
  var absences: [Diagnostic] = []
  private var warned: Set<String> = []
  /// Property columns that are read, by their place in the snapshot.
  var columns: Set<Int> = []
  var reachesStage = false
  var reachesBand = false

  /// What an expression means.
  package static func bind(
    _ source: SourceText, schema: Schema, limits: Limits = .none, passing: Passing? = nil
  ) throws(SegmentError) -> Program {
    var binder = Binder(schema: schema, limits: limits, source: source, path: [], passing)
    return try binder.program()
  }

  private init(
    schema: Schema, limits: Limits, source: SourceText, path: [String], _ passing: Passing?
  ) {
    self.schema = schema
    self.limits = limits
    self.source = source
    self.path = path
    self.passing = passing
  }

  private mutating func program() throws(SegmentError) -> Program {
    do throws(Mistake) {
      let condition = try condition(try Parser.parse(source.text))
      return Program(
        condition: condition, columns: columns, warnings: warnings, absences: absences,
        schema: schema)
    } catch {
      throw error.origin ?? error.error(in: source)
    }
  }

  /// Warns of a name once, at its first place.
  mutating func warn(_ what: Phrase, at place: Place, remedy: @autoclosure () -> Phrase?) {
    guard warned.insert(what.text).inserted else { return }
    warnings.append(Mistake(what, at: place, remedy: remedy()).diagnostic(in: source))
  }

  mutating func condition(_ tree: Syntax) throws(Mistake) -> Condition {
    switch tree {
    case .constant(let value): return .constant(value)
    case .not(let part): return .not(try condition(part))
    case .or(let parts): return .either(try conditions(parts))
    case .and(let parts): return .all(try conditions(parts))
    case .has(let term, let place): return try presence(term, place)
    case .predicate(let term): return try predicate(term)
    case .membership(let term, let negated, let literals, _):
      let left = try measured(term)
      var constants: [Constant] = []
      for literal in literals {
        constants.append(try constant(literal, for: left.kind, named: Formatter.text(term)))
        try check(literal, against: left)
      }
      return .test(left, .member(negated: negated, constants))
    case .comparison(let term, let sign, let operand, let place):
      return try comparison(term, sign, operand, place)
    }
  }

  private mutating func conditions(_ trees: [Syntax]) throws(Mistake) -> [Condition] {
    var parts: [Condition] = []
    for tree in trees { parts.append(try condition(tree)) }
    return parts
  }

  private mutating func presence(_ term: Syntax.Term, _ place: Place) throws(Mistake) -> Condition {
    if case .measure(let call) = term, call.measure != .attribute {
      throw Mistake(
        "`has` tests for an attribute, and \(Formatter.text(term)) is a measure", at: place)
    }
    return .test(try measured(term), .present)
  }

  private mutating func predicate(_ term: Syntax.Term) throws(Mistake) -> Condition {
    let value = try measured(term)
    guard value.kind == .boolean || value.kind == .unknown else {
      let text = Formatter.text(term)
      let example: String =
        switch value.kind {
        case .number: ">= 1"
        case .duration: "> 30d"
        case .time, .date: ">= 2026-01-01"
        default: "= \"…\""
        }
      throw Mistake(
        "\(text) is \(value.kind.shown), and nothing compares it", at: term.place,
        remedy: "as in \(text) \(example)")
    }
    if case .condition(let inner) = value { return inner }
    return .holds(value)
  }

  mutating func measured(_ term: Syntax.Term) throws(Mistake) -> Measured {
    switch term {
    case .measure(let call): try measured(call)
    case .attribute(let name): try named(name)
    }
  }

  /// Reads a saved segment in its own file; its mistakes are shown there.
  mutating func segment(_ name: String, at place: Place) throws(Mistake) -> Condition {
    guard let text = schema.segments[name] else {
      throw Mistake(
        "no such segment: `\(name)`", at: place,
        remedy: suggestion(for: name, among: schema.segments.keys.sorted()))
    }
    guard !path.contains(name) else {
      throw Mistake(
        "the segment `\(name)` is in itself: \((path + [name]).joined(separator: " → "))",
        at: place)
    }
    guard path.count < 64 else {
      throw Mistake("segments are at most 64 levels deep in each other", at: place)
    }
    var inner = Binder(schema: schema, limits: .none, source: text, path: path + [name], passing)
    let program: Program
    do throws(SegmentError) { program = try inner.program() } catch {
      throw Mistake(origin: error, at: place)
    }
    warnings += inner.warnings.filter { !warnings.contains($0) }
    absences += inner.absences.filter { !absences.contains($0) }
    columns.formUnion(inner.columns)
    if inner.reachesStage { try reachStage(at: place, through: name) }
    if inner.reachesBand { try reachBand(at: place, through: name) }
    return program.condition
  }

  mutating func reachStage(at place: Place, through segment: String? = nil) throws(Mistake) {
    reachesStage = true
    guard limits == .noStage else { return }
    throw Mistake(
      segment.map { "a stage rule cannot ask for the stage, as the segment `\($0)` does" }
        ?? "a stage rule cannot ask for the stage", at: place)
  }

  mutating func reachBand(at place: Place, through segment: String? = nil) throws(Mistake) {
    reachesBand = true
    guard limits != .none else { return }
    let rule: Phrase = limits == .noStage ? "stage" : "band"
    throw Mistake(
      segment.map { "a \(rule) rule cannot ask for the band, as the segment `\($0)` does" }
        ?? "a \(rule) rule cannot ask for the band", at: place)
  }
}

/// A bound expression, ready to be evaluated.
package struct Program: Sendable {
  package var condition: Condition
  package var columns: Set<Int>
  package var warnings: [Diagnostic]
  package var absences: [Diagnostic] = []
  /// Whose codes it speaks of.
  package var schema: Schema
}

extension Syntax.Term {
  var place: Place {
    switch self {
    case .measure(let call): call.place
    case .attribute(let name): name.place
    }
  }
}
