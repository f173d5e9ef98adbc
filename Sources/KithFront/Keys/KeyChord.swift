package import KithScreen

/// One key as a person presses it and writes it in kith.yaml: `t`, `space`, `ctrl-d`, `shift-tab`.
public struct KeyChord: Hashable, Sendable, CustomStringConvertible {
  public let description: String

  private init(name: String) {
    description = name
  }

  /// Reads a key's name; nil where there is no such key.
  public init?(_ text: String) {
    let isText = text.count == 1 && text != " " && !text.contains(where: \.isNewline)
    let isNamed = KeyChord.names.values.contains(text) || text == "space"
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let isHeld = parts.count == 2 && ["ctrl", "alt"].contains(parts[0]) && parts[1].count == 1
    let isFunction =
      text.hasPrefix("f") && Int(text.dropFirst()).map { (1...24).contains($0) } == true
    guard isText || isNamed || isHeld || isFunction else { return nil }
    description = text
  }

  /// The key of an event; nil for what is no key. Full-width forms, as a Chinese input method left
  /// on sends them, count as their ASCII twins.
  package init?(_ event: InputEvent) {
    switch event {
    case .text(let text):
      let plain = String(text.map { asciiTwin($0) })
      self.init(name: plain == " " ? "space" : plain)
    case .key(.control(let character), _):
      self.init(name: character == " " ? "ctrl-space" : "ctrl-\(character)")
    case .key(.alt(let character), _): self.init(name: "alt-\(character)")
    case .key(.function(let number), _): self.init(name: "f\(number)")
    case .key(let key, _):
      guard let name = KeyChord.names[key] else { return nil }
      self.init(name: name)
    default: return nil
    }
  }

  private static let names: [Key: String] = [
    .up: "up", .down: "down", .left: "left", .right: "right", .home: "home", .end: "end",
    .pageUp: "pgup", .pageDown: "pgdn", .enter: "enter", .escape: "esc", .tab: "tab",
    .backTab: "shift-tab", .backspace: "backspace", .delete: "delete", .insert: "insert",
  ]
}

/// The ASCII character that a full-width form or a Chinese punctuation mark stands for on the same
/// key; any other character as it is.
private func asciiTwin(_ character: Character) -> Character {
  guard let scalar = character.unicodeScalars.first, character.unicodeScalars.count == 1 else {
    return character
  }
  switch scalar.value {
  case 0xFF01...0xFF5E: return Character(Unicode.Scalar(UInt8(scalar.value - 0xFEE0)))
  case 0x3000: return " "
  case 0x3010: return "["
  case 0x3011: return "]"
  case 0x3001: return "/"
  case 0x3002: return "."
  case 0x300A: return "<"
  case 0x300B: return ">"
  default: return character
  }
}
