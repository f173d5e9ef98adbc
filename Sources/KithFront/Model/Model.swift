import KithAnalysis
import KithCampaigns
import KithScreen
import KithSegments
import KithStore
import KithSystem

/// The whole state of the interface, a value: `update` changes it, `view` draws it.
struct Model: Sendable {
  let storeName: String
  let keys: KeyTable
  let readOnlyReason: ReadOnlyReason?
  var words: Words
  var look: Look

  var size: Size
  var now: Instant

  /// The data that are shown; nil until the first engine stands.
  var data: Opened?
  /// The newest engine that was asked for, and its instant.
  var epoch = 0
  var wantedInstant: Instant?
  var isOpening = false
  var hasNews = false
  var stageCounts: [StageCount] = []
  var trends: [StageTrend] = []

  var view = ViewName.users
  var panes: [UserPane] = ["effective", "active", "core"].map { UserPane(stage: $0) }
  var focus = 0
  var isZoomed = false
  var showsOthers = false
  /// The filter that holds; empty: none.
  var filter = ""
  var filterHistory: [String] = []
  var commandHistory: [String] = []
  var marks = Marks()
  /// Where a range of marks began, in the focused pane.
  var rangeStart: Int?
  var summary: UserSummary?
  /// The user that the summary was last asked for.
  var wantedSummary: String?
  var page: UserPage?
  var journal = JournalList()
  var campaigns = CampaignList()

  var mode = Mode.keys
  var flash: Flash?
  var sending: Sending?
  var tags: [String] = []
  var owners: [String] = []
  var themes: [String] = []
  /// Decisions that are on their way to the disk.
  var decisionsUnderWay = 0
  var ticket = 0
  /// Leaving waits for the send to come to rest.
  var quitsAfterSend = false
  var wantsQuit = false
}

enum ViewName: Sendable, CaseIterable {
  case users, campaigns, journal

  var number: Int {
    switch self {
    case .users: 2
    case .campaigns: 4
    case .journal: 7
    }
  }

  var word: Word {
    switch self {
    case .users: .usersView
    case .campaigns: .campaignsView
    case .journal: .journalView
    }
  }
}

/// How things look on this terminal.
struct Look: Sendable {
  /// What the terminal shows of a theme.
  private var theme: Theme
  private let depth: ColorDepth
  /// Few glyphs (a Linux console): lines and charts of ASCII.
  let isASCII: Bool

  init(theme: Theme, depth: ColorDepth, isASCII: Bool = false) {
    self.theme = theme.reduced(to: depth)
    self.depth = depth
    self.isASCII = isASCII
  }

  subscript(slot: Slot) -> Style { theme[slot] }

  mutating func take(_ theme: Theme) {
    self.theme = theme.reduced(to: depth)
  }
}

/// One line of news, above the footer until the next key.
struct Flash: Sendable, Equatable {
  enum Kind: Sendable { case info, done, error }
  var text: String
  var kind: Kind
}

/// The users of one stage.
struct UserPane: Sendable {
  let stage: String
  /// Users of the stage that the filter lets through; nil until they are counted.
  var total: Int?
  var window = ListWindow()
  var rows = Cached<UserRow>()
  var sort = Sort(.last, descending: true)
  /// The newest page that was asked for.
  var ticket = 0

  init(stage: String) {
    self.stage = stage
  }

  var current: UserRow? { total == 0 ? nil : rows[window.cursor] }
}

/// Users that the next action is about.
struct Marks: Sendable {
  /// All of a pane but a few: never a list of a million names.
  struct Whole: Sendable {
    var stage: String
    var expression: String
    var total: Int
    var except: Set<String>
  }
  /// The longest range of marks; more is what marking all is for.
  static let rangeMax = 10_000

  var ids: Set<String> = []
  var whole: Whole?

  var isEmpty: Bool { count == 0 }
  var count: Int { whole.map { $0.total - $0.except.count } ?? ids.count }

  func contains(_ id: String, stage: String) -> Bool {
    if let whole { return whole.stage == stage && !whole.except.contains(id) }
    return ids.contains(id)
  }
}

struct JournalList: Sendable {
  var total: Int?
  var window = ListWindow()
  var rows = Cached<JournalPage.Row>()
  var ticket = 0

  var current: JournalPage.Row? { total == 0 ? nil : rows[window.cursor] }
}

struct CampaignList: Sendable {
  /// nil until they are read.
  var rows: [CampaignStatus]?
  var window = ListWindow()

  var current: CampaignStatus? {
    guard let rows, rows.indices.contains(window.cursor) else { return nil }
    return rows[window.cursor]
  }
}

/// A send that runs behind the interface.
struct Sending: Sendable {
  var status: CampaignStatus
  var isPausing = false

  var done: Int { status.accepted + status.refused + status.failed + status.unknown }
}

/// One user's page.
struct UserPage: Sendable {
  let id: String
  var details: UserDetails?
  var timeline = Cached<TimelineEntry>()
  /// The first line of the page that is shown.
  var scroll = 0

  init(id: String) {
    self.id = id
  }
}

extension Model {
  var others: [String] {
    (data?.stageNames ?? []).filter { !["effective", "active", "core"].contains($0) }
  }

  var focused: UserPane { panes[focus] }

  /// The user that an action is about where none is marked.
  var currentUser: UserRow? {
    if let page { return page.details?.summary.row }
    return view == .users ? focused.current : nil
  }

  /// Where keys are looked up.
  var context: Context {
    switch mode {
    case .keys:
      if page != nil { return .user }
      switch view {
      case .users: return .users
      case .campaigns: return .campaigns
      case .journal: return .journal
      }
    case .filter, .command, .prompt: return .line
    case .confirm: return .confirm
    case .sorting: return .sorting
    case .help: return .help
    case .why: return .why
    case .reminder: return .reminder
    }
  }

  func stageCount(_ stage: String) -> Int? {
    stageCounts.first { $0.stage == stage }?.users
  }

  func trend(_ stage: String) -> StageTrend? {
    trends.first { $0.stage == stage }
  }

  /// The expression whose users a pane shows.
  func expression(of pane: UserPane) -> String {
    let stage = "stage = \"\(pane.stage)\""
    // The newline ends a comment that the filter may end with.
    return filter.isEmpty ? stage : stage + " and (\(filter)\n)"
  }
}
