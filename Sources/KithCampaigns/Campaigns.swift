import KithSegments
public import KithStore
public import KithSystem

/// The campaigns of a store: their files, plans, sends and states.
///
/// Bodies follow in `Campaigns+….swift`; these are the calls that the command line and the interface
/// make.
public struct Campaigns: Sendable {
  let store: Store

  public init(store: Store) {
    self.store = store
  }
}

/// A message received by one user, for the user's page.
public struct ReceivedMessage: Sendable, Equatable {
  public var campaign: String
  public var channel: String
  public var at: Instant
  /// accepted, refused, failed, unknown.
  public var outcome: String

  public init(campaign: String, channel: String, at: Instant, outcome: String) {
    self.campaign = campaign
    self.channel = channel
    self.at = at
    self.outcome = outcome
  }
}

/// What the sender asks between messages, from any thread.
public final class SendControl: Sendable {
  public enum Wish: Sendable { case goOn, pause, cancel }
  private let wish: @Sendable () -> Wish

  public init(_ wish: @escaping @Sendable () -> Wish) {
    self.wish = wish
  }

  public var now: Wish { wish() }
}
