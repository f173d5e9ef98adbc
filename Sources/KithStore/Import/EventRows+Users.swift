import KithSystem

// What the fast paths share.

extension EventRows {
  /// Looks up the users of all rows that were only hashed so far.
  ///
  /// A batch at a time: first all slots are touched, then all texts, then each is compared, so that the
  /// memory is asked for many at once.
  mutating func lookUpUsers() {
    let batch = 64
    var touched: UInt8 = 0
    var start = 0
    while start < row {
      let end = min(row, start &+ batch)
      // The codes' places hold where the texts may lie, until the codes are known.
      for index in start..<end where userSizes[index] > 0 {
        userCodes[index] = users.touchSlot(userHashes[index])
      }
      for index in start..<end where userSizes[index] > 0 {
        touched &+= users.touchText(userCodes[index])
      }
      for index in start..<end where userSizes[index] > 0 {
        guard let text = userStarts[index] else { continue }
        let size = Int(userSizes[index])
        var code = users.find(text, size, userHashes[index])
        if code == absentCode { code = newUser(text, size, userHashes[index]) }
        userCodes[index] = code
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

  @inline(never)
  mutating func takeValue(_ text: UnsafeRawPointer, _ size: Int) -> Bool {
    do throws(ValueProblem) {
      let value = try readValue(UnsafeRawBufferPointer(start: text, count: size))
      values.append((UInt32(truncatingIfNeeded: row), value))
      return true
    } catch {
      return false
    }
  }

  @inline(never)
  mutating func take(_ text: UnsafeRawPointer, _ size: Int, property: Int) -> Bool {
    guard size > 0 else {
      propertyCodes[property][row] = absentCode
      return true
    }
    var code = properties[property].find(text, size)
    if code == absentCode {
      guard isPlain(text, size) else { return false }
      code = properties[property].code(UnsafeRawBufferPointer(start: text, count: size))
    }
    propertyCodes[property][row] = code
    return true
  }
}
