public import KithStore
public import KithSystem

/// What answers questions about users as of one moment.
///
/// Every question is a value; who answers it (the embedded engine now, a distributed one later) is
/// not known above this line.
public protocol Engine: Sendable {
  var moment: Moment { get }
  /// Users and events up to the moment.
  var totals: Totals { get }
  /// Stage names in rule order, `effective` last unless a rule names it.
  var stageNames: [String] { get }

  /// Reads and checks an expression against what the store knows.
  /// - Throws: ``SegmentError`` with the place of the mistake.
  func segment(_ text: SourceText) throws(SegmentError) -> Segment

  /// The ids of a segment's users, in byte order.
  func ids(_ segment: Segment) throws(Cancelled) -> [String]
  func count(_ segment: Segment) throws(Cancelled) -> Int
  /// A page of users, sorted.
  func page(_ plan: PagePlan) throws(Cancelled) -> Page
  /// How many users stand in each stage and band.
  func stages() throws(Cancelled) -> [StageCount]
  /// One user; nil where the id has no event up to the moment.
  func user(_ id: String) -> UserRow?
  /// A user's events, newest first, from `offset`; at most `limit`.
  func timeline(of id: String, offset: Int, limit: Int) -> [TimelineEntry]
  /// Active days (`activity`) of a user among the last `days` days: oldest first, events on each.
  func calendar(of id: String, days: Int) -> [Int]
  /// A user's attributes at the moment, in byte order of names.
  func attributes(of id: String) -> [(name: String, value: String)]
  /// What can be typed at this place of an expression, best first.
  func completions(of text: String, at offset: Int) -> [Completion]
}

/// The as-of time and the calendar it is read in.
public struct Moment: Sendable {
  /// T: nothing after it is visible.
  public var instant: Instant
  /// Decisions count up to this; nil: all of them.
  public var decisionsUntil: Instant?
  public var zone: Zone
  public var weekStart: WeekStart
  /// The time of the latest event in the store.
  public var horizon: Instant?

  public init(
    instant: Instant, decisionsUntil: Instant?, zone: Zone, weekStart: WeekStart,
    horizon: Instant?
  ) {
    self.instant = instant
    self.decisionsUntil = decisionsUntil
    self.zone = zone
    self.weekStart = weekStart
    self.horizon = horizon
  }

  /// D, the day of T.
  public var day: Day { zone.day(of: instant) }
}

public struct Totals: Sendable, Equatable {
  public var users: Int
  public var events: Int

  public init(users: Int, events: Int) {
    self.users = users
    self.events = events
  }
}

/// The one who asked no longer wants the answer.
public struct Cancelled: Error, Sendable {
  public init() {}
}

/// Which users, in which order, from where.
public struct PagePlan: Sendable {
  /// nil: everyone.
  public var segment: Segment?
  /// Only users of this stage.
  public var stage: String?
  public var sort: Sort
  public var offset: Int
  public var limit: Int

  public init(
    segment: Segment? = nil, stage: String? = nil, sort: Sort = .byUser, offset: Int = 0,
    limit: Int = .max
  ) {
    self.segment = segment
    self.stage = stage
    self.sort = sort
    self.offset = offset
    self.limit = limit
  }
}

public struct Sort: Sendable, Equatable {
  public enum Key: String, Sendable, CaseIterable {
    case user, first, last, events, value
    case days30d = "days_30d"
  }
  public var key: Key
  public var descending: Bool

  public init(_ key: Key, descending: Bool = false) {
    self.key = key
    self.descending = descending
  }

  public static let byUser = Sort(.user)

  /// Reads `last` or `-last`; nil where there is no such key.
  public init?(_ text: String) {
    let descending = text.hasPrefix("-")
    guard let key = Key(rawValue: descending ? String(text.dropFirst()) : text) else { return nil }
    self.init(key, descending: descending)
  }
}

public struct Page: Sendable {
  /// Users that the plan matches, on all pages.
  public var total: Int
  public var rows: [UserRow]

  public init(total: Int, rows: [UserRow]) {
    self.total = total
    self.rows = rows
  }
}

/// What the store derives about one user (definitions.md).
public struct UserRow: Sendable, Equatable {
  public var id: String
  public var stage: String
  public var band: String?
  public var first: Instant
  public var last: Instant
  public var days30d: Int
  public var events: Int
  public var value: Exact
  public var source: String?
  public var tags: [String]
  public var owner: String?
  /// The user's own median gap between active days, in days.
  public var rhythmDays: Int?

  public init(
    id: String, stage: String, band: String?, first: Instant, last: Instant, days30d: Int,
    events: Int, value: Exact, source: String?, tags: [String], owner: String?, rhythmDays: Int?
  ) {
    self.id = id
    self.stage = stage
    self.band = band
    self.first = first
    self.last = last
    self.days30d = days30d
    self.events = events
    self.value = value
    self.source = source
    self.tags = tags
    self.owner = owner
    self.rhythmDays = rhythmDays
  }
}

public struct StageCount: Sendable, Equatable {
  public struct Band: Sendable, Equatable {
    /// nil: users of the stage for whom no band rule holds.
    public var name: String?
    public var users: Int

    public init(name: String?, users: Int) {
      self.name = name
      self.users = users
    }
  }
  public var stage: String
  public var users: Int
  public var bands: [Band]

  public init(stage: String, users: Int, bands: [Band]) {
    self.stage = stage
    self.users = users
    self.bands = bands
  }
}

public struct TimelineEntry: Sendable, Equatable {
  public var time: Instant
  public var event: String
  public var value: Micros?
  public var source: String?
  /// Properties that are present, in byte order of names.
  public var properties: [Property]

  public struct Property: Sendable, Equatable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  public init(
    time: Instant, event: String, value: Micros?, source: String?, properties: [Property]
  ) {
    self.time = time
    self.event = event
    self.value = value
    self.source = source
    self.properties = properties
  }
}

public struct Completion: Sendable, Equatable {
  public enum Kind: Sendable { case keyword, measure, event, property, attribute, value, segment }
  /// The text that replaces the word under the cursor.
  public var text: String
  public var kind: Kind

  public init(text: String, kind: Kind) {
    self.text = text
    self.kind = kind
  }
}
