// Scalars are taken as they are written, whatever type YAML would give them: `true` is an expression
// too. YAML counts columns in Unicode scalars, an excerpt in characters; the difference is made up
// here.

import KithSystem
import KithYAML

/// The text of a YAML file, by which mistakes are shown.
struct YAMLSource {
  /// nil for the defaults, which are no file of the store.
  let file: String?
  private let text: String
  /// Where each line begins and ends in its bytes, without what ends it.
  private let lines: [Line]

  /// A range would do, were it not for the time that it takes to make a list of a generic type.
  private struct Line {
    var start: Int
    var end: Int
  }

  /// Reads a file that has to be one mapping.
  static func read(
    _ text: String, file: String?
  ) throws(SettingsMistake) -> (source: YAMLSource, root: YAMLMapping) {
    let source = YAMLSource(file: file, text: text)
    let node: Node?
    do throws(YAMLError) {
      node = try readYAML(text)
    } catch {
      throw source.mistake(error)
    }
    guard let node else { return (source, YAMLMapping(source: source, members: [])) }
    return (source, try source.mapping(node, of: "the file"))
  }

  private init(file: String?, text: String) {
    self.file = file
    self.text = text
    lines = Array(text.utf8).withUnsafeBytes(YAMLSource.lines)
  }

  /// Cuts a text where YAML ends a line: LF, CR, CR LF, NEL, LS and PS.
  private static func lines(_ bytes: UnsafeRawBufferPointer) -> [Line] {
    var lines: [Line] = []
    var (start, at) = (0, 0)
    func stands(_ mark: UInt8...) -> Bool { bytes[at...].starts(with: mark) }
    while at < bytes.count {
      let size =
        switch bytes[at] {
        case 0x0A: 1
        case 0x0D: stands(0x0D, 0x0A) ? 2 : 1
        case 0xC2: stands(0xC2, 0x85) ? 2 : 0
        case 0xE2: stands(0xE2, 0x80, 0xA8) || stands(0xE2, 0x80, 0xA9) ? 3 : 0
        default: 0
        }
      if size > 0 { lines.append(Line(start: start, end: at)) }
      at += max(1, size)
      if size > 0 { start = at }
    }
    lines.append(Line(start: start, end: bytes.count))
    return lines
  }

  /// A line by its number, from 1; empty where there is none.
  private func line(_ number: Int) -> Substring {
    guard number <= lines.count else { return "" }
    let (line, bytes) = (lines[number - 1], text.utf8)
    let start = bytes.index(bytes.startIndex, offsetBy: line.start)
    return text[start..<bytes.index(start, offsetBy: line.end - line.start)]
  }

  /// A mistake at a place, with the line it is on.
  func mistake(
    _ what: String, at mark: Mark?, length: Int = 1, remedy: String
  ) -> SettingsMistake {
    let line = min(max(1, mark?.line ?? 1), max(1, lines.count))
    let text = self.line(line)
    let column = self.column(mark?.column ?? 1, in: text)
    return SettingsMistake(
      what,
      excerpt: Excerpt(
        file: file, line: line, column: column,
        length: max(1, min(length, text.count - column + 1)), text: masked(String(text))),
      remedy: remedy)
  }

  func mistake(_ what: String, at node: Node, remedy: String) -> SettingsMistake {
    mistake(what, at: node.mark, length: node.writtenLength, remedy: remedy)
  }

  /// A mark's column as one of characters.
  private func column(_ scalars: Int, in line: Substring) -> Int {
    let before = line.unicodeScalars.prefix(max(0, scalars - 1))
    // Of ASCII each is a character.
    if before.allSatisfy(\.isASCII) { return before.count + 1 }
    return String(before).count + 1
  }

  private func mistake(_ error: YAMLError) -> SettingsMistake {
    let remedy = "see the settings in the manual: `key: value`, two blanks for each level"
    switch error {
    case .syntax(let problem, let mark):
      let what = problem.hasPrefix("but ") ? String(problem.dropFirst(4)) : problem
      return mistake("not YAML: " + what, at: mark, remedy: remedy)
    case .duplicates(let names, let mark):
      let name = names.first ?? ""
      return mistake(
        "`\(name)` is given twice", at: mark, length: name.count,
        remedy: "keep one of them")
    case .unreadable:
      return mistake("not YAML, or not UTF-8", at: nil, remedy: remedy)
    }
  }

  func mapping(_ node: Node, of name: String) throws(SettingsMistake) -> YAMLMapping {
    guard let mapping = node.mapping else {
      throw mistake("\(name) has to be a list of `key: value`", at: node, remedy: "see the manual")
    }
    var members: [YAMLMember] = []
    for (key, value) in mapping {
      guard let scalar = key.scalar else {
        throw mistake("a key has to be a word", at: key, remedy: "write it as `key: value`")
      }
      members.append(YAMLMember(name: scalar.string, key: key, value: value))
    }
    return YAMLMapping(source: self, members: members)
  }

  func elements(_ node: Node, of name: String) throws(SettingsMistake) -> [Node] {
    guard let sequence = node.sequence else {
      throw mistake("`\(name)` has to be a list", at: node, remedy: "one `- …` a line, or [ ]")
    }
    return sequence
  }

  func text(_ node: Node, of name: String) throws(SettingsMistake) -> String {
    guard let scalar = node.scalar else {
      throw mistake(
        "`\(name)` has to be one value", at: node, remedy: "write it as `\(name): value`")
    }
    return scalar.string
  }

  /// A scalar with the place of its first character.
  func sourceText(_ node: Node, of name: String) throws(SettingsMistake) -> SourceText {
    let text = try text(node, of: name)
    var line = node.mark.line
    var column = node.mark.column
    switch node.scalar?.style {
    case .literal, .folded:
      line += 1
      column = self.line(line).prefix { $0 == " " }.count + 1
    case .singleQuoted, .doubleQuoted: column += 1
    default: break
    }
    return SourceText(
      text, file: file, line: line, column: self.column(column, in: self.line(line)))
  }
}

struct YAMLMember {
  let name: String
  let key: Node
  let value: Node

  /// Whether nothing stands after the colon: as if the key were not there.
  var isEmpty: Bool {
    guard let scalar = value.scalar else { return false }
    return scalar.string.isEmpty && scalar.style == .plain
  }
}

/// The members of a mapping in file order.
struct YAMLMapping {
  let source: YAMLSource
  let members: [YAMLMember]

  subscript(_ name: String) -> Node? {
    members.first { $0.name == name && !$0.isEmpty }?.value
  }

  /// - Throws: where a key is none of these, with the nearest.
  func allow(_ names: [String], in place: String) throws(SettingsMistake) {
    for member in members where !names.contains(member.name) {
      throw source.mistake(
        "unknown key `\(member.name)` in \(place)", at: member.key,
        remedy: nearest(member.name, in: names).map { "did you mean `\($0)`?" }
          ?? "known keys: " + names.joined(separator: ", "))
    }
  }
}

extension Node {
  /// Characters to mark: the scalar with its quotes.
  fileprivate var writtenLength: Int {
    guard let scalar else { return 1 }
    switch scalar.style {
    case .singleQuoted, .doubleQuoted: return scalar.string.count + 2
    case .literal, .folded: return 1
    default: return max(1, scalar.string.count)
    }
  }
}
