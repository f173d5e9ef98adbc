public import KithSystem

/// What campaigns did for users: an answer to `received(…)` and `returned(…)`.
public struct Deliveries: Sendable {
  public struct Fact: Sendable, Equatable {
    public var campaign: String
    public var at: Instant

    public init(campaign: String, at: Instant) {
      self.campaign = campaign
      self.at = at
    }
  }
  /// By user id: what was delivered, in any order.
  public var received: [String: [Fact]]
  /// By user id: the goals that were reached.
  public var returned: [String: [Fact]]

  public init() {
    self.init(received: [:])
  }

  public init(received: [String: [Fact]], returned: [String: [Fact]] = [:]) {
    self.received = received
    self.returned = returned
  }

  /// From pairs of campaign and time by user id.
  public init(received: [String: [(campaign: String, at: Instant)]]) {
    self.init(
      received: received.mapValues { facts in
        facts.map { Fact(campaign: $0.campaign, at: $0.at) }
      })
  }
}
