import KithSystem
import Mustache

/// One text of a template, compiled.
///
/// The tags are read here first: that tells which variables the text needs, lets names be of any
/// script, and leaves nothing to the renderer but plain variables and sections. Values are escaped here
/// too, byte by byte: the renderer escapes whole characters and would pass a `<` with a combining mark.
struct TemplateText: Sendable {
  /// As it was written.
  let source: String
  private let mustache: MustacheTemplate
  private let tree: [Node]
  /// The variables by number; `v0` is the first one's text to the renderer, `s0` whether it holds.
  private let names: [String]

  private indirect enum Node: Sendable {
    case variable(Int)
    case section(Int, isInverted: Bool, [Node])
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
    names = reader.names
    do {
      mustache = try MustacheTemplate(string: String(decoding: reader.output, as: UTF8.self))
    } catch {
      throw Mistake(problem: "the tags do not fit together", offset: 0)
    }
  }

  /// The first variable that the text needs and the values lack.
  func lacking(_ values: [String: String]) -> String? {
    lacking(values, in: tree)
  }

  func render(_ values: [String: String], escaped: Bool) -> String {
    var context: [String: any Sendable] = [:]
    for (number, name) in names.enumerated() {
      let value = values[name] ?? ""
      context["v\(number)"] = escaped ? escapedHTML(value) : value
      context["s\(number)"] = holds(value)
    }
    return mustache.render(context)
  }

  private func lacking(_ values: [String: String], in nodes: [Node]) -> String? {
    for node in nodes {
      switch node {
      case .variable(let number):
        if values[names[number], default: ""].isEmpty { return names[number] }
      case .section(let number, let isInverted, let inner):
        guard holds(values[names[number]] ?? "") != isInverted else { continue }
        if let name = lacking(values, in: inner) { return name }
      }
    }
    return nil
  }

  private func holds(_ value: String) -> Bool {
    !["", "false", "no"].contains(value.lowercased())
  }

  /// Reads tags and writes the text that the renderer gets.
  private struct Reader {
    let bytes: [UInt8]
    var at = 0
    var output: [UInt8] = []
    var names: [String] = []

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func nodes(closing: String?, opened section: Int) throws(Mistake) -> [Node] {
      var nodes: [Node] = []
      while at < bytes.count {
        guard bytes[at...].starts(with: "{{".utf8) else {
          output.append(bytes[at])
          at += 1
          continue
        }
        let opened = at
        let (kind, name) = try tag()
        switch kind {
        case UInt8(ascii: "!"):
          output += Array("{{!}}".utf8)
        case UInt8(ascii: "#"), UInt8(ascii: "^"):
          let number = number(of: name)
          output += Array("{{".utf8) + [kind] + Array("s\(number)}}".utf8)
          let inner = try self.nodes(closing: name, opened: opened)
          nodes.append(.section(number, isInverted: kind == UInt8(ascii: "^"), inner))
        case UInt8(ascii: "/"):
          guard name == closing else {
            throw Mistake(problem: "`{{/\(name)}}` closes nothing", offset: opened)
          }
          output += Array("{{/s\(number(of: name))}}".utf8)
          return nodes
        default:
          let number = number(of: name)
          output += Array("{{{v\(number)}}}".utf8)
          nodes.append(.variable(number))
        }
      }
      if let closing {
        throw Mistake(problem: "the section `\(closing)` is not closed", offset: section)
      }
      return nodes
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

    private mutating func number(of name: String) -> Int {
      if let number = names.firstIndex(of: name) { return number }
      names.append(name)
      return names.count - 1
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
