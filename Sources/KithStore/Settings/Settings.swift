public import KithSystem

/// What kith.yaml says, every key filled in.
public struct Settings: Sendable {
  public var name: String
  /// `zh-Hans` or `en`; nil where the caller's LANG decides.
  public var language: String?
  public var zone: Zone
  public var weekStart: WeekStart
  /// What acts on people refuses data older than this.
  public var maxDataAgeMs: Int64
  /// Stage rules in file order; the first that holds names the stage, else `effective`.
  public var stages: [Rule]
  /// Band rules of each stage, in file order.
  public var bands: [(stage: String, rules: [Rule])]
  /// Expressions that propose users for a stage.
  public var suggest: [Rule]
  /// Only the events whose settings differ from the default.
  public var events: [String: EventSetting]
  /// Names to show in the place of events, bands and tags.
  public var labels: [String: String]
  /// What `run` imports first.
  public var feeds: [Feed]
  /// How exports of one kind are read, by name: what `import --recipe` goes by.
  public var recipes: [(name: String, recipe: Recipe)]
  public var forecast: Forecast
  public var addresses: AddressAttributes
  public var requireConsent: Bool
  public var caps: [Cap]
  public var quiet: QuietHours?
  /// The global hold-out's share, 0…1.
  public var holdout: Double
  public var monthlyBudget: Micros?
  public var unsubscribeURL: String?
  /// In file order.
  public var channels: [ChannelSetting]
  /// Keys of actions by the action's name.
  public var keys: [(action: String, key: SourceText)]
  public var theme: String?

  /// Nothing but a zone: what the reader fills.
  init(zone: Zone) {
    name = ""
    self.zone = zone
    weekStart = .monday
    maxDataAgeMs = 36 * 3_600_000
    stages = []
    bands = []
    suggest = []
    events = [:]
    labels = [:]
    feeds = []
    recipes = []
    forecast = Forecast(event: "purchase", unitMs: 7 * Instant.dayMs)
    addresses = AddressAttributes(email: "email", phone: "phone", timeZone: "time_zone")
    requireConsent = false
    caps = []
    holdout = 0
    channels = []
    keys = []
  }
}

/// A named expression of kith.yaml.
public struct Rule: Sendable {
  public var name: String
  public var expression: SourceText

  public init(name: String, expression: SourceText) {
    self.name = name
    self.expression = expression
  }
}

/// A text with the place it stands at, so that a mistake in it can be shown there.
public struct SourceText: Sendable, Equatable {
  public var text: String
  /// The file's name within the store; nil for what was typed.
  public var file: String?
  /// Where the text's first character stands in the file, from 1.
  public var line: Int
  public var column: Int

  public init(_ text: String, file: String? = nil, line: Int = 1, column: Int = 1) {
    self.text = text
    self.file = file
    self.line = line
    self.column = column
  }
}

/// Millionths of a unit of money or of a value: what `decimal64(18,6)` holds.
public typealias Micros = Int64

/// What kith.yaml says of an event.
public struct EventSetting: Sendable {
  /// The system's doing, not the user's own: outside `activity`.
  public var system: Bool
  public var label: String?
}

/// Files that `run` imports before it does anything else.
public struct Feed: Sendable, Equatable {
  /// A path, `*` for any part of its last name.
  public var file: String
  /// Whether the exports overlap.
  public var overlap: Bool
}

/// How exports of one kind are read: the options of an import under a name.
public struct Recipe: Sendable {
  /// Whether they hold attributes of users.
  public var users: Bool
  public var options: ImportOptions
}

/// What a forecast counts.
public struct Forecast: Sendable, Equatable {
  public var event: String
  public var unitMs: Int64
}

/// The names of the attributes that hold a user's addresses.
public struct AddressAttributes: Sendable {
  public var email: String
  public var phone: String
  public var timeZone: String
}

/// At most `messages` in a rolling window, on one channel or on all.
public struct Cap: Sendable {
  public var channel: String?
  public var messages: Int
  public var windowMs: Int64
}

/// No marketing between these times of the user's day; `from` may be later than `to`.
public struct QuietHours: Sendable {
  public var fromMinute: Int
  public var toMinute: Int
}

/// One entry of `channels:`; which members count depends on the channel's kind (its name).
public struct ChannelSetting: Sendable {
  public var name: String
  /// The scalar members: url, file, from, tls, user, password_env, password_file, ca, body, …
  public var texts: NamedValues<SourceText>
  public var headers: [(name: String, value: String)]
  public var argv: [String]
  /// Messages a second.
  public var ratePerSecond: Double?
  public var connections: Int
  public var timeoutMs: Int64
  public var cost: Micros

  public init(
    name: String, texts: NamedValues<SourceText> = [:],
    headers: [(name: String, value: String)] = [], argv: [String] = [],
    ratePerSecond: Double? = nil, connections: Int = 1, timeoutMs: Int64 = 30_000,
    cost: Micros = 0
  ) {
    self.name = name
    self.texts = texts
    self.headers = headers
    self.argv = argv
    self.ratePerSecond = ratePerSecond
    self.connections = connections
    self.timeoutMs = timeoutMs
    self.cost = cost
  }
}
