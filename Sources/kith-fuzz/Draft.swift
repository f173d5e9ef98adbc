/// An expression that is put together from pieces, so that it can be made smaller piece by piece.
indirect enum Draft: Sendable {
  case leaf([Part])
  case not(Draft)
  case all([Draft])
  case either([Draft])

  enum Part: Sendable {
    case text(String)
    /// What may be left out: a window, a filter.
    case optional([Part])
    case draft(Draft)
  }

  /// As it is typed.
  var text: String {
    switch self {
    case .leaf(let parts): parts.map(\.text).joined()
    case .not(let part): "not " + part.inner
    case .all(let parts): parts.map(\.inner).joined(separator: " and ")
    case .either(let parts): parts.map(\.inner).joined(separator: " or ")
    }
  }

  private var inner: String {
    switch self {
    case .leaf, .not: text
    case .all, .either: "(" + text + ")"
    }
  }

  /// Every expression that is this one without one of its pieces, the smallest first.
  var smaller: [Draft] {
    switch self {
    case .leaf(let parts):
      parts.inside + parts.smaller.map { .leaf($0) } + (isConstant ? [] : ["true", "false"])
    case .not(let part): [part] + part.smaller.map { .not($0) }
    case .all(let parts): parts + Draft.fewer(parts).map { .all($0) }
    case .either(let parts): parts + Draft.fewer(parts).map { .either($0) }
    }
  }

  private var isConstant: Bool { ["true", "false"].contains(text) }

  private static func fewer(_ parts: [Draft]) -> [[Draft]] {
    var shorter: [[Draft]] = []
    for index in parts.indices where parts.count > 2 {
      shorter.append(parts)
      shorter[shorter.count - 1].remove(at: index)
    }
    return shorter + replacements(parts) { $0.smaller }
  }
}

extension Draft: ExpressibleByStringInterpolation {
  init(stringLiteral text: String) {
    self = .leaf([.text(text)])
  }
}

extension Draft.Part: ExpressibleByStringInterpolation {
  init(stringLiteral text: String) {
    self = .text(text)
  }

  var text: String {
    switch self {
    case .text(let text): text
    case .optional(let parts): parts.map(\.text).joined()
    case .draft(let draft): draft.text
    }
  }

  private var smaller: [Draft.Part] {
    switch self {
    case .text: []
    case .optional(let parts): [""] + parts.smaller.map { .optional($0) }
    case .draft(let draft): draft.smaller.map { .draft($0) }
    }
  }

  fileprivate static func smaller(_ part: Draft.Part) -> [Draft.Part] { part.smaller }
}

extension [Draft.Part] {
  /// The expressions that stand in the pieces.
  fileprivate var inside: [Draft] {
    flatMap { part -> [Draft] in
      switch part {
      case .text: []
      case .optional(let parts): parts.inside
      case .draft(let draft): [draft]
      }
    }
  }

  fileprivate var smaller: [[Draft.Part]] { replacements(self, Draft.Part.smaller) }
}

/// For each element, and each smaller one in its place, the whole.
private func replacements<Element>(
  _ elements: [Element], _ smaller: (Element) -> [Element]
) -> [[Element]] {
  var wholes: [[Element]] = []
  for (index, element) in elements.enumerated() {
    for other in smaller(element) {
      var whole = elements
      whole[index] = other
      wholes.append(whole)
    }
  }
  return wholes
}
