// `channels:`, one entry for each way to a person. Which members an entry may have depends on its
// name, by one table.

import KithSystem
import KithYAML

/// The members every channel may have.
private let commonMembers = ["rate", "connections", "timeout", "cost"]

/// One way to a person: its own members, and the schemes of its url.
private struct ChannelKind {
  let name: String
  let members: [String]
  let schemes: [String]

  init(_ name: String, _ members: [String], _ schemes: [String]) {
    (self.name, self.members, self.schemes) = (name, members, schemes)
  }
}

private let channelKinds: [ChannelKind] = [
  ChannelKind(
    "inbox", ["file", "url", "headers", "body", "secret_env", "secret_file", "ca"],
    ["http", "https"]
  ),
  ChannelKind(
    "email", ["url", "from", "tls", "user", "password_env", "password_file", "ca"],
    ["smtp", "smtps"]
  ),
  ChannelKind(
    "sms", ["url", "headers", "body", "secret_env", "secret_file", "ca"], ["http", "https"]),
  ChannelKind(
    "webhook", ["url", "headers", "secret_env", "secret_file", "ca"], ["http", "https"]),
  ChannelKind("command", ["run"], []),
  ChannelKind("call", ["file"], []),
]

extension YAMLSource {
  func channels(_ node: Node) throws(SettingsMistake) -> [ChannelSetting] {
    let outer = try mapping(node, of: "`channels`")
    try outer.allow(channelKinds.map { $0.name }, in: "`channels`")
    var channels: [ChannelSetting] = []
    for member in outer.members where !member.isEmpty {
      guard let kind = channelKinds.first(where: { $0.name == member.name }) else { continue }
      let inner = try mapping(member.value, of: "`\(member.name)`")
      try inner.allow(kind.members + commonMembers, in: "`\(member.name)`")
      channels.append(try channel(member.name, inner, schemes: kind.schemes))
    }
    return channels
  }

  private func channel(
    _ name: String, _ inner: YAMLMapping, schemes: [String]
  ) throws(SettingsMistake) -> ChannelSetting {
    var channel = ChannelSetting(name: name)
    for member in inner.members where !member.isEmpty {
      let node = member.value
      switch member.name {
      case "headers":
        for header in try mapping(node, of: "`headers`").members {
          let text = try text(header.value, of: header.name)
          guard !(header.name + text).unicodeScalars.contains(where: isControl) else {
            throw mistake(
              "a header cannot hold a line break", at: header.value, remedy: "write it on one line")
          }
          channel.headers.append((header.name, text))
        }
      case "run":
        for element in try elements(node, of: "run") {
          channel.argv.append(try text(element, of: "run"))
        }
        guard channel.argv.first?.isEmpty == false else {
          throw mistake("`run` names no program", at: node, remedy: "run: [\"/usr/bin/deliver\"]")
        }
      case "rate":
        channel.ratePerSecond = try value(node, "rate", "20/s", SettingsScalar.rate)
      case "connections":
        channel.connections = try value(node, "connections", "4") { text in
          SettingsScalar.count(text).flatMap { (1...256).contains($0) ? $0 : nil }
        }
      case "timeout":
        channel.timeoutMs = try value(node, "timeout", "30s", SettingsScalar.duration)
      case "cost": channel.cost = try value(node, "cost", "0.05", SettingsScalar.money)
      default: channel.texts[member.name] = try sourceText(node, of: member.name)
      }
    }
    try check(inner, schemes: schemes)
    return channel
  }

  /// What no channel may do, whatever it is for.
  private func check(_ inner: YAMLMapping, schemes: [String]) throws(SettingsMistake) {
    let url = try inner["url"].map { node throws(SettingsMistake) in
      try self.url(node, "url", schemes: schemes)
    }
    if let node = inner["tls"] {
      let tls = try choice(node, "tls", ["starttls", "smtps", "none"])
      if tls == "none", let url, ChannelURL(url)?.isLoopback != true {
        throw mistake(
          "`tls: none` is allowed for this machine alone", at: node,
          remedy: "use starttls, or smtps:// as the url")
      }
    }
    for name in ["password_env", "secret_env"] {
      guard let node = inner[name] else { continue }
      let variable = try text(node, of: name)
      guard variable.hasPrefix("KITH_") else {
        throw mistake(
          "`\(name)` has to name a variable that begins with KITH_", at: node,
          remedy: "rename the variable, so that no other secret can be read by mistake")
      }
    }
  }
}
