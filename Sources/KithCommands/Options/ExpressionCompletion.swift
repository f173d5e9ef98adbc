import ArgumentParser
import KithSegments
import KithStore
import KithSystem

// What the shell completes inside an expression: the same as the filter line, from the store that the
// command would open. Whatever goes wrong there is no news for one who is typing: nothing is offered.

extension CompletionKind {
  /// Names, events, properties and values of the store, by what stands left of the cursor.
  static var expression: CompletionKind {
    .custom { words, _, typed in
      guard let engine = engine(words) else { return [] }
      return completedWords(typed, engine)
    }
  }

  /// Saved segments by name, then as ``expression``.
  static var segment: CompletionKind {
    .custom { words, _, typed in
      let names = (try? store(words)?.savedSegments().keys.sorted()) ?? []
      let fitting = names.filter { $0.hasPrefix(typed) }
      guard fitting.isEmpty, let engine = engine(words) else { return fitting }
      return completedWords(typed, engine)
    }
  }
}

/// The shell's word with each completion in it. The word is as it was typed, with its quotes.
func completedWords(_ typed: String, _ engine: any Engine) -> [String] {
  let text = unquoted(typed)
  let start = completionStart(of: text, at: text.count)
  let before = text.prefix(start)
  return engine.completions(of: text, at: text.count).map { before + $0.text }
}

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

private func store(_ words: [String]) -> Store? {
  var named: String?
  for (index, word) in words.enumerated() {
    if word == "--store", index + 1 < words.count { named = unquoted(words[index + 1]) }
    if word.hasPrefix("--store=") { named = unquoted(String(word.dropFirst(8))) }
  }
  let outside = Outside.real()
  guard
    let path = try? Store.locate(explicit: named, from: workingDirectory(), outside: outside)
  else { return nil }
  return try? Store.open(at: path, outside: outside, readOnly: true)
}

private func engine(_ words: [String]) -> EmbeddedEngine? {
  store(words).flatMap { try? Reading().engine($0) }
}
