public import KithSystem

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

/// How much there is up to a moment.
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
