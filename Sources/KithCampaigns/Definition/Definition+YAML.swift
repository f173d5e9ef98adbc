import KithStore
import KithSystem
import KithYAML

extension Definition {
  static let format = 1
  private static let keys = [
    "format", "title", "kind", "class", "audience", "reason", "promise", "steps", "goal", "holdout",
    "budget", "stop_if", "repeat", "on", "expect",
  ]

  /// Reads campaign.yaml.
  init(_ text: String, name: String) throws(CampaignError) {
    let file = CampaignFile.definition(name)
    let (reader, mapping) = try YAMLReader.mapping(text, file: file)
    // A later format may have keys of its own, so its number is looked at first.
    if let node = mapping["format"] {
      guard let format = Int(try reader.text(node)), format >= 1 else {
        throw reader.mistake(node, "not a format", remedy: "write format: 1")
      }
      if format > Definition.format { throw .laterFormat(file: file, format: "\(format)") }
    }
    let members = try reader.members(mapping, known: Definition.keys)
    guard let audienceNode = members["audience"] else {
      throw reader.mistake(nil, "the campaign has no audience", remedy: "add audience: EXPRESSION")
    }
    guard let stepsNode = members["steps"] else {
      throw reader.mistake(
        nil, "the campaign has no steps",
        remedy: "add steps: with - { channel: inbox, template: NAME }")
    }
    title =
      try members["title"].map { (node) throws(CampaignError) in try reader.text(node) } ?? name
    kind = try reader.choice(members["kind"], Kind.self) ?? .reminder
    isMarketing = try reader.choice(members["class"], MessageClass.self) != .notice
    audience = try reader.source(audienceNode)
    reason = try members["reason"].map { (node) throws(CampaignError) in try reader.text(node) }
    promise = try members["promise"].map { (node) throws(CampaignError) in
      try Promise(node, reader)
    }
    steps = try Definition.steps(stepsNode, reader)
    goal =
      try members["goal"].map { (node) throws(CampaignError) in try Goal(node, reader) }
      ?? Goal(did: "activity", withinMs: 7 * Instant.dayMs)
    holdout =
      try members["holdout"].map { (node) throws(CampaignError) in
        try reader.share(node)
      } ?? 0
    budget = try members["budget"].map { (node) throws(CampaignError) in try reader.money(node) }
    stopIf = try reader.shares(
      members["stop_if"], known: ["unsubscribed", "refused", "failed", "bounced", "complained"]
    ).map { (outcome: $0.name, share: $0.share) }
    repeatEveryMs = try members["repeat"].map { (node) throws(CampaignError) in
      let inner = try reader.members(try reader.mapping(node), known: ["every"])
      guard let every = inner["every"] else {
        throw reader.mistake(node, "repeat: has no interval", remedy: "write { every: 30d }")
      }
      return try reader.duration(every)
    }
    trigger = try members["on"].map { (node) throws(CampaignError) in try reader.source(node) }
    expect = try reader.shares(members["expect"], known: ["goal"])
  }

  private enum MessageClass: String, CaseIterable { case marketing, notice }

  private static func steps(
    _ node: Node, _ reader: YAMLReader
  ) throws(CampaignError) -> [Step] {
    var steps: [Step] = []
    for item in try reader.list(node) {
      let members = try reader.members(
        try reader.mapping(item), known: ["after", "channel", "template", "only"])
      guard let channel = members["channel"], let template = members["template"] else {
        throw reader.mistake(
          item, "a step needs a channel and a template",
          remedy: "write - { channel: inbox, template: NAME }")
      }
      let after = try members["after"].map { (node) throws(CampaignError) in
        try reader.duration(node)
      }
      if let last = steps.last, after ?? 0 <= last.afterMs {
        throw reader.mistake(
          members["after"] ?? item, "a step must come after the one before it",
          remedy: "write a longer after:")
      }
      let templateName = try reader.text(template)
      try checkName(templateName, kind: "template")
      steps.append(
        Step(
          afterMs: after ?? 0, channel: try reader.text(channel), template: templateName,
          only: try members["only"].map { (node) throws(CampaignError) in
            try reader.source(node)
          }))
    }
    guard !steps.isEmpty else {
      throw reader.mistake(
        node, "the campaign has no steps", remedy: "add - { channel: inbox, template: NAME }")
    }
    return steps
  }
}

extension Definition.Goal {
  fileprivate init(_ node: Node, _ reader: YAMLReader) throws(CampaignError) {
    let members = try reader.members(try reader.mapping(node), known: ["did", "within"])
    guard let did = members["did"] else {
      throw reader.mistake(
        node, "the goal names no event", remedy: "write { did: activity, within: 7d }")
    }
    self.did = try reader.text(did)
    withinMs =
      try members["within"].map { (node) throws(CampaignError) in
        try reader.duration(node)
      } ?? 7 * Instant.dayMs
  }
}

extension Definition.Promise {
  fileprivate init(_ node: Node, _ reader: YAMLReader) throws(CampaignError) {
    let members = try reader.members(try reader.mapping(node), known: ["text", "did", "within"])
    guard let text = members["text"] else {
      throw reader.mistake(node, "the promise has no text", remedy: "write { text: \"…\" }")
    }
    self.text = try reader.text(text)
    did = try members["did"].map { (node) throws(CampaignError) in try reader.text(node) }
    withinMs = try members["within"].map { (node) throws(CampaignError) in
      try reader.duration(node)
    }
  }
}

extension YAMLReader {
  fileprivate func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ node: Node?, _: Choice.Type
  ) throws(CampaignError) -> Choice? {
    guard let node else { return nil }
    guard let choice = Choice(rawValue: try text(node)) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw mistake(node, "not one of the known words", remedy: "use one of: \(known)")
    }
    return choice
  }

  fileprivate func shares(
    _ node: Node?, known: [String]
  ) throws(CampaignError) -> [(name: String, share: Double)] {
    guard let node else { return [] }
    let members = try members(try mapping(node), known: known)
    var shares: [(name: String, share: Double)] = []
    for name in known {
      guard let node = members[name] else { continue }
      shares.append((name, try share(node)))
    }
    return shares
  }
}
