import KithSystem

// What the fast paths share.

extension EventRows {
  /// Looks up the users of all rows that were only hashed so far.
  ///
  /// A batch at a time: first all places are touched, then each text is compared, so that the memory
  /// is asked for many at once.
  mutating func lookUpUsers() {
    let (batch, pending) = (64, pending)
    var users = users.finder
    var touched: UInt32 = 0
    var start = 0
    while start < row {
      let end = min(row, start &+ batch)
      for index in start..<end where pending.userSizes[index] > 0 {
        touched &+= users.touch(pending.userHashes[index])
      }
      for index in start..<end where pending.userSizes[index] > 0 {
        let (size, hash) = (Int(pending.userSizes[index]), pending.userHashes[index])
        guard let text = pending.userStarts[index] else { continue }
        var code = users.find(text, size, hash)
        if code == absentCode {
          code = newUser(text, size, hash)
          users = self.users.finder
        }
        pending.users[index] = code
      }
      start = end
    }
    keep = touched
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
