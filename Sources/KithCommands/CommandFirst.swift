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
  var end = index
  var command: any ParsableCommand.Type = Kith.self
  while end < arguments.count,
    let next = command.configuration.subcommands.first(where: {
      $0._commandName == arguments[end]
    })
  {
    command = next
    end += 1
  }
  return Array(arguments[index..<end] + arguments[..<index] + arguments[end...])
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
