import Testing

/// Words that may not stand in some part of the tree, and why.
struct Ban: Sendable, CustomTestStringConvertible {
  let pattern: String
  let reason: String
  /// Folders in which it is allowed.
  var exceptions: [String] = []

  var testDescription: String { reason }

  static let inCode = [
    Ban(pattern: #"\btry!"#, reason: "no forced try"),
    Ban(pattern: #"[\w)\]]!(?![=\w])"#, reason: "no forced unwrap"),
    Ban(pattern: #"\bas!"#, reason: "no forced cast"),
    Ban(pattern: #"@MainActor"#, reason: "the main loop is synchronous: an actor there never runs"),
    Ban(
      pattern: #"\b(Date|UUID)\(\)|\.random\(|\bclock_gettime\("#,
      reason: "time and chance come from Outside", exceptions: ["Sources/KithSystem/"]),
    Ban(pattern: #"\bunowned\(unsafe\)|\bfatalError\("#, reason: "errors are thrown"),
  ]

  static let inText = [
    Ban(pattern: "\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b", reason: "nothing is left for later"),
    Ban(
      pattern: "(^|[^A-Za-z0-9._~-])/(wo" + "rk|ro" + "ot|op" + "t|ho" + "me)/",
      reason: "no paths of one machine"),
  ]
}

@Suite struct `Words that may not stand` {
  @Test(arguments: Ban.inCode)
  func `in code`(ban: Ban) throws {
    let pattern = try Regex(ban.pattern)
    for file in Tree.shared.sources where !ban.exceptions.contains(where: file.path.hasPrefix) {
      for (index, line) in file.code.enumerated() where line.firstMatch(of: pattern) != nil {
        Issue.record("\(file.path):\(index + 1): \(ban.reason): \(line)")
      }
    }
  }

  @Test(arguments: Ban.inText)
  func `anywhere`(ban: Ban) throws {
    let pattern = try Regex(ban.pattern)
    for file in Tree.shared.files where !ban.exceptions.contains(where: file.path.hasPrefix) {
      for (index, line) in file.lines.enumerated() where line.firstMatch(of: pattern) != nil {
        Issue.record("\(file.path):\(index + 1): \(ban.reason): \(line)")
      }
    }
  }

  @Test(
    arguments: zip(
      [0, 1, 2, 4, 4],
      ["try! f()", "value!.x", "x as! Y", "Date()", "Int.random(in: 0...1)"]))
  func `bans hold what they should`(ban: Int, line: String) throws {
    #expect(try line.firstMatch(of: Regex(Ban.inCode[ban].pattern)) != nil)
  }

  @Test(arguments: ["a != b", "!isEmpty", "f(!x)", "a && !b", "update(at: now)"])
  func `bans let pass what is fine`(line: String) throws {
    for ban in Ban.inCode { #expect(try line.firstMatch(of: Regex(ban.pattern)) == nil) }
  }
}
