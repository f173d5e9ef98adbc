import ArgumentParser
import KithCampaigns
import KithSegments
import KithStore
import KithSystem

// What the shell completes from the store that the command would open: inside an expression the same as
// the filter line. Whatever goes wrong there is no news for one who is typing: nothing is offered.

extension CompletionKind {
  /// Names, events, properties and values of the store, by what stands left of the cursor.
  static var expression: CompletionKind {
    offering { typed, words in engine(words).map { completedWords(typed, $0) } ?? [] }
  }

  /// Saved segments by name.
  static var segment: CompletionKind { names { try $0.savedSegments().keys.sorted() } }

  /// Saved segments by name, then as ``expression``.
  static var segmentOrExpression: CompletionKind {
    offering { typed, words in
      let names = (try? store(words)?.savedSegments().keys.sorted()) ?? []
      let fitting = names.filter { $0.hasPrefix(typed) }
      guard fitting.isEmpty, let engine = engine(words) else { return fitting }
      return completedWords(typed, engine)
    }
  }

  static var tag: CompletionKind { names { try $0.decisions().tagCounts.map(\.tag) } }
  static var campaign: CompletionKind {
    names { try Campaigns(store: $0).list().map(\.campaign) }
  }
  static var template: CompletionKind {
    names { try Campaigns(store: $0).templates().map(\.name) }
  }
  static var channel: CompletionKind { names { $0.settings.channels.map(\.name) } }
  static var recipe: CompletionKind { names { $0.settings.recipes.map(\.name) } }

  /// Events by name, the frequent ones first.
  static var event: CompletionKind {
    offering { typed, words in
      guard let engine = engine(words) else { return [] }
      return completedWords("did(\"" + typed, engine).map { unquoted(String($0.dropFirst(4))) }
    }
  }

  private static func names(
    _ all: @escaping @Sendable (Store) throws -> [String]
  ) -> CompletionKind {
    offering { typed, words in
      ((try? store(words).map(all)) ?? []).filter { $0.hasPrefix(typed) }
    }
  }

  /// `candidates` are of what is typed, as the shell will hand it over, and of the words of the call.
  private static func offering(
    _ candidates: @escaping @Sendable (_ typed: String, _ words: [String]) -> [String]
  ) -> CompletionKind {
    .custom { words, index, typed in
      let shell = CompletionShell.requesting
      // The script for zsh counts a quoted word with a blank in it as several.
      let word = shell == .zsh && words.indices.contains(index) ? words[index] : typed
      return candidates(unquoted(word), words).compactMap { shellCandidate($0, for: shell) }
    }
  }
}

/// What is typed with each completion in it that goes on from there: a shell takes what the candidates
/// have in common for the word, so that they have as much in common as is typed.
func completedWords(_ text: String, _ engine: any Engine) -> [String] {
  func name(_ word: some StringProtocol) -> String {
    String(word.hasPrefix("\"") ? word.dropFirst() : word[...]).lowercased()
  }
  func words(_ text: String) -> [String] {
    let start = completionStart(of: text, at: text.count)
    let (before, typed) = (String(text.prefix(start)), name(text.dropFirst(start)))
    return engine.completions(of: text, at: text.count).filter { name($0.text).hasPrefix(typed) }
      .map { before + $0.text }
  }
  let all = words(text)
  if common(all).count >= text.count { return all }
  // Where one needs quotes and another none, they have more in common if all have them.
  let start = text.index(text.startIndex, offsetBy: completionStart(of: text, at: text.count))
  let quoted = words(text[..<start] + "\"" + text[start...])
  if quoted.count == all.count, common(quoted).count >= text.count { return quoted }
  return all.filter { $0.utf8.starts(with: text.utf8) }
}

/// What texts begin with alike.
private func common(_ texts: [String]) -> Substring {
  guard var common = texts.first?[...] else { return "" }
  for text in texts {
    common = common.prefix(zip(common, text).prefix { $0 == $1 }.count)
  }
  return common
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
