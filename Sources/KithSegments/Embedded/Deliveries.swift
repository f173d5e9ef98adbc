public import KithStore
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
  package var received: [ByteText: [Fact]]
  /// By user id: the goals that were reached.
  package var returned: [ByteText: [Fact]]
  /// All campaigns by name, those too that have sent nothing; nil where nobody told.
  package var campaigns: [String]?

  public init() {
    self.init(received: [:])
  }

  package init(received: [ByteText: [Fact]], returned: [ByteText: [Fact]] = [:]) {
    self.received = received
    self.returned = returned
  }

  /// The same facts with what one id of a person got told of the person, as a snapshot joins them.
  public func joined(_ snapshot: RunSnapshot) -> Deliveries {
    // Nearly every question is asked where nothing was sent yet or since.
    if received.isEmpty && returned.isEmpty { return self }
    var joined = self
    for (person, ids) in snapshot.persons {
      for facts in [\Deliveries.received, \Deliveries.returned] {
        let all = ids.compactMap { joined[keyPath: facts].removeValue(forKey: ByteText($0)) }
          .flatMap(\.self)
        if !all.isEmpty { joined[keyPath: facts][ByteText(snapshot.id(of: person))] = all }
      }
    }
    return joined
  }
}
