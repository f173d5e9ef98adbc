// libyaml finds the events; here they become a tree. An alias stands for the node at its anchor,
// which is shared and not copied.

import CYAML

/// The tree of a YAML text; nil where the text has no value. A second document is a mistake.
package func readYAML(_ text: String) throws(YAMLError) -> Node? {
  var composer = try Composer(Array(text.utf8))
  return try composer.document()
}

private struct Composer: ~Copyable {
  /// Nothing that a person writes is deeper; nothing hostile may be.
  private static let deepest = 100

  private let parser: OpaquePointer
  private let text: UnsafeMutableBufferPointer<UInt8>
  private var anchors: [String: Node] = [:]
  private var depth = 0

  init(_ bytes: [UInt8]) throws(YAMLError) {
    text = .allocate(capacity: max(1, bytes.count))
    _ = text.update(fromContentsOf: bytes)
    guard let parser = cy_open(text.baseAddress, Int64(bytes.count)) else {
      text.deallocate()
      throw .unreadable
    }
    self.parser = parser
  }

  deinit {
    cy_close(parser)
    text.deallocate()
  }

  mutating func document() throws(YAMLError) -> Node? {
    var root: Node?
    while true {
      let event = try next()
      switch event.kind {
      case CY_END: return root.flatMap { $0.isNothing ? nil : $0 }
      case CY_DOCUMENT where root != nil:
        throw .syntax(problem: "but found another document", Mark(event))
      case CY_OTHER, CY_DOCUMENT: continue
      default: root = try node(event)
      }
    }
  }

  private mutating func next() throws(YAMLError) -> cy_event {
    let event = cy_next(parser)
    guard event.kind == CY_BROKEN else { return event }
    guard event.line >= 0 else { throw .unreadable }
    throw .syntax(problem: string(event), Mark(event))
  }

  private mutating func node(_ event: cy_event) throws(YAMLError) -> Node {
    let anchor = event.anchor.map { String(cString: $0) }
    if event.kind == CY_ALIAS {
      guard let node = anchors[anchor ?? ""] else {
        throw .syntax(problem: "found undefined alias", Mark(event))
      }
      return node
    }
    depth += 1
    defer { depth -= 1 }
    guard depth <= Composer.deepest else {
      throw .syntax(problem: "it is nested too deeply", Mark(event))
    }
    let node = Node(mark: Mark(event), content: try content(event))
    if let anchor { anchors[anchor] = node }
    return node
  }

  private mutating func content(_ event: cy_event) throws(YAMLError) -> Node.Content {
    switch event.kind {
    case CY_SEQUENCE: return .sequence(try nodes())
    case CY_MAPPING:
      let nodes = try nodes()
      let pairs = stride(from: 0, to: nodes.count - 1, by: 2).map { index in
        (key: nodes[index], value: nodes[index + 1])
      }
      try refuseDuplicates(pairs.map(\.key))
      return .mapping(Node.Mapping(pairs: pairs))
    default:
      return .scalar(Node.Scalar(string: string(event), style: Node.Style(event.style)))
    }
  }

  /// Everything up to the end of a sequence or mapping.
  private mutating func nodes() throws(YAMLError) -> [Node] {
    var nodes: [Node] = []
    while true {
      let event = try next()
      if event.kind == CY_CLOSE { return nodes }
      nodes.append(try node(event))
    }
  }

  private func refuseDuplicates(_ keys: [Node]) throws(YAMLError) {
    let sorted = keys.compactMap { $0.string }.sorted()
    var twice: [String] = []
    for (name, next) in zip(sorted, sorted.dropFirst()) where name == next && twice.last != name {
      twice.append(name)
    }
    guard let name = twice.first else { return }
    for key in keys where key.string == name { throw .duplicates(twice, key.mark) }
  }

  private func string(_ event: cy_event) -> String {
    let bytes = UnsafeRawBufferPointer(start: event.text, count: Int(event.size))
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension Node {
  /// A document that holds nothing, as after `---` alone, is an empty word to libyaml.
  fileprivate var isNothing: Bool {
    guard let scalar else { return false }
    return scalar.style == .plain && scalar.string.isEmpty
  }
}

extension Mark {
  fileprivate init(_ event: cy_event) {
    self.init(line: Int(event.line) + 1, column: Int(event.column) + 1)
  }
}

extension Node.Style {
  fileprivate init(_ style: cy_style) {
    switch style {
    case CY_SINGLE_QUOTED: self = .singleQuoted
    case CY_DOUBLE_QUOTED: self = .doubleQuoted
    case CY_LITERAL: self = .literal
    case CY_FOLDED: self = .folded
    default: self = .plain
    }
  }
}
