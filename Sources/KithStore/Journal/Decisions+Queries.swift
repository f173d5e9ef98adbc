// What the journal says of users and tags. Ids that are one person are asked for together: what was said
// of one of them holds for all.

import KithSystem

extension Decisions {
  /// Tags in use, each with the number of users that carry it, sorted by name.
  public var tagCounts: [(tag: String, users: Int)] {
    tags.indices.filter { tags[$0].count > 0 }
      .map { (tables.tags.text(UInt32($0)), tags[$0].count) }
      .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
  }

  /// Whether anyone carries a tag.
  package func isCarried(_ tag: String) -> Bool { (bits(tag)?.count ?? 0) > 0 }

  /// Whether a user carries a tag. Cost: O(log users).
  public func has(_ tag: String, user: String) -> Bool {
    guard let tag = bits(tag), let user = number(user) else { return false }
    return tag.contains(user)
  }

  /// The users that carry a tag. Cost: a `String` for each of them.
  public func users(tagged tag: String) -> Set<String> {
    var tagged: Set<String> = []
    eachUser(tagged: tag) { tagged.insert($0) }
    return tagged
  }

  /// Calls for each user that carries a tag, in byte order; ids that differ by their bytes alone are
  /// kept apart, which a set of strings does not.
  package func eachUser(tagged tag: String, _ body: (String) -> Void) {
    forEachUser(tagged: tag) { body(String(decoding: $0, as: UTF8.self)) }
  }

  /// As ``eachUser(tagged:_:)`` over the bytes of the ids, in byte order, so that they can be walked
  /// beside another sorted list. The bytes are good within the call.
  ///
  /// Cost: the users who carry it; those that are not in the checkpoint yet are sorted.
  package func forEachUser(tagged tag: String, _ body: (UnsafeRawBufferPointer) -> Void) {
    guard let bits = bits(tag) else { return }
    tables.users.forEachSorted(bits, body)
  }

  /// As ``forEachUser(tagged:_:)`` for everyone who has an owner.
  package func forEachOwnedUser(_ body: (UnsafeRawBufferPointer, _ owner: UInt32) -> Void) {
    var owned = SparseBits()
    for (user, owner) in ownerOfUser.enumerated() where owner > 0 { owned.insert(UInt32(user)) }
    tables.users.forEachSortedNumber(owned) { number in
      tables.users.withID(number) { body($0, ownerOfUser[Int(number)] - 1) }
    }
  }

  /// The name of an owner, by the number of ``forEachOwnedUser(_:)``.
  package func ownerName(_ number: UInt32) -> String { tables.owners.text(number) }

  /// Sorted by bytes.
  public func tags(of user: String) -> [String] {
    guard let user = number(user) else { return [] }
    return tags.indices.filter { tags[$0].contains(user) }.map { tables.tags.text(UInt32($0)) }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Whether a user carries a tag, which is taken byte for byte.
  package func isTagged(_ user: String, _ tag: String) -> Bool {
    guard let user = number(user), let tagged = bits(tag) else { return false }
    return tagged.contains(user)
  }

  /// Who looks after a user.
  public func owner(of user: String) -> String? {
    guard let user = number(user), Int(user) < ownerOfUser.count, ownerOfUser[Int(user)] > 0 else {
      return nil
    }
    return ownerName(ownerOfUser[Int(user)] - 1)
  }

  /// Owners in use, each with the number of users that they look after, sorted by name.
  public var ownerCounts: [(owner: String, users: Int)] {
    var counts = [Int](repeating: 0, count: tables.owners.count + 1)
    for owner in ownerOfUser { counts[Int(owner)] += 1 }
    return counts.indices.dropFirst().filter { counts[$0] > 0 }
      .map { (ownerName(UInt32($0 - 1)), counts[$0]) }
      .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
  }

  /// Every user who has an owner, in no order.
  package func eachOwned(_ body: (_ user: String, _ owner: String) -> Void) {
    forEachOwnedUser { body(String(decoding: $0, as: UTF8.self), ownerName($1)) }
  }

  /// The state as it would be if these users carried a tag: what a plan is tried out on.
  public func supposing(_ tag: String, on ids: [String]) -> Decisions {
    var supposed = self
    let number = supposed.makeTag(withBytes(tag) { supposed.tables.tags.code($0) })
    for id in ids {
      let user = withBytes(id) { supposed.tables.users.intern($0) }
      supposed.tags[number].insert(supposed.person(user))
    }
    return supposed
  }

  /// Oldest first. Cost: the notes about everyone, and a line read for each of the user's.
  public func notes(of user: String) -> [Note] {
    guard let user = number(user) else { return [] }
    return notes.filter { $0.user == user }.compactMap { lines.entry($0.item) }.compactMap {
      entry in
      guard case .note(_, let text) = entry.decision else { return nil }
      return Note(entry: entry.id, at: entry.at, by: entry.by, text: text)
    }
  }

  /// Why an address is on the suppression list, by its keyed hash; nil where it is not.
  public func suppression(hash: String) -> String? {
    guard let hash = withBytes(hash, { tables.hashes.find($0) }), Int(hash) < reasonOfHash.count,
      reasonOfHash[Int(hash)] > 0
    else { return nil }
    return tables.reasons.text(reasonOfHash[Int(hash)] - 1)
  }

  /// The suppression list: keyed hash and reason, by hash.
  public var suppressions: [(hash: String, reason: String)] {
    reasonOfHash.indices.filter { reasonOfHash[$0] > 0 }
      .map { (tables.hashes.text(UInt32($0)), tables.reasons.text(reasonOfHash[$0] - 1)) }
      .sorted { $0.0 < $1.0 }
  }

  private func bits(_ tag: String) -> SparseBits? {
    guard let number = withBytes(tag, { tables.tags.find($0) }), Int(number) < tags.count else {
      return nil
    }
    return tags[Int(number)]
  }

  private func number(_ id: String) -> UInt32? {
    guard let number = withBytes(id, { tables.users.find($0) }), !erased.contains(number) else {
      return nil
    }
    return person(number)
  }

  /// All ids of the person whom an id means, in byte order; nil where it is the only one.
  public func ids(of user: String) -> [String]? {
    number(user).flatMap { peers[$0] }.flatMap { $0.count > 1 ? texts($0) : nil }
  }

  /// Ids that are one person: groups apart, each in byte order; by their first ids.
  package var persons: [[String]] {
    peers.filter { $0.value.first == $0.key && $0.value.count > 1 }.map { texts($0.value) }
      .sorted { $0[0].utf8.lexicographicallyPrecedes($1[0].utf8) }
  }

  private func texts(_ users: [UInt32]) -> [String] {
    users.map { number in
      tables.users.withID(number) { String(decoding: $0, as: UTF8.self) }
    }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
