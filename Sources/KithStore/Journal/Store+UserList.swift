import KithSystem

extension Store {
  /// The form in which a decision names users: up to 64 by name, more as a set that is written
  /// beside the journals. Order and repetition do not count. Cost: sorting the ids.
  public func userList(_ ids: [String]) throws(StoreError) -> UserList {
    let sorted = ids.sortedUnique()
    do throws(DecisionMistake) {
      for id in sorted { try check(userID: id) }
    } catch {
      throw .decision(error)
    }
    guard sorted.count > UserSet.mostNamed else { return .named(sorted) }
    let bytes = UserSet.encode(sorted)
    let digest = UserSet.digest(bytes)
    let name = UserSet.name(digest)
    guard let packed = UserSet.compress(bytes) else {
      throw .damaged(file: name, line: nil, problem: "it cannot be compressed")
    }
    try locked { _ throws(StoreError) in
      try files.reach { () throws(FileError) in
        if try files.info(name) == nil { try files.writeAtomically(name, packed) }
      }
    }
    return .set(sha256: digest, count: sorted.count)
  }

  /// The users of a decision. Cost: their number.
  /// - Throws: where the set is missing, or is not what its name says.
  public func users(of list: UserList) throws(StoreError) -> [String] {
    switch list {
    case .named(let users): return users
    case .set(let digest, let count):
      let name = UserSet.name(digest)
      let packed = try files.reach { () throws(FileError) in try files.read(name) }
      guard
        let users = UserSet.unpack(
          packed, sha256: digest, limit: min(count, 1 << 32) * (UserSet.longestID + 4)),
        users.count == count
      else { throw .damaged(file: name, line: nil, problem: "it is not the set that it should be") }
      return users
    }
  }
}

extension UserSet {
  /// The longest id of a user, in bytes.
  static let longestID = 1024
}
