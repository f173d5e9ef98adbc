public import KithSystem

extension ThemeError: Explained {
  public var diagnostic: Diagnostic {
    switch self {
    case .unknown(let name, let known):
      Diagnostic(
        "no such theme", subject: name, remedy: "there are: " + known.joined(separator: ", "))
    case .unreadable(let error): error.diagnostic
    case .mistake(let mistake, let excerpt):
      Diagnostic("a theme has a mistake: \(mistake.what)", excerpt: excerpt, remedy: mistake.remedy)
    }
  }
}

extension ThemeMistake {
  fileprivate var what: String {
    switch self {
    case .syntax(let problem): problem
    case .notAMapping: "names with values are expected here"
    case .unknownMember(let name): "unknown member '\(name)'"
    case .unknownSlot(let name, _): "unknown slot '\(name)'"
    case .missingSlots(let names): "no style for " + names.joined(separator: ", ")
    case .color(let text): "'\(text)' is no colour"
    case .attribute(let text): "'\(text)' is no attribute"
    case .twice(let name): "'\(name)' stands twice"
    }
  }

  fileprivate var remedy: String? {
    switch self {
    case .unknownSlot(_, let nearest): nearest.map { "did you mean '\($0)'?" }
    case .missingSlots: "every slot needs one; copy them from default.yaml"
    case .color: "default, a name of the palette, 0 to 255, or \"#rrggbb\" in quotes"
    case .attribute: "bold, dim, italic, underline or reverse"
    case .unknownMember: "palette and slots; in a slot fg, bg and attributes"
    case .syntax, .notAMapping, .twice: nil
    }
  }
}
