import KithStore

/// The text of each clause of an expression, by what was bound of it.
struct ClauseTexts {
  private let schema: Schema
  private(set) var texts: [Condition: String] = [:]

  init(_ schema: Schema) {
    self.schema = schema
  }

  mutating func add(_ source: SourceText) {
    guard let tree = try? Parser.parse(source.text),
      let program = try? Binder.bind(source, schema: schema)
    else { return }
    add(tree, program.condition)
  }

  private mutating func add(_ tree: Syntax, _ condition: Condition) {
    switch (tree, condition) {
    case (.and(let trees), .all(let parts)), (.or(let trees), .either(let parts)):
      for (tree, part) in zip(trees, parts) { add(tree, part) }
    case (.not(let tree), .not(let part)): add(tree, part)
    case (.predicate(.measure(let call)), _):
      texts[condition] = Formatter.text(tree)
      switch (condition, call.arguments.first?.kind) {
      case (.holds(.was(let part, _)), .condition(let inner)?): add(inner, part)
      // What is bound of `in("name")` is the segment's own condition.
      case (_, .events(let events)?) where call.measure == .in:
        if let source = schema.segments[events.name] { add(source) }
      default: break
      }
    default: texts[condition] = Formatter.text(tree)
    }
  }
}
