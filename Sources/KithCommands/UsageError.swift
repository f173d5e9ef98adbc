import ArgumentParser
import KithStore
import KithSystem

/// A call whose words are wrong, as ArgumentParser found it, in our own form.
struct UsageError: Explained {
  let diagnostic: Diagnostic

  init(parserError error: any Error, arguments: [String]) {
    let message = Kith.message(for: error)
    let page = UsageError.helpPage(Kith.fullMessage(for: error))
    let named = namedCommand(arguments[...])
    if named.command != OpenCommand.self, !named.command.configuration.subcommands.isEmpty,
      let word = UsageError.unknownWord(arguments.dropFirst(named.words), message)
    {
      diagnostic = UsageError.unknownCommand(word, of: named.command, page)
      return
    }
    let line = message.split(separator: "\n").first.map(String.init) ?? "nothing to do"
    diagnostic = Diagnostic(
      UsageError.clause(line), remedy: "see \(page)", status: .usage)
  }

  /// `kith help` with a word that is no command, of which ArgumentParser would show the page of all; nil for
  /// any other call.
  init?(helpAskedFor arguments: [String]) {
    guard arguments.first == "help" else { return nil }
    let words = arguments.dropFirst()
    let named = namedCommand(words)
    guard let word = words.dropFirst(named.words).first, !word.hasPrefix("-"), word != "help",
      !named.command.configuration.subcommands.isEmpty
    else { return nil }
    let path = (["kith"] + words.prefix(named.words)).joined(separator: " ")
    diagnostic = UsageError.unknownCommand(word, of: named.command, path + " --help")
  }

  /// The word that was meant for a command: the first one, or one that nothing is made of.
  private static func unknownWord(
    _ arguments: ArraySlice<String>, _ message: String
  ) -> String? {
    if let first = arguments.first, !first.hasPrefix("-") { return first }
    guard message.contains("nexpected argument") else { return nil }
    return arguments.first { !$0.hasPrefix("-") && message.contains("'\($0)'") }
  }

  private static func unknownCommand(
    _ word: String, of group: any ParsableCommand.Type, _ page: String
  ) -> Diagnostic {
    let names = group.configuration.subcommands.map { $0._commandName }
    let near = nearest(word, in: names).map { "did you mean \($0)? " } ?? ""
    let page = group == Kith.self ? "kith --help" : page
    return Diagnostic(
      "unknown command", subject: word, remedy: near + "\(page) lists them all", status: .usage)
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
