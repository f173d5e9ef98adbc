import KithSystem

/// One text of a template, compiled: the part of Mustache that is variables, sections and notes.
///
/// Names are of any script. Values are escaped byte by byte, since by whole characters a `<` with a
/// combining mark would pass.
struct TemplateText: Sendable {
  /// As it was written.
  let source: String
  private let tree: [Node]

  private indirect enum Node: Sendable {
    case text(String)
    case variable(String)
    case section(String, isInverted: Bool, [Node])
  }

  /// What is wrong with a text, and the offset of the tag in its UTF-8.
  struct Mistake: Error, Equatable {
    var problem: String
    var offset: Int
  }

  init(_ text: String) throws(Mistake) {
    source = text
    var reader = Reader(Array(text.utf8))
    tree = try reader.nodes(closing: nil, opened: 0)
  }

  /// The first variable that the text needs and the values lack.
  func lacking(_ values: [String: String]) -> String? {
    lacking(values, in: tree)
  }

  func render(_ values: [String: String], escaped: Bool) -> String {
    var text = ""
    render(tree, values, escaped: escaped, into: &text)
    return text
  }

  private func render(
    _ nodes: [Node], _ values: [String: String], escaped: Bool, into text: inout String
  ) {
    for node in nodes {
      switch node {
      case .text(let plain): text += plain
      case .variable(let name):
        let value = values[name] ?? ""
        text += escaped ? escapedHTML(value) : value
      case .section(let name, let isInverted, let inner):
        guard holds(values[name] ?? "") != isInverted else { continue }
        render(inner, values, escaped: escaped, into: &text)
      }
    }
  }

  private func lacking(_ values: [String: String], in nodes: [Node]) -> String? {
    for node in nodes {
      switch node {
      case .text: continue
      case .variable(let name):
        if values[name, default: ""].isEmpty { return name }
      case .section(let name, let isInverted, let inner):
        guard holds(values[name] ?? "") != isInverted else { continue }
        if let name = lacking(values, in: inner) { return name }
      }
    }
    return nil
  }

  private func holds(_ value: String) -> Bool {
    !["", "false", "no"].contains(value.lowercased())
  }

  /// Reads tags and what stands between them. A section's tag or a note that is alone on its line
  /// takes the line with it.
  private struct Reader {
    let bytes: [UInt8]
    var at = 0
    /// Where the text that is in no node yet begins.
    private var plain = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func nodes(closing: String?, opened section: Int) throws(Mistake) -> [Node] {
      var nodes: [Node] = []
      while at < bytes.count {
        guard bytes[at...].starts(with: "{{".utf8) else {
          at += 1
          continue
        }
        let opened = at
        let (kind, name) = try tag()
        append(to: &nodes, until: kind == 0 ? opened : endOfText(before: opened))
        switch kind {
        case UInt8(ascii: "!"): continue
        case UInt8(ascii: "#"), UInt8(ascii: "^"):
          let inner = try self.nodes(closing: name, opened: opened)
          nodes.append(.section(name, isInverted: kind == UInt8(ascii: "^"), inner))
        case UInt8(ascii: "/"):
          guard name == closing else {
            throw Mistake(problem: "`{{/\(name)}}` closes nothing", offset: opened)
          }
          return nodes
        default: nodes.append(.variable(name))
        }
      }
      if let closing {
        throw Mistake(problem: "the section `\(closing)` is not closed", offset: section)
      }
      append(to: &nodes, until: bytes.count)
      return nodes
    }

    private mutating func append(to nodes: inout [Node], until end: Int) {
      if plain < end { nodes.append(.text(String(decoding: bytes[plain..<end], as: UTF8.self))) }
      plain = at
    }

    /// Where the text before the tag that was just read ends. A tag that is alone on its line is
    /// read up to the next line, and its own line's blanks are no text.
    private mutating func endOfText(before opened: Int) -> Int {
      func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
      var start = opened
      while start > 0, isBlank(bytes[start - 1]) { start -= 1 }
      var end = at
      while end < bytes.count, isBlank(bytes[end]) || bytes[end] == 0x0D { end += 1 }
      guard start == 0 || bytes[start - 1] == 0x0A, end == bytes.count || bytes[end] == 0x0A
      else { return opened }
      at = min(end + 1, bytes.count)
      return start
    }

    /// One tag: its mark (0 for a variable) and its name.
    private mutating func tag() throws(Mistake) -> (kind: UInt8, name: String) {
      let opened = at
      at += 2
      let start = at
      while at < bytes.count, !bytes[at...].starts(with: "}}".utf8) { at += 1 }
      guard at < bytes.count else { throw Mistake(problem: "a tag without `}}`", offset: opened) }
      var inner = bytes[start..<at]
      at += 2
      let kind = inner.first ?? 0
      switch kind {
      case UInt8(ascii: "{"), UInt8(ascii: "&"):
        throw Mistake(problem: "values cannot go in unescaped: use `{{name}}`", offset: opened)
      case UInt8(ascii: ">"), UInt8(ascii: "<"), UInt8(ascii: "$"):
        throw Mistake(problem: "a template cannot take in another", offset: opened)
      case UInt8(ascii: "="), UInt8(ascii: "%"):
        throw Mistake(problem: "the form of tags cannot be changed", offset: opened)
      case UInt8(ascii: "!"): return (kind, "")
      case UInt8(ascii: "#"), UInt8(ascii: "^"), UInt8(ascii: "/"): inner = inner.dropFirst()
      default: break
      }
      let name = trimmed(String(decoding: inner, as: UTF8.self))
      let isName = name.unicodeScalars.allSatisfy { scalar in
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || scalar.properties.generalCategory == .nonspacingMark
          || " _-.".unicodeScalars.contains(scalar)
      }
      guard isName, !name.isEmpty else {
        throw Mistake(problem: "`{{\(name)}}` is not the name of an attribute", offset: opened)
      }
      let isMarked = [UInt8(ascii: "#"), UInt8(ascii: "^"), UInt8(ascii: "/")].contains(kind)
      return (isMarked ? kind : 0, name)
    }
  }
}

/// Text for HTML, between tags and in quoted attributes alike.
func escapedHTML(_ text: String) -> String {
  var escaped: [UInt8] = []
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "<"): escaped += Array("&lt;".utf8)
    case UInt8(ascii: ">"): escaped += Array("&gt;".utf8)
    case UInt8(ascii: "&"): escaped += Array("&amp;".utf8)
    case UInt8(ascii: "\""): escaped += Array("&quot;".utf8)
    case UInt8(ascii: "'"): escaped += Array("&#39;".utf8)
    default: escaped.append(byte)
    }
  }
  return String(decoding: escaped, as: UTF8.self)
}
