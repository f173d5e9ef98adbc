import ArgumentParser
import KithFront
import KithScreen
import KithSystem

struct ThemeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "theme",
    abstract: "Lists and shows the colour themes.",
    discussion: """
      Examples:
        kith theme list
        kith theme preview dusk

      A theme is a YAML file; kith.yaml names the one to use: theme: dusk
      """,
    subcommands: [List.self, Preview.self])

  struct List: Command {
    static let configuration = CommandConfiguration(abstract: "Lists the themes.")

    @OptionGroup var output: OutputOptions

    func run(_ context: Context) throws {
      let names = Theme.list(folders: themeFolders(context))
      if output.json {
        try context.console.print(.array(names.map(JSON.string)))
      } else {
        try context.console.print(names.map { visible($0) + "\n" }.joined())
      }
    }
  }

  struct Preview: Command {
    static let configuration = CommandConfiguration(
      abstract: "Shows how a theme paints each meaning.")

    @Argument(help: "The theme's name.")
    var name: String

    func run(_ context: Context) throws {
      let theme = try Theme.load(name: name, folders: themeFolders(context))
      let isColoured =
        context.console.outputIsTerminal
        && (context.outside.variables["NO_COLOR"] ?? "").isEmpty
        && context.outside.variables["TERM"] != "dumb"
      let longest = Slot.allCases.map(\.rawValue.count).max() ?? 0
      var text = ""
      for slot in Slot.allCases {
        let style = theme[slot]
        let name = Text.pad(slot.rawValue, to: longest)
        text += isColoured ? "\(style.opening)\(name)\u{1B}[0m  " : name + "  "
        text += style.description + "\n"
      }
      try context.console.print(text)
    }
  }
}

extension Style {
  /// The sequence that a terminal takes for it (ECMA-48, SGR).
  fileprivate var opening: String {
    var codes = foreground.codes(base: 38) + background.codes(base: 48)
    for (attribute, code, _) in Style.names where attributes.contains(attribute) {
      codes.append(code)
    }
    return "\u{1B}[" + codes.joined(separator: ";") + "m"
  }

  fileprivate var description: String {
    var words = [foreground.name, background == .terminalDefault ? "" : "on " + background.name]
    words += Style.names.filter { attributes.contains($0.attribute) }.map(\.name)
    return words.filter { !$0.isEmpty }.joined(separator: " ")
  }

  private static let names: [(attribute: Attributes, code: String, name: String)] = [
    (.bold, "1", "bold"), (.dim, "2", "dim"), (.italic, "3", "italic"),
    (.underline, "4", "underline"), (.reverse, "7", "reverse"),
  ]
}

extension Color {
  fileprivate func codes(base: Int) -> [String] {
    switch self {
    case .terminalDefault: []
    case .indexed(let number): ["\(base)", "5", "\(number)"]
    case .rgb(let red, let green, let blue): ["\(base)", "2", "\(red)", "\(green)", "\(blue)"]
    }
  }

  fileprivate var name: String {
    switch self {
    case .terminalDefault: "default"
    case .indexed(let number): "\(number)"
    case .rgb(let red, let green, let blue): "#" + hex([red, green, blue])
    }
  }
}
