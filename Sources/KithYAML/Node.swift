/// A value of a YAML text, with the place at which it begins.
///
/// Scalars are their texts: what type one is, is for the reader to say who knows what it is for.
package struct Node: Sendable {
  package let mark: Mark
  let content: Content

  enum Content: Sendable {
    case scalar(Scalar)
    case sequence([Node])
    case mapping(Mapping)
  }

  package struct Scalar: Sendable {
    package let string: String
    package let style: Style
  }

  /// How a scalar is written.
  package enum Style: Sendable {
    case plain, singleQuoted, doubleQuoted, literal, folded
  }

  /// Keys and values in the order of the text; no two keys are the same scalar.
  package struct Mapping: Swift.Sequence, Sendable {
    let pairs: [(key: Node, value: Node)]

    package func makeIterator() -> IndexingIterator<[(key: Node, value: Node)]> {
      pairs.makeIterator()
    }

    package subscript(_ name: String) -> Node? {
      pairs.first { $0.key.string == name }?.value
    }
  }

  package var scalar: Scalar? {
    if case .scalar(let scalar) = content { scalar } else { nil }
  }

  package var string: String? { scalar?.string }

  package var sequence: [Node]? {
    if case .sequence(let nodes) = content { nodes } else { nil }
  }

  package var mapping: Mapping? {
    if case .mapping(let mapping) = content { mapping } else { nil }
  }
}

/// A place in a YAML text.
package struct Mark: Sendable, Equatable {
  /// From 1.
  package let line: Int
  /// From 1, in Unicode scalars.
  package let column: Int
}

/// Why a text is no YAML, or none that Kith takes.
package enum YAMLError: Error, Sendable, Equatable {
  /// Not YAML; the problem in libyaml's words.
  case syntax(problem: String, Mark)
  /// Keys that one mapping has more than once, sorted, and where the first of them stands first.
  case duplicates([String], Mark)
  /// Not UTF-8, or characters that no text has.
  case unreadable
}
