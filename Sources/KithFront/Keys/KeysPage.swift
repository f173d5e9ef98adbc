/// The text of docs/keys.md: every action with its keys, made from the table of actions.
public func keysPage() -> String {
  var text = """
    # Keys

    What each key does, by where it is pressed. `?` shows the same inside Kith. In `kith.yaml`, `keys:`
    gives an action other keys by its name: `keys: { remind: R, top: "g home" }`.

    """
  for context in Context.allCases {
    text += "\n## \(context.title)\n\n| keys | name | does |\n| --- | --- | --- |\n"
    for action in Action.all where action.contexts.contains(context) {
      let keys = action.keys.map { "`\($0)`" }.joined(separator: " ")
      text += "| \(keys) | \(action.id.rawValue) | \(action.help.english) |\n"
    }
  }
  return text
}

extension Context {
  fileprivate var title: String {
    switch self {
    case .users: "Users"
    case .user: "A user's page"
    case .journal: "Journal"
    case .campaigns: "Campaigns"
    case .reminder: "The reminder's dialog"
    case .sorting: "The choice of an order"
    case .line: "Lines: filter, command, tag, note, owner"
    case .confirm: "Questions"
    case .help: "Help"
    case .why: "Why a user is there"
    }
  }
}
