import KithSystem

extension Checkup {
  /// People who were erased and are still somewhere: the erasing was cut short, or came with the journal of
  /// another copy. Cost: nothing where nobody was ever erased, else a keyed hash for each user.
  mutating func checkErased(_ log: EntryLog) {
    let hashes = log.erasedHashes
    guard !hashes.isEmpty, let matcher = try? Forgotten(files, ReadManifest()).matcher(hashes)
    else { return }
    for (file, users) in userTables {
      for user in 0..<users.count where matcher.matches(users[user]) {
        addErased(file, users.text(user))
      }
    }
    for number in 0..<UInt32(log.tables.users.count) {
      if log.tables.users.withID(number, { matcher.matches($0) }) {
        addErased(StoreFile.journal, log.tables.users.id(number))
      }
    }
  }

  private mutating func addErased(_ file: String, _ user: String) {
    add(
      file, "it still has a person who was erased",
      remedy: "finish what was begun: kith forget \(shellWord(user))")
  }
}
