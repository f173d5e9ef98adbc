// The parts of kith.yaml that are more than one value.

import KithSystem
import KithYAML

extension YAMLSource {
  /// A value in a form of its own; `example` shows the form in the mistake.
  func value<Value>(
    _ node: Node, _ name: String, _ example: String, _ read: (String) -> Value?
  ) throws(SettingsMistake) -> Value {
    let text = try text(node, of: name)
    guard let value = read(text) else {
      throw mistake(
        "`\(name)` cannot be `\(text)`", at: node, remedy: "write it like this: \(name): \(example)"
      )
    }
    return value
  }

  func choice(
    _ node: Node, _ name: String, _ choices: [String]
  ) throws(SettingsMistake) -> String {
    let text = try text(node, of: name)
    guard choices.contains(text) else {
      throw mistake(
        "`\(name)` cannot be `\(text)`", at: node,
        remedy: nearest(text, in: choices).map { "did you mean `\($0)`?" }
          ?? "one of " + choices.joined(separator: ", "))
    }
    return text
  }

  func zone(_ node: Node) throws(SettingsMistake) -> Zone {
    let name = try text(node, of: "time_zone")
    do {
      return try Zone.named(name)
    } catch {
      throw mistake(
        "unknown time zone `\(name)`", at: node,
        remedy: error.diagnostic.remedy ?? "use an IANA name such as Asia/Shanghai")
    }
  }

  func url(
    _ node: Node, _ name: String, schemes: [String]
  ) throws(SettingsMistake) -> String {
    let text = try text(node, of: name)
    guard let url = ChannelURL(text), schemes.contains(url.scheme) else {
      throw mistake(
        "`\(name)` has to begin with " + schemes.map { $0 + "://" }.joined(separator: " or "),
        at: node, remedy: "write the whole address, host and all")
    }
    return text
  }

  /// Named expressions.
  func rules(_ node: Node, of name: String) throws(SettingsMistake) -> [Rule] {
    var rules: [Rule] = []
    for member in try mapping(node, of: "`\(name)`").members {
      let expression = try sourceText(member.value, of: member.name)
      guard !expression.text.isEmpty else {
        throw mistake(
          "`\(member.name)` has no expression", at: member.key,
          remedy: "write one after the colon; `true` holds for everyone")
      }
      rules.append(Rule(name: member.name, expression: expression))
    }
    return rules
  }

  /// `push_received: { system: true, label: … }`, or `push_received: system` for short.
  func events(_ node: Node) throws(SettingsMistake) -> [String: EventSetting] {
    var events: [String: EventSetting] = [:]
    for member in try mapping(node, of: "`events`").members where !member.isEmpty {
      if member.value.scalar?.string == "system" {
        events[member.name] = EventSetting(system: true, label: nil)
        continue
      }
      let inner = try mapping(member.value, of: "`\(member.name)`")
      try inner.allow(["system", "label"], in: "`\(member.name)`")
      var setting = EventSetting(system: false, label: nil)
      if let node = inner["system"] {
        setting.system = try value(node, "system", "true", SettingsScalar.bool)
      }
      if let node = inner["label"] { setting.label = try text(node, of: "label") }
      events[member.name] = setting
    }
    return events
  }

  func feeds(_ node: Node) throws(SettingsMistake) -> [Feed] {
    var feeds: [Feed] = []
    for element in try elements(node, of: "feeds") {
      let inner = try mapping(element, of: "a feed")
      try inner.allow(["file", "overlap"], in: "a feed")
      guard let file = inner["file"] else {
        throw mistake("a feed has no `file`", at: element, remedy: "- { file: /srv/events-*.csv }")
      }
      var feed = Feed(file: try text(file, of: "file"), overlap: false)
      if let node = inner["overlap"] {
        feed.overlap = try value(node, "overlap", "true", SettingsScalar.bool)
      }
      feeds.append(feed)
    }
    return feeds
  }

  func forecast(_ node: Node) throws(SettingsMistake) -> Forecast {
    let inner = try mapping(node, of: "`forecast`")
    try inner.allow(["event", "unit"], in: "`forecast`")
    var forecast = Forecast(event: "purchase", unitMs: 7 * Instant.dayMs)
    if let node = inner["event"] { forecast.event = try text(node, of: "event") }
    if let node = inner["unit"] {
      forecast.unitMs = try value(node, "unit", "7d", SettingsScalar.duration)
    }
    return forecast
  }

  func addresses(
    _ node: Node, _ addresses: inout AddressAttributes
  ) throws(SettingsMistake) {
    let inner = try mapping(node, of: "`addresses`")
    try inner.allow(["email", "phone", "time_zone"], in: "`addresses`")
    if let node = inner["email"] { addresses.email = try text(node, of: "email") }
    if let node = inner["phone"] { addresses.phone = try text(node, of: "phone") }
    if let node = inner["time_zone"] { addresses.timeZone = try text(node, of: "time_zone") }
  }

  func caps(_ node: Node) throws(SettingsMistake) -> [Cap] {
    var caps: [Cap] = []
    for element in try elements(node, of: "caps") {
      let inner = try mapping(element, of: "a cap")
      try inner.allow(["channel", "messages", "in"], in: "a cap")
      guard let messages = inner["messages"], let window = inner["in"] else {
        throw mistake(
          "a cap has to have `messages` and `in`", at: element, remedy: "- { messages: 1, in: 7d }")
      }
      var cap = Cap(
        channel: nil,
        messages: try value(messages, "messages", "1", SettingsScalar.count),
        windowMs: try value(window, "in", "7d", SettingsScalar.duration))
      if let node = inner["channel"] { cap.channel = try text(node, of: "channel") }
      caps.append(cap)
    }
    return caps
  }

  /// `none` for no quiet hours.
  func quiet(_ node: Node) throws(SettingsMistake) -> QuietHours? {
    if node.scalar?.string == "none" { return nil }
    let inner = try mapping(node, of: "`quiet`")
    try inner.allow(["from", "to"], in: "`quiet`")
    guard let from = inner["from"], let to = inner["to"] else {
      throw mistake(
        "`quiet` has to have `from` and `to`", at: node,
        remedy: "quiet: { from: \"21:00\", to: \"09:00\" }, or quiet: none")
    }
    let hours = QuietHours(
      fromMinute: try value(from, "from", "\"21:00\"", SettingsScalar.timeOfDay),
      toMinute: try value(to, "to", "\"09:00\"", SettingsScalar.timeOfDay))
    return hours.fromMinute == hours.toMinute ? nil : hours
  }

  func budget(_ node: Node) throws(SettingsMistake) -> Micros? {
    let inner = try mapping(node, of: "`budget`")
    try inner.allow(["month"], in: "`budget`")
    guard let month = inner["month"] else { return nil }
    return try value(month, "month", "5000.00", SettingsScalar.money)
  }
}
