// What `campaign new` writes: a campaign.yaml that a person goes on with.

extension CampaignDraft {
  /// The text of campaign.yaml.
  var yaml: String {
    var lines = [
      "format: 1",
      "title: \(scalar(name))",
      "kind: reminder",
      "class: marketing",
      "audience: \(scalar(audience))",
      "steps:",
      "  - { channel: \(quoted(channel)), template: \(quoted(template)) }",
    ]
    let goal = goal ?? (did: "activity", withinDays: 7)
    lines.append("goal: { did: \(quoted(goal.did)), within: \(goal.withinDays)d }")
    if holdout > 0 { lines.append("holdout: \(percent(holdout))%") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Four digits after the point at most, none that is not needed.
  private func percent(_ share: Double) -> String {
    let tenThousandths = Int((share * 1_000_000).rounded())
    var digits = String(tenThousandths % 10_000)
    digits = String(repeating: "0", count: 4 - digits.count) + digits
    while digits.last == "0" { digits.removeLast() }
    return "\(tenThousandths / 10_000)" + (digits.isEmpty ? "" : "." + digits)
  }
}

/// A block scalar's value, as it is where YAML reads it as the same text, else in double quotes.
private func scalar(_ text: String) -> String {
  let isPlain = text.unicodeScalars.allSatisfy { scalar in
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      || " _-.,()<>=+*/%\"".unicodeScalars.contains(scalar)
  }
  let opening = text.unicodeScalars.first.map {
    $0.properties.isAlphabetic || $0.properties.numericType != nil
  }
  return isPlain && opening == true && text.last != " " ? text : quoted(text)
}

/// In double quotes; as it is where it is one plain word.
private func quoted(_ text: String) -> String {
  let isWord = text.utf8.allSatisfy { byte in
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F || byte == 0x2D
  }
  if isWord, let first = text.utf8.first, first != 0x2D { return text }
  var escaped = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": escaped += "\\\""
    case "\\": escaped += "\\\\"
    case "\n": escaped += "\\n"
    case "\t": escaped += "\\t"
    case "\r": escaped += "\\r"
    case _
    where scalar.properties.generalCategory == .control || scalar.value == 0x2028
      || scalar.value == 0x2029 || scalar.value == 0xFEFF:
      escaped +=
        "\\u" + String(repeating: "0", count: 4 - String(scalar.value, radix: 16).count)
        + String(scalar.value, radix: 16)
    default: escaped.unicodeScalars.append(scalar)
    }
  }
  return escaped + "\""
}
