import ArgumentParser
import KithSystem

/// A call whose words are wrong, as ArgumentParser found it, in our own form.
struct UsageError: Explained {
  let diagnostic: Diagnostic

  init(parserError error: any Error, arguments: [String]) {
    let message = Kith.message(for: error)
    let page = UsageError.helpPage(Kith.fullMessage(for: error))
    if page == "kith open --help", message.hasPrefix("Unexpected argument"),
      let word = arguments.first(where: { !$0.hasPrefix("-") && message.contains("'\($0)'") })
    {
      diagnostic = UsageError.unknownCommand(word)
      return
    }
    let line = message.split(separator: "\n").first.map(String.init) ?? "nothing to do"
    diagnostic = Diagnostic(
      UsageError.clause(line), remedy: "see \(page)", status: .usage)
  }

  private static func unknownCommand(_ word: String) -> Diagnostic {
    let names = Kith.configuration.subcommands.map { $0._commandName }
    let near = nearest(word, in: names).map { "did you mean \($0)? " } ?? ""
    return Diagnostic(
      "unknown command", subject: word, remedy: near + "kith --help lists them all", status: .usage)
  }

  /// `See 'kith users --help' for more information.` names the page.
  private static func helpPage(_ text: String) -> String {
    guard let line = text.split(separator: "\n").last(where: { $0.contains("See '") }),
      let start = line.firstIndex(of: "'"), let end = line.lastIndex(of: "'"), start < end
    else { return "kith --help" }
    return String(line[line.index(after: start)..<end])
  }

  /// Without the capital and the full stop of a sentence, to stand after `kith:`.
  private static func clause(_ sentence: String) -> String {
    var text = sentence
    if text.hasSuffix(".") { text.removeLast() }
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}

/// The name that is fewest edits away, where that is few enough to be a slip.
func nearest(_ word: String, in names: [String]) -> String? {
  let best = names.map { ($0, editDistance(Array(word.utf8), Array($0.utf8))) }
    .min { $0.1 < $1.1 }
  guard let best, best.1 <= max(1, word.utf8.count / 3) else { return nil }
  return best.0
}

/// Levenshtein's distance, one row at a time.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var row = Array(0...right.count)
  for (index, byte) in left.enumerated() {
    var diagonal = row[0]
    row[0] = index + 1
    for column in right.indices {
      let change = diagonal + (byte == right[column] ? 0 : 1)
      diagonal = row[column + 1]
      row[column + 1] = min(change, row[column] + 1, row[column + 1] + 1)
    }
  }
  return row[right.count]
}
