import KithScreen
import KithSegments
import KithSystem

extension Model {
  /// The verbs of the command line, each with what may follow.
  private var verbs: [(verb: String, arguments: [String])] {
    [
      ("tag", tags), ("untag", tags), ("note", []), ("owner", owners), ("filter", filterHistory),
      ("sort", Sort.Key.allCases.flatMap { [$0.rawValue, "-" + $0.rawValue] }),
      ("undo", []), ("redo", []), ("remind", []), ("users", []), ("campaigns", []),
      ("journal", []), ("theme", themes), ("lang", Language.allCases.map(\.rawValue)),
      ("help", []), ("quit", []),
    ]
  }

  /// What is typed as in a shell, by what it comes to here, where the users are those of the cursor.
  private static let shellForms: [(typed: String, verb: String)] = [
    ("tag add ", "tag "), ("tag remove ", "untag "), ("owner set ", "owner "),
    ("users ", "filter "),
  ]

  func commandCompletions(_ head: String) -> [String] {
    let parts = head.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard let verb = parts.first else { return [] }
    if parts.count == 1 { return verbs.map(\.verb).filter { $0.hasPrefix(verb) && $0 != verb } }
    let arguments = verbs.first { $0.verb == verb }?.arguments ?? []
    return Array(arguments.filter { $0.hasPrefix(parts[1]) && $0 != parts[1] }.prefix(8))
  }

  mutating func run(command text: String) -> [Effect] {
    mode = .keys
    let form = Model.shellForms.first { text.hasPrefix($0.typed) }
    let meant = form.map { $0.verb + text.dropFirst($0.typed.count) } ?? text
    let parts = meant.split(separator: " ", maxSplits: 1)
    guard let first = parts.first else { return [] }
    remember(text, in: &commandHistory)
    let verb = String(first)
    let argument = parts.count > 1 ? String(parts[1]) : ""
    if let action = plainVerbs[verb] {
      if let reason = whyNot(action) {
        say(reason)
        return []
      }
      return perform(action)
    }
    switch verb {
    case "tag", "untag", "note", "owner": return decide(verb: verb, argument)
    case "filter":
      guard !argument.isEmpty else { return apply(filter: "") }
      view = .users
      page = nil
      mode = .filter(FilterLine(line: EntryLine(argument)))
      let effects = edit(.text(""))
      if case .filter(var filter) = mode {
        filter.isAccepted = true
        mode = .filter(filter)
      }
      return effects
    case "sort":
      guard let sort = Sort(argument) else {
        say(
          words(.unknownSort, argument, Sort.Key.allCases.map(\.rawValue).joined(separator: " ")),
          .error)
        return []
      }
      self.sort(by: sort)
    case "theme":
      guard !argument.isEmpty else {
        say(words(.commandNeeds, verb), .error)
        return []
      }
      return [.theme(argument)]
    case "lang": words.language = Language(setting: argument, variables: [:])
    default:
      say(words(.unknownCommand, verb, verbs.map(\.verb).joined(separator: " ")), .error)
    }
    return []
  }

  private var plainVerbs: [String: Action.ID] {
    [
      "undo": .undo, "redo": .redo, "remind": .remind, "users": .usersView,
      "campaigns": .campaignsView, "journal": .journalView, "help": .help, "quit": .quit,
      "q": .quit,
    ]
  }

  private mutating func decide(verb: String, _ argument: String) -> [Effect] {
    if let reason = whyNot(verb == "note" ? .note : verb == "owner" ? .owner : .tag) {
      say(reason)
      return []
    }
    guard verb == "owner" || !argument.isEmpty else {
      say(words(.commandNeeds, verb), .error)
      return []
    }
    switch verb {
    case "tag": return decide(.addTag(argument), "+\(argument)")
    case "untag": return decide(.removeTag(argument), "-\(argument)")
    case "note": return decide(.note(argument), words(.notes))
    default:
      return decide(
        .owner(argument), argument.isEmpty ? words(.ownerRemedy) : words(.ownerIs, argument))
    }
  }
}
