// A mistake shows the line it is on, and a line of kith.yaml can hold what was meant for a variable:
// a password, a token in a header, a password within an address. Those are covered up, character by
// character, so that the columns stay.

/// The line with every secret covered.
func masked(_ line: String) -> String {
  var characters = Array(line)
  for (name, value) in members(characters) {
    let text = String(characters[value])
    if isSecret(name.lowercased(), text) {
      cover(value, in: &characters)
    } else if let password = passwordInAddress(characters, value) {
      cover(password, in: &characters)
    }
  }
  return String(characters)
}

private func cover(_ range: Range<Int>, in characters: inout [Character]) {
  for index in range { characters[index] = "•" }
}

private func isSecret(_ name: String, _ value: String) -> Bool {
  let words = ["pass", "secret", "token", "auth", "cookie", "api-key", "api_key", "apikey"]
  guard words.contains(where: { name.contains($0) }) else { return false }
  if name.hasSuffix("_env") { return !value.drop { $0 == "\"" || $0 == "'" }.hasPrefix("KITH_") }
  return !name.hasSuffix("_file")
}

/// Every `name: value` of a line, block style or within braces; a value in quotes is one, whatever is
/// in it.
private func members(_ line: [Character]) -> [(name: String, value: Range<Int>)] {
  var found: [(name: String, value: Range<Int>)] = []
  var nameStart = 0
  var at = 0
  while at < line.count {
    switch line[at] {
    case "{", ",", "}", "[", "]": nameStart = at + 1
    case ":" where at + 1 < line.count && line[at + 1] == " ":
      let name = String(line[nameStart..<at])
      let start = line[at...].dropFirst().firstIndex { $0 != " " } ?? line.count
      if start < line.count, line[start] == "{" || line[start] == "[" { break }
      let end = endOfValue(line, from: start)
      found.append((name, start..<end))
      at = end
      continue
    default: break
    }
    at += 1
  }
  return found
}

private func endOfValue(_ line: [Character], from start: Int) -> Int {
  guard start < line.count else { return line.count }
  let quote = line[start]
  if quote == "\"" || quote == "'" {
    var at = start + 1
    while at < line.count, line[at] != quote { at += line[at] == "\\" && quote == "\"" ? 2 : 1 }
    return min(at + 1, line.count)
  }
  var end = line.count
  if line[..<start].contains("{") {
    end = line[start...].firstIndex { $0 == "," || $0 == "}" } ?? line.count
  }
  while end > start, line[end - 1] == " " { end -= 1 }
  return end
}

/// The part between `://user:` and `@`.
private func passwordInAddress(_ line: [Character], _ value: Range<Int>) -> Range<Int>? {
  let text = line[value]
  guard let scheme = text.indices.first(where: { text[$0...].starts(with: "://") }),
    let host = text[scheme...].lastIndex(of: "@"),
    let colon = text[(scheme + 3)..<max(scheme + 3, host)].firstIndex(of: ":")
  else { return nil }
  return (colon + 1)..<host
}
