@testable import KithSegments

/// A tree with its nesting made plain: leaves in canonical text, `(or (and a b) c)` around them.
func outline(_ tree: Syntax) -> String {
  switch tree {
  case .or(let parts): "(or " + parts.map(outline).joined(separator: " ") + ")"
  case .and(let parts): "(and " + parts.map(outline).joined(separator: " ") + ")"
  case .not(let part): "(not " + outline(part) + ")"
  default: "{" + Formatter.text(tree) + "}"
  }
}
