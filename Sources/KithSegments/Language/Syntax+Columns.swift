extension Syntax {
  /// The properties and attributes that the expression may mean: each name that stands where one can.
  package var columns: Set<ByteText> {
    switch self {
    case .or(let parts), .and(let parts): parts.reduce(into: []) { $0.formUnion($1.columns) }
    case .not(let part): part.columns
    case .constant: []
    case .comparison(let term, _, let operand, _):
      if case .term(_, let other) = operand {
        term.columns.union(other.columns)
      } else {
        term.columns
      }
    case .membership(let term, _, _, _), .has(let term, _), .predicate(let term): term.columns
    }
  }
}

extension Syntax.Term {
  fileprivate var columns: Set<ByteText> {
    switch self {
    case .measure(let call): call.columns
    case .attribute(let name): [ByteText(name.text)]
    }
  }
}

extension Syntax.Call {
  fileprivate var columns: Set<ByteText> {
    arguments.reduce(into: []) { columns, argument in
      switch argument.kind {
      case .events(let events):
        if measure == .attribute { columns.insert(ByteText(events.name)) }
        if let property = events.property { columns.insert(ByteText(property.text)) }
        for filter in events.filters { columns.insert(ByteText(filter.property.text)) }
      case .measure(let call): columns.formUnion(call.columns)
      case .condition(let tree): columns.formUnion(tree.columns)
      case .window, .percent, .number, .within: break
      }
    }
  }
}
