import KithSystem

/// A manual page in the `man` macros of roff, made from ArgumentParser's description of the command
/// tree, so that it cannot say other than `--help` does.
struct ManualPage {
  private let root: JSON

  init(_ dump: JSON) {
    root = dump["command"] ?? .null
  }

  var text: String {
    var lines = [
      ".TH KITH 1 \"\" \"Kith \(Kith.version)\" \"User Commands\"",
      ".SH NAME", "kith \\- " + escaped(root["abstract"]?.string ?? ""),
      ".SH SYNOPSIS", ".B kith", "[\\fICOMMAND\\fR] [\\fIOPTIONS\\fR]",
      ".SH DESCRIPTION",
    ]
    lines += paragraphs(root["discussion"]?.string ?? "")
    lines.append(".SH OPTIONS")
    lines += options(of: root)
    lines.append(".SH COMMANDS")
    for command in children(of: root) { lines += section(command, path: "kith") }
    lines += [
      ".SH ENVIRONMENT",
      ".TP", ".B KITH_STORE", "The store where \\-\\-store is not given.",
      ".TP", ".B KITH_THEMES", "The folder with the colour themes.",
      ".TP", ".B NO_COLOR", "Where it is set to anything, nothing is coloured.",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private func children(of command: JSON) -> [JSON] {
    (command["subcommands"]?.array ?? []).filter { child in
      child["shouldDisplay"]?.bool != false && child["commandName"]?.string != "help"
    }
  }

  private func section(_ command: JSON, path: String) -> [String] {
    let name = path + " " + (command["commandName"]?.string ?? "")
    var lines = [
      ".SS " + escaped(([name] + synopsis(command)).joined(separator: " ")),
      escaped(command["abstract"]?.string ?? ""),
    ]
    if let discussion = command["discussion"]?.string { lines += [".PP"] + paragraphs(discussion) }
    lines += options(of: command)
    for child in children(of: command) { lines += section(child, path: name) }
    return lines
  }

  private func synopsis(_ command: JSON) -> [String] {
    (command["arguments"]?.array ?? []).compactMap { argument in
      guard argument["kind"]?.string == "positional", let name = argument["valueName"]?.string
      else { return nil }
      let shown = "<\(name)>" + (argument["isRepeating"]?.bool == true ? " ..." : "")
      return argument["isOptional"]?.bool == true ? "[\(shown)]" : shown
    }
  }

  private func options(of command: JSON) -> [String] {
    (command["arguments"]?.array ?? []).flatMap { argument -> [String] in
      guard argument["shouldDisplay"]?.bool != false, let about = argument["abstract"]?.string,
        argument["preferredName"]?["name"]?.string != "help"
      else { return [] }
      let value = argument["valueName"]?.string ?? ""
      let names = (argument["names"]?.array ?? []).compactMap { name in
        name["name"]?.string.map { (name["kind"]?.string == "short" ? "-" : "--") + $0 }
      }
      let head =
        names.isEmpty
        ? "<\(value)>"
        : names.joined(separator: ", ")
          + (argument["kind"]?.string == "option" ? " <\(value)>" : "")
      return [".TP", "\\fB" + escaped(head) + "\\fR", escaped(about)]
    }
  }

  /// Indented lines are examples and keep their breaks.
  private func paragraphs(_ text: String) -> [String] {
    var lines: [String] = []
    var isExample = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let indented = line.hasPrefix("  ")
      if indented != isExample { lines.append(indented ? ".nf" : ".fi") }
      isExample = indented
      lines.append(line.isEmpty ? ".PP" : escaped(String(line)))
    }
    if isExample { lines.append(".fi") }
    return lines
  }

  private func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "\\": escaped += "\\e"
      case "-": escaped += "\\-"
      default: escaped.append(character)
      }
    }
    return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
  }
}
