import KithScreen
public import KithSystem
import KithYAML

/// What can be wrong with a theme.
public enum ThemeError: Error, Sendable, Equatable {
  case unknown(name: String, known: [String])
  case unreadable(FileError)
  case mistake(ThemeMistake, Excerpt)
}

/// A mistake in a theme's file.
public enum ThemeMistake: Sendable, Equatable {
  case syntax(String)
  case notAMapping
  case unknownMember(String)
  case unknownSlot(String, nearest: String?)
  case missingSlots([String])
  case color(String)
  case attribute(String)
  case twice(String)
}

extension Theme {
  /// Reads `NAME.yaml` from the first of the folders that has it.
  public static func load(name: String, folders: [String]) throws(ThemeError) -> Theme {
    for folder in folders {
      let path = "\(folder)/\(name).yaml"
      let isPlain = !name.isEmpty && !name.contains("/") && !name.hasPrefix(".")
      guard isPlain else { continue }
      let bytes: [UInt8]
      do throws(FileError) {
        bytes = try readFile(path)
      } catch {
        if error.reason == .missing { continue }
        throw .unreadable(error)
      }
      return try read(String(decoding: bytes, as: UTF8.self), name: name, file: path)
    }
    throw .unknown(name: name, known: list(folders: folders))
  }

  /// The names of all themes, sorted.
  public static func list(folders: [String]) -> [String] {
    var names: Set<String> = []
    for folder in folders {
      let entries = (try? DiskFileSystem(root: folder).list("")) ?? []
      for entry in entries where entry.hasSuffix(".yaml") && !entry.hasPrefix(".") {
        names.insert(String(entry.dropLast(5)))
      }
    }
    return names.sorted()
  }

  /// Reads a theme's text: a `palette` of names for colours, and `slots` with a style for each.
  public static func read(_ text: String, name: String, file: String) throws(ThemeError) -> Theme {
    try ThemeReader(
      lines: text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        .map(String.init), file: file
    ).theme(named: name, text: text)
  }
}

/// Walks the YAML tree of one file and turns every mistake into one with a place.
private struct ThemeReader {
  let lines: [String]
  let file: String

  func theme(named name: String, text: String) throws(ThemeError) -> Theme {
    let root = try tree(text)
    var palette: [String: Color] = [:]
    var styles: [Slot: Style] = [:]
    for (key, value) in try members(of: root) {
      switch key.string {
      case "palette":
        for (name, node) in try members(of: value) {
          let (name, text) = (try scalar(name), try scalar(node))
          guard let color = color(text, palette) else { throw mistake(.color(text), node) }
          palette[name] = color
        }
      case "slots":
        for (name, node) in try members(of: value) {
          let name = try scalar(name)
          guard let slot = Slot(rawValue: name) else {
            throw mistake(.unknownSlot(name, nearest: nearestSlot(name)), node)
          }
          styles[slot] = try style(node, palette)
        }
      default: throw mistake(.unknownMember(key.string ?? ""), key)
      }
    }
    let missing = Slot.allCases.filter { styles[$0] == nil }.map(\.rawValue)
    guard missing.isEmpty else { throw mistake(.missingSlots(missing), root) }
    return Theme(name: name, styles: styles)
  }

  private func tree(_ text: String) throws(ThemeError) -> Node {
    let root: Node?
    do throws(YAMLError) {
      root = try readYAML(text)
    } catch {
      switch error {
      case .syntax(let problem, let mark):
        throw mistake(.syntax(problem), line: mark.line, column: mark.column)
      case .duplicates(let keys, let mark):
        throw mistake(.twice(keys.first ?? ""), line: mark.line, column: mark.column)
      case .unreadable: throw mistake(.syntax("not YAML"), line: 1, column: 1)
      }
    }
    guard let root else { throw mistake(.notAMapping, line: 1, column: 1) }
    return root
  }

  private func style(_ node: Node, _ palette: [String: Color]) throws(ThemeError) -> Style {
    var style = Style()
    for (key, value) in try members(of: node) {
      switch key.string {
      case "fg", "bg":
        let text = try scalar(value)
        guard let color = color(text, palette) else { throw mistake(.color(text), value) }
        if key.string == "fg" { style.foreground = color } else { style.background = color }
      case "attributes":
        for entry in value.sequence ?? [value] {
          let name = try scalar(entry)
          guard let attribute = attributes[name] else { throw mistake(.attribute(name), entry) }
          style.attributes.formUnion(attribute)
        }
      default: throw mistake(.unknownMember(key.string ?? ""), key)
      }
    }
    return style
  }

  private func members(of node: Node) throws(ThemeError) -> [(key: Node, value: Node)] {
    guard let mapping = node.mapping else { throw mistake(.notAMapping, node) }
    return mapping.map { ($0.key, $0.value) }
  }

  private func scalar(_ node: Node) throws(ThemeError) -> String {
    guard let text = node.scalar?.string else { throw mistake(.color(""), node) }
    return text
  }

  private func mistake(_ mistake: ThemeMistake, _ node: Node) -> ThemeError {
    self.mistake(mistake, line: node.mark.line, column: node.mark.column)
  }

  private func mistake(_ mistake: ThemeMistake, line: Int, column: Int) -> ThemeError {
    let text = lines.indices.contains(line - 1) ? lines[line - 1] : ""
    return .mistake(
      mistake, Excerpt(file: file, line: line, column: max(1, column), text: text))
  }
}

private let attributes: [String: Attributes] = [
  "bold": .bold, "dim": .dim, "italic": .italic, "underline": .underline, "reverse": .reverse,
]

/// `default`, a name of the palette, a number of the terminal's palette, or `#rrggbb`.
private func color(_ text: String, _ palette: [String: Color]) -> Color? {
  if text == "default" { return .terminalDefault }
  if let color = palette[text] { return color }
  if let number = UInt8(text) { return .indexed(number) }
  guard text.hasPrefix("#"), text.utf8.count == 7, let rgb = UInt32(text.dropFirst(), radix: 16)
  else { return nil }
  return .rgb(UInt8(rgb >> 16), UInt8(rgb >> 8 & 0xFF), UInt8(rgb & 0xFF))
}

/// The slot whose name begins most like what was written.
private func nearestSlot(_ name: String) -> String? {
  let ranked = Slot.allCases.map { slot in
    (slot.rawValue, zip(slot.rawValue, name).prefix { $0 == $1 }.count)
  }
  return ranked.max { $0.1 < $1.1 }.flatMap { $0.1 > 2 ? $0.0 : nil }
}
