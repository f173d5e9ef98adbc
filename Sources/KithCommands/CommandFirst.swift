import ArgumentParser

/// Arguments with the words of the command in front, so that `kith --store x stages` is
/// `kith stages --store x`.
///
/// Only the options of ``OpenCommand`` can stand there; anything else is left for ArgumentParser to
/// judge.
func commandFirst(_ arguments: [String]) -> [String] {
  var index = 0
  while index < arguments.count, let size = leadingOption(arguments[index]) { index += size }
  guard index > 0, index < arguments.count, !arguments[index].hasPrefix("-") else {
    return arguments
  }
  let end = index + namedCommand(arguments[index...]).words
  return Array(arguments[index..<end] + arguments[..<index] + arguments[end...])
}

/// Arguments in which no expression is taken for an option: one may begin with a comment, as saved
/// segments do.
func commentsApart(_ arguments: [String]) -> [String] {
  arguments.map { argument in
    let isComment = argument.hasPrefix("--") && argument.dropFirst(2).first?.isWhitespace == true
    return isComment && argument.contains(where: \.isNewline) ? " " + argument : argument
  }
}

/// Reads a call.
///
/// From the root, ArgumentParser would find the options of every command by reflection, which takes
/// longer than most answers do. So the command that is named reads its own arguments; where it cannot,
/// the root says what is wrong, or gives the help that was asked for.
func readCommand(_ arguments: [String]) throws -> any ParsableCommand {
  let named = namedCommand(arguments[...])
  let command = named.words == 0 ? OpenCommand.self : named.command
  if command.configuration.subcommands.isEmpty,
    let read = try? command.parseAsRoot(Array(arguments.dropFirst(named.words))),
    type(of: read) == command
  {
    return read
  }
  return try Kith.parseAsRoot(arguments)
}

/// The command that the first words name, and how many they are.
func namedCommand(
  _ arguments: ArraySlice<String>
) -> (command: any ParsableCommand.Type, words: Int) {
  var command: any ParsableCommand.Type = Kith.self
  var words = 0
  for word in arguments {
    guard let next = command.configuration.subcommands.first(where: { $0._commandName == word })
    else { break }
    command = next
    words += 1
  }
  return (command, words)
}

/// How many arguments the option takes; nil for anything that is none.
private func leadingOption(_ argument: String) -> Int? {
  if argument == "--readonly" || argument == "--json" { return 1 }
  for name in ["--store", "--as-of", "--time-zone", "--week-start"] {
    if argument == name { return 2 }
    if argument.hasPrefix(name + "=") { return 1 }
  }
  return nil
}
