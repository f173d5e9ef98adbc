extension Syntax {
  /// The saved segments that the expression names itself.
  package var segments: Set<ByteText> {
    switch self {
    case .or(let parts), .and(let parts):
      parts.reduce(into: []) { $0.formUnion($1.segments) }
    case .not(let part): part.segments
    case .constant: []
    case .comparison(let term, _, let operand, _):
      if case .term(_, let other) = operand {
        term.segments.union(other.segments)
      } else {
        term.segments
      }
    case .membership(let term, _, _, _), .has(let term, _), .predicate(let term): term.segments
    }
  }
}

extension Syntax.Term {
  fileprivate var segments: Set<ByteText> {
    if case .measure(let call) = self { call.segments } else { [] }
  }
}

extension Syntax.Call {
  fileprivate var segments: Set<ByteText> {
    arguments.reduce(into: []) { segments, argument in
      switch argument.kind {
      case .events(let events) where measure == .in: segments.insert(ByteText(events.name))
      case .measure(let call): segments.formUnion(call.segments)
      case .condition(let tree): segments.formUnion(tree.segments)
      default: break
      }
    }
  }
}

extension Syntax.Events {
  /// The name alone, for an argument that is no event.
  var name: String {
    switch which {
    case .any: "any"
    case .activity: "activity"
    case .named(let name): name
    }
  }
}
