public import KithStore
public import KithSystem

/// Which users, in which order, from where.
public struct PagePlan: Sendable {
  /// nil: everyone.
  public var segment: Segment?
  /// Only users of this stage.
  public var stage: String?
  public var sort: Sort
  public var offset: Int
  public var limit: Int
  /// Whether rows say ``UserRow/source`` and ``UserRow/rhythmDays``, for which more of a user's events are
  /// looked at than for the rest.
  public var isDetailed = true

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

/// By what a page is sorted, and which way; ties are by id ascending.
public struct Sort: Sendable, Hashable {
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

/// Some of a plan's users, in its order.
public struct Page: Sendable {
  /// Users that the plan matches, on all pages.
  public var total: Int
  public var rows: [UserRow]

  public init(total: Int, rows: [UserRow]) {
    self.total = total
    self.rows = rows
  }
}

/// What the store derives about one user.
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
