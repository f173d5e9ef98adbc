import KithSystem

extension Decision {
  /// The decision with its texts trimmed.
  /// - Throws: where a person may not decide it so: ``DecisionMistake``.
  func checked() throws(StoreError) -> Decision {
    do throws(DecisionMistake) {
      switch self {
      case .tagAdd(let tag, let users):
        return .tagAdd(tag: try name(tag, DecisionMistake.tag), users: try someone(users))
      case .tagRemove(let tag, let users):
        return .tagRemove(tag: try name(tag, DecisionMistake.tag), users: try someone(users))
      case .owner(let owner, let users):
        let owner = trimmed(owner)
        return .owner(
          owner.isEmpty ? "" : try name(owner, DecisionMistake.owner), users: try someone(users))
      case .note(let user, let text):
        let text = trimmed(text)
        if let problem = problem(in: text, limit: 10_000, lines: true) { throw .note(problem) }
        try check(userID: user)
        return .note(user: user, text: text)
      case .alias(let users):
        let users = users.sortedUnique()
        if users.count < 2 { throw .aliasOfOne }
        for user in users { try check(userID: user) }
        return .alias(users: users)
      default: return self
      }
    } catch {
      throw .decision(error)
    }
  }
}

/// - Throws: where a user id is empty, longer than 1,024 bytes, or has a control character.
func check(userID: String) throws(DecisionMistake) {
  if userID.isEmpty { throw .userID(.empty) }
  if userID.utf8.count > UserSet.longestID { throw .userID(.tooLong(limit: UserSet.longestID)) }
  if userID.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
    throw .userID(.controlCharacter)
  }
}

private func someone(_ users: UserList) throws(DecisionMistake) -> UserList {
  switch users {
  case .named(let names):
    if names.isEmpty { throw .noUsers }
    for name in names { try check(userID: name) }
  case .set(_, let count): if count == 0 { throw .noUsers }
  }
  return users
}

/// A tag or a person's name.
private func name(
  _ text: String, _ mistake: (DecisionMistake.TextProblem) -> DecisionMistake
) throws(DecisionMistake) -> String {
  let text = trimmed(text)
  if let problem = problem(in: text, limit: 64) { throw mistake(problem) }
  return text
}

/// What is wrong with a text that a person gave; `lines` allows newlines and tabs.
private func problem(
  in text: String, limit: Int, lines: Bool = false
) -> DecisionMistake.TextProblem? {
  if text.isEmpty { return .empty }
  // A character can be drawn out with marks without end.
  if text.count > limit || text.utf8.count > limit * 16 { return .tooLong(limit: limit) }
  let bad = text.unicodeScalars.contains { scalar in
    isControl(scalar) && !(lines && (scalar == "\n" || scalar == "\t"))
  }
  return bad ? .controlCharacter : nil
}

/// Without blanks at either end.
func trimmed(_ text: String) -> String {
  let start = text.drop(while: \.isWhitespace)
  let end = start.lastIndex { !$0.isWhitespace }
  return end.map { String(start[...$0]) } ?? ""
}
