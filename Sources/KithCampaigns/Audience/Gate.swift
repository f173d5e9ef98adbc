import KithSegments
import KithStore
import KithSystem

/// Every guardrail, in one place: whether a message may go to a user, and if not, the first reason.
///
/// Asked for each user in the order of ids, at planning and again before each message leaves. It
/// remembers the addresses it has seen and the money it has given away.
///
/// The order: junk, suppressed, no address, no consent, same address, lacks a
/// variable (both arms); held out; over the cap, over the budget, waiting (the treated alone).
struct Gate {
  /// What holds for everyone; does not change while users pass.
  struct Rules {
    var campaign: String
    var storeID: String
    var isMarketing: Bool
    var holdout: Double
    var globalHoldout: Double
    var caps: [Cap]
    var quiet: QuietHours?
    var zone: Zone
    var requireConsent: Bool
    var timeZoneAttribute: String
    /// What the campaign may spend from here on; nil: anything.
    var budget: Micros?
    /// When the step has its next turn; a cap that frees up before makes a user wait. nil: never.
    var nextTurn: Instant?
    /// The steps by which a user can be reached; the first one is the one that is due.
    var steps: [Step]

    struct Step {
      var channel: String
      var address: AddressSource
      var template: Template
      var cost: Micros
    }
  }

  /// What a channel reaches a user by.
  enum AddressSource: Sendable {
    case userID
    /// A user attribute; `isMail` asks for the form of a mail address.
    case attribute(String, isMail: Bool)
  }

  struct Candidate {
    var row: UserRow
    var attributes: [String: String]
    /// What templates can name: attributes and what the store derives.
    var values: [String: String]
  }

  enum Verdict: Equatable {
    /// `address` is that of the first step.
    case send(address: String, addressHash: String)
    case wait(addressHash: String, until: Instant)
    /// Held out, or not reached for this reason. `isTreated` where the reason came after the draw.
    case leftOut(ExclusionReason, isTreated: Bool)
  }

  let rules: Rules
  let received: Received
  /// Whether a blinded address is on the suppression list; set again when the list changes.
  var suppression: (String) -> Bool
  let hash: (String) -> String
  private var seen: Set<String> = []
  private(set) var spent: Micros = 0
  private var zones: [String: Zone] = [:]

  init(
    rules: Rules, received: Received, suppression: @escaping (String) -> Bool,
    hash: @escaping (String) -> String
  ) {
    self.rules = rules
    self.received = received
    self.suppression = suppression
    self.hash = hash
  }

  /// What is known of a step for a user: the address by which it reaches them, or why it does not.
  private enum Reach {
    case address(String, hash: String, Rules.Step)
    case none(ExclusionReason)
  }

  /// Takes in a user whom the message has left for: nobody else gets it at the same address.
  mutating func remember(_ user: Candidate) {
    for step in rules.steps {
      if case .address(_, let hash, _) = reach(step, user) {
        seen.insert("\(step.channel) \(hash)")
      }
    }
  }

  mutating func verdict(_ user: Candidate, at now: Instant) -> Verdict {
    if user.row.stage == "junk" { return .leftOut(.junk, isTreated: false) }
    let reaches = rules.steps.map { reach($0, user) }
    let reachable = reaches.compactMap { reach in
      if case .address(let address, let hash, let step) = reach {
        (address, hash, step)
      } else {
        nil
      }
    }
    guard let first = reachable.first else {
      return .leftOut(firstReason(reaches), isTreated: false)
    }
    let keys = reachable.map { "\($0.2.channel) \($0.1)" }
    guard seen.isDisjoint(with: keys) else { return .leftOut(.sameAddress, isTreated: false) }
    seen.formUnion(keys)
    guard reachable.contains(where: { $0.2.template.render(user.values) != nil }) else {
      return .leftOut(.lacksVariable, isTreated: false)
    }
    let arm = Arm.of(
      user: user.row.id, campaign: rules.campaign, store: rules.storeID, holdout: rules.holdout,
      globalHoldout: rules.globalHoldout)
    if arm == .heldOut { return .leftOut(.heldOut, isTreated: false) }
    return afterDraw(user, address: first.0, hash: first.1, step: first.2, at: now)
  }

  private mutating func afterDraw(
    _ user: Candidate, address: String, hash: String, step: Rules.Step, at now: Instant
  ) -> Verdict {
    var waits: Instant?
    if rules.isMarketing,
      let free = received.blocked(
        user: user.row.id, addressHash: hash, channel: step.channel, caps: rules.caps, at: now)
    {
      guard let turn = rules.nextTurn, free < turn else {
        return .leftOut(.overCap, isTreated: true)
      }
      waits = free
    }
    if let budget = rules.budget, spent + step.cost > budget {
      return .leftOut(.overBudget, isTreated: true)
    }
    spent += step.cost
    if rules.isMarketing, let quiet = rules.quiet {
      let zone = zone(of: user)
      if let end = quiet.end(at: waits ?? now, in: zone) { waits = end }
    }
    if let waits { return .wait(addressHash: hash, until: waits) }
    return .send(address: address, addressHash: hash)
  }

  private func reach(_ step: Rules.Step, _ user: Candidate) -> Reach {
    let address: String? =
      switch step.address {
      case .userID: user.row.id
      case .attribute(let name, let isMail):
        user.attributes[name].flatMap { isMail ? Address.mail($0) : Address.plain($0) }
      }
    guard let address else { return .none(.noAddress) }
    let hash = hash(address)
    if suppression(hash) { return .none(.suppressed) }
    if rules.isMarketing {
      let consent = user.attributes["consent_" + step.channel].map { trimmed($0).lowercased() }
      let isRefused = consent == "false" || consent == "no"
      let isGiven = consent == "true" || consent == "yes"
      if isRefused || rules.requireConsent && !isGiven { return .none(.noConsent) }
    }
    return .address(address, hash: hash, step)
  }

  /// Of the reasons for which no step reaches a user, the one that comes first in the list.
  private func firstReason(_ reaches: [Reach]) -> ExclusionReason {
    let reasons = Set(
      reaches.compactMap { reach in
        if case .none(let reason) = reach { reason } else { nil }
      })
    return ExclusionReason.allCases.first(where: reasons.contains) ?? .noAddress
  }

  /// The user's own zone, the store's where it is unknown.
  private mutating func zone(of user: Candidate) -> Zone {
    guard let name = user.attributes[rules.timeZoneAttribute] else { return rules.zone }
    if let zone = zones[name] { return zone }
    let zone = (try? Zone.named(name)) ?? rules.zone
    zones[name] = zone
    return zone
  }
}

extension QuietHours {
  /// When quiet hours that hold at an instant end; nil where none hold. `to` itself is not quiet.
  func end(at instant: Instant, in zone: Zone) -> Instant? {
    guard fromMinute != toMinute else { return nil }
    let local = instant.milliseconds + zone.offset(at: instant)
    let (day, inDay) = Day.split(local)
    let minute = Int(inDay / 60_000)
    let isOvernight = fromMinute > toMinute
    let isQuiet =
      isOvernight
      ? minute >= fromMinute || minute < toMinute : minute >= fromMinute && minute < toMinute
    guard isQuiet else { return nil }
    let endDay = isOvernight && minute >= fromMinute ? day.advanced(by: 1) : day
    return zone.instant(ofLocal: Int64(endDay.number) * Instant.dayMs + Int64(toMinute) * 60_000)
  }
}
