import ArgumentParser
import KithSystem

/// A word without the quotes and backslashes that a shell takes away; a quote may still be open.
func unquoted(_ word: String) -> String {
  var text = ""
  var quote: Character?
  var isEscaped = false
  for character in word {
    if isEscaped {
      // Between double quotes a backslash stands for itself before anything but these.
      if quote == "\"", !"\"\\$`".contains(character) { text.append("\\") }
      text.append(character)
      isEscaped = false
    } else if character == "\\", quote != "'" {
      isEscaped = true
    } else if let open = quote {
      if character == open { quote = nil } else { text.append(character) }
    } else if character == "'" || character == "\"" {
      quote = character
    } else {
      text.append(character)
    }
  }
  return text
}

/// A candidate as the completion script of a shell takes it, so that the shell reads it as it is.
///
/// bash expands each word of its list: without a backslash, a value of `$(…)` would be run, and quotes
/// would be lost. zsh ends a word at a colon. None can be told a line end.
/// - Returns: nil where it holds a control character.
func shellCandidate(_ text: String, for shell: CompletionShell?) -> String? {
  guard !text.unicodeScalars.contains(where: isControl) else { return nil }
  switch shell {
  case .bash: return escaped(text) { $0.isASCII && !$0.isLetter && !$0.isNumber }
  case .zsh: return escaped(text) { $0 == "\\" || $0 == ":" }
  default: return text
  }
}

private func escaped(_ text: String, where isSpecial: (Character) -> Bool) -> String {
  text.reduce(into: "") { escaped, character in
    if isSpecial(character) { escaped.append("\\") }
    escaped.append(character)
  }
}
