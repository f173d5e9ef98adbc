import KithSystem

// What the fast paths share.

extension EventRows {
  /// Looks up the users of all rows that were only hashed so far.
  ///
  /// What a look-up will touch is asked for some rows before, so that the waits for memory overlap.
  mutating func lookUpUsers() {
    let (ahead, pending, rows) = (24, pending, row)
    var users = users.finder
    for index in 0..<min(ahead, rows) { users.prefetch(pending.userHashes[index]) }
    for index in 0..<rows {
      // A row that was looked up already has some hash as well, that of an earlier row.
      users.prefetch(pending.userHashes[min(index &+ ahead, rows &- 1)])
      let (size, hash) = (Int(pending.userSizes[index]), pending.userHashes[index])
      guard size > 0, let text = pending.userStarts[index] else { continue }
      var code = users.find(text, size, hash)
      if code == absentCode {
        code = newUser(text, size, hash)
        users = self.users.finder
      }
      pending.users[index] = code
    }
  }

  private mutating func newUser(
    _ text: UnsafeRawPointer, _ size: Int, _ hash: UInt64
  ) -> UInt32 {
    let bytes = UnsafeRawBufferPointer(start: text, count: size)
    guard userProblem(bytes) == nil, isText(bytes) else {
      needsCare = true
      return 0
    }
    return users.insert(text, size, hash)
  }
}
