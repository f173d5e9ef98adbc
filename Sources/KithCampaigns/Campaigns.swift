import KithSegments
public import KithStore
public import KithSystem

/// The campaigns of a store: their files, plans, sends and states.
///
/// A campaign is made (``create(_:engine:)``), planned (``plan(_:engine:stale:)``) and sent
/// (``send(_:engine:stale:acceptRestore:channel:control:progress:)``); each of these is an entry of the
/// journal. Everything it needs to be told from above comes in as arguments: the engine that answers
/// questions about users, the maker of channels, the wish to stop.
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

/// A message of which nobody knows whether it arrived.
public struct UnknownDelivery: Sendable, Equatable {
  public var user: String
  /// From 1.
  public var step: Int
  public var at: Instant

  public init(user: String, step: Int, at: Instant) {
    self.user = user
    self.step = step
    self.at = at
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
