import KithStore
import KithSystem
import KithYAML

/// A YAML text with the file it stands in, so that every mistake is shown at its place.
struct YAMLReader {
  let file: String
  private let lines: [Substring]
  /// Lines of the file before the text's first.
  private let before: Int

  /// The top-level mapping of a text.
  static func mapping(
    _ text: String, file: String, after before: Int = 0
  ) throws(CampaignError) -> (YAMLReader, Node.Mapping) {
    let reader = YAMLReader(
      file: file, lines: text.split(separator: "\n", omittingEmptySubsequences: false),
      before: before)
    let node: Node?
    do throws(YAMLError) {
      node = try readYAML(text)
    } catch {
      throw reader.mistake(error)
    }
    guard let mapping = node?.mapping else {
      throw reader.mistake(node?.mark, "not a list of keys and values", remedy: "write key: value")
    }
    return (reader, mapping)
  }

  /// The members of a mapping by name; a name that is not in the table is a mistake.
  func members(
    _ mapping: Node.Mapping, known: [String]
  ) throws(CampaignError) -> [String: Node] {
    var members: [String: Node] = [:]
    for (key, value) in mapping {
      let name = key.scalar?.string ?? ""
      guard known.contains(name) else {
        throw mistake(
          key, "unknown key `\(name)`", remedy: "the keys are: " + known.joined(separator: ", "))
      }
      members[name] = value
    }
    return members
  }

  func text(_ node: Node) throws(CampaignError) -> String {
    guard let scalar = node.scalar else {
      throw mistake(node, "a text is missing here", remedy: "write one value")
    }
    return scalar.string
  }

  /// An expression with the place of its first character.
  func source(_ node: Node) throws(CampaignError) -> SourceText {
    let text = try text(node)
    let isQuoted = node.scalar?.style == .doubleQuoted || node.scalar?.style == .singleQuoted
    return SourceText(
      text, file: file, line: before + node.mark.line,
      column: node.mark.column + (isQuoted ? 1 : 0))
  }

  func list(_ node: Node) throws(CampaignError) -> [Node] {
    guard let sequence = node.sequence else {
      throw mistake(node, "a list is missing here", remedy: "write - one line for each")
    }
    return sequence
  }

  func mapping(_ node: Node) throws(CampaignError) -> Node.Mapping {
    guard let mapping = node.mapping else {
      throw mistake(node, "keys and values are missing here", remedy: "write { key: value }")
    }
    return mapping
  }

  /// `3d`: an integer and `s`, `m`, `h`, `d` or `w`; in milliseconds.
  func duration(_ node: Node) throws(CampaignError) -> Int64 {
    let text = try text(node)
    let units: [Character: Int64] = [
      "s": 1000, "m": 60_000, "h": 3_600_000, "d": Instant.dayMs, "w": 7 * Instant.dayMs,
    ]
    guard let last = text.last, let unit = units[last], let count = Int64(text.dropLast()),
      (0...100_000).contains(count)
    else { throw mistake(node, "not a duration", remedy: "write 90m, 12h, 3d or 2w") }
    return count * unit
  }

  /// `10%` as 0.1.
  func share(_ node: Node) throws(CampaignError) -> Double {
    let text = try text(node)
    guard text.hasSuffix("%"), let number = Exact(text.dropLast()), number >= .zero,
      number <= Exact(100)
    else { throw mistake(node, "not a share", remedy: "write a percentage from 0% to 100%") }
    return number.double / 100
  }

  /// `500.00`, in millionths.
  func money(_ node: Node) throws(CampaignError) -> Micros {
    guard let number = Exact(try text(node)), number >= .zero,
      let micros = Micros(exactly: number.units / 1_000_000_000_000)
    else { throw mistake(node, "not an amount", remedy: "write a number such as 500.00") }
    return micros
  }

  func mistake(_ node: Node?, _ problem: String, remedy: String) -> CampaignError {
    mistake(node?.mark, problem, remedy: remedy, length: node?.scalar?.string.count ?? 1)
  }

  private func mistake(
    _ mark: Mark?, _ problem: String, remedy: String, length: Int = 1
  ) -> CampaignError {
    let line = mark?.line ?? 1
    let text = lines.indices.contains(line - 1) ? String(lines[line - 1]) : ""
    let excerpt = Excerpt(
      file: file, line: before + line, column: mark?.column ?? 1, length: max(1, length),
      text: text)
    return .mistake(problem: problem, excerpt, remedy: remedy)
  }

  private func mistake(_ error: YAMLError) -> CampaignError {
    switch error {
    case .syntax(let problem, let mark):
      mistake(mark, "not YAML: \(problem)", remedy: "check indentation, quotes and colons")
    case .duplicates(let duplicates, let mark):
      mistake(
        mark, "a key stands twice: \(duplicates.joined(separator: ", "))",
        remedy: "keep one of them")
    case .unreadable:
      mistake(nil, "not YAML", remedy: "check indentation, quotes and colons")
    }
  }
}
