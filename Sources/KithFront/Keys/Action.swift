/// Where keys mean something of their own.
enum Context: String, Sendable, CaseIterable {
  case users, user, journal, campaigns, reminder, sorting, line, confirm, help, why

  static let views: Set<Context> = [.users, .user, .journal, .campaigns]
  static let lists: Set<Context> = [.users, .journal, .campaigns]
  /// What scrolls.
  static let scrolls: Set<Context> = [.users, .user, .journal, .campaigns, .sorting, .help, .why]
}

/// One thing that a person can do: the row of the table that dispatch, footer, help pane and
/// docs/keys.md read.
struct Action: Sendable {
  /// Its name in kith.yaml's `keys:`.
  enum ID: String, Sendable, CaseIterable {
    case mark, tag, remind, owner, note, open, core, filter, why, undo, redo, sort, zoom
    case markAll = "mark-all"
    case markRange = "mark-range"
    case others, earlier, later, newest
    case weekEarlier = "week-earlier"
    case weekLater = "week-later"
    case plan, send, pause
    case up, down, left, right, top, bottom
    case halfUp = "half-up"
    case halfDown = "half-down"
    case pageUp = "page-up"
    case pageDown = "page-down"
    case nextPane = "next-pane"
    case previousPane = "previous-pane"
    case nextField = "next-field"
    case previousField = "previous-field"
    case nextChoice = "next-choice"
    case previousChoice = "previous-choice"
    case usersView = "users-view"
    case campaignsView = "campaigns-view"
    case journalView = "journal-view"
    case accept, complete
    case historyUp = "history-up"
    case historyDown = "history-down"
    case yes, no
    case back, command, help, quit
  }

  let id: ID
  /// Key names as in kith.yaml; the first is the one that is shown.
  let keys: [String]
  let contexts: Set<Context>
  let help: Word
  /// The footer's label; nil: not in the footer.
  let label: Word?

  init(
    _ id: ID, _ keys: String, in contexts: Set<Context>, _ help: Word, footer label: Word? = nil
  ) {
    self.id = id
    self.keys = keys.split(separator: " ").map(String.init)
    self.contexts = contexts
    self.help = help
    self.label = label
  }
}
