// Users are numbered as the fold meets them, by the bytes of their ids; each tag is a bit map over
// those numbers. Applying an entry costs its users; asking for a user's tags costs one bit for each
// tag in use.

public import KithSystem

/// The state that the journal folds to, up to an instant: who carries which tag, whose they are,
/// what was noted. Last write by (hybrid time, id) wins; an entry that is undone does not count.
public struct Decisions: Sendable {
  public struct Note: Sendable, Equatable {
    public var entry: String
    public var at: Instant
    public var by: String
    public var text: String
  }

  private var users = UserNumbers()
  private var tagNumbers: [String: Int] = [:]
  private var tags: [Tag] = []
  private var ownerNumbers: [String: UInt32] = [:]
  private var owners: [String] = []
  private var ownerByUser: [UInt32: UInt32] = [:]
  private var notesByUser: [UInt32: [Note]] = [:]
  private var suppressed: [String: String] = [:]

  package init() {}

  /// Tags in use, each with the number of users that carry it, sorted by name.
  public var tagCounts: [(tag: String, users: Int)] {
    tags.filter { $0.users.count > 0 }.map { ($0.name, $0.users.count) }
      .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
  }

  /// Whether a user carries a tag.
  public func has(_ tag: String, user: String) -> Bool {
    guard let tag = tagNumbers[tag], let user = users.number(of: user) else { return false }
    return tags[tag].users.contains(user)
  }

  /// The users that carry a tag. Cost: all users that anything was decided about.
  public func users(tagged tag: String) -> Set<String> {
    var tagged: Set<String> = []
    eachUser(tagged: tag) { tagged.insert($0) }
    return tagged
  }

  /// Calls for each user that carries a tag, in no order; ids that differ by their bytes alone are
  /// kept apart, which a set of strings does not.
  package func eachUser(tagged tag: String, _ body: (String) -> Void) {
    guard let number = tagNumbers[tag] else { return }
    tags[number].users.forEach { body(users.ids[Int($0)]) }
  }

  /// Sorted by bytes.
  public func tags(of user: String) -> [String] {
    guard let user = users.number(of: user) else { return [] }
    return tags.filter { $0.users.contains(user) }.map(\.name)
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Who looks after a user.
  public func owner(of user: String) -> String? {
    users.number(of: user).flatMap { ownerByUser[$0] }.map { owners[Int($0)] }
  }

  /// Owners in use, each with the number of users that they look after, sorted by name.
  public var ownerCounts: [(owner: String, users: Int)] {
    var counts = owners.map { (owner: $0, users: 0) }
    for owner in ownerByUser.values { counts[Int(owner)].users += 1 }
    return counts.filter { $0.users > 0 }
      .sorted { $0.owner.utf8.lexicographicallyPrecedes($1.owner.utf8) }
  }

  /// Every user who has an owner, in no order.
  package func eachOwned(_ body: (_ user: String, _ owner: String) -> Void) {
    for (user, owner) in ownerByUser { body(users.ids[Int(user)], owners[Int(owner)]) }
  }

  /// The state as it would be if these users carried a tag: what a plan is tried out on.
  public func supposing(_ tag: String, on ids: [String]) -> Decisions {
    var supposed = self
    let number = supposed.number(ofTag: tag)
    for id in ids { supposed.tags[number].users.insert(supposed.users.intern(id)) }
    return supposed
  }

  /// Oldest first.
  public func notes(of user: String) -> [Note] {
    users.number(of: user).flatMap { notesByUser[$0] } ?? []
  }

  /// Why an address is on the suppression list, by its keyed hash; nil where it is not.
  public func suppression(hash: String) -> String? {
    suppressed[hash]
  }

  /// The suppression list: keyed hash and reason, by hash.
  public var suppressions: [(hash: String, reason: String)] {
    suppressed.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
  }
}

extension Decisions {
  private struct Tag: Sendable {
    var name: String
    var users = BitMap()
  }

  /// Applies the next entry in order. `members` gives the users of a list.
  mutating func apply<Failure>(
    _ entry: JournalEntry, members: (UserList) throws(Failure) -> [String]
  ) throws(Failure) {
    switch entry.decision {
    case .tagAdd(let tag, let list):
      let number = self.number(ofTag: tag)
      for user in try members(list) { tags[number].users.insert(users.intern(user)) }
    case .tagRemove(let tag, let list):
      guard let number = tagNumbers[tag] else { return }
      for user in try members(list) {
        if let user = users.number(of: user) { tags[number].users.remove(user) }
      }
    case .note(let user, let text):
      let note = Note(entry: entry.id, at: entry.at, by: entry.by, text: text)
      notesByUser[users.intern(user), default: []].append(note)
    case .owner(let owner, let list):
      let owner = owner.isEmpty ? nil : number(ofOwner: owner)
      for user in try members(list) { ownerByUser[users.intern(user)] = owner }
    case .suppressAdd(let hashes, let reason): for hash in hashes { suppressed[hash] = reason }
    case .suppressRemove(let hashes): for hash in hashes { suppressed[hash] = nil }
    case .imported, .campaign, .undo, .redo: return
    }
  }

  private mutating func number(ofTag tag: String) -> Int {
    if let number = tagNumbers[tag] { return number }
    tagNumbers[tag] = tags.count
    tags.append(Tag(name: tag))
    return tags.count - 1
  }

  private mutating func number(ofOwner owner: String) -> UInt32 {
    if let number = ownerNumbers[owner] { return number }
    let number = UInt32(owners.count)
    ownerNumbers[owner] = number
    owners.append(owner)
    return number
  }
}

/// Numbers for ids, equal where the bytes are: `String` alone would take an accented letter and its
/// parts for the same.
private struct UserNumbers: Sendable {
  private(set) var ids: [String] = []
  private var numbers: [Key: UInt32] = [:]

  func number(of id: String) -> UInt32? {
    numbers[Key(id: id)]
  }

  mutating func intern(_ id: String) -> UInt32 {
    if let number = numbers[Key(id: id)] { return number }
    let number = UInt32(ids.count)
    numbers[Key(id: id)] = number
    ids.append(id)
    return number
  }

  private struct Key: Hashable, Sendable {
    let id: String

    static func == (left: Key, right: Key) -> Bool {
      left.id.utf8.elementsEqual(right.id.utf8)
    }

    func hash(into hasher: inout Hasher) {
      var id = id
      id.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
  }
}

/// A set of small numbers, one bit each.
private struct BitMap: Sendable {
  private var words: [UInt64] = []
  private(set) var count = 0

  func contains(_ number: UInt32) -> Bool {
    let word = Int(number >> 6)
    return word < words.count && words[word] & (1 << UInt64(number & 63)) != 0
  }

  mutating func insert(_ number: UInt32) {
    let word = Int(number >> 6)
    if word >= words.count {
      words.append(contentsOf: repeatElement(0, count: word + 1 - words.count))
    }
    let bit: UInt64 = 1 << UInt64(number & 63)
    if words[word] & bit == 0 { count += 1 }
    words[word] |= bit
  }

  mutating func remove(_ number: UInt32) {
    guard contains(number) else { return }
    words[Int(number >> 6)] &= ~(1 << UInt64(number & 63))
    count -= 1
  }

  func forEach(_ body: (UInt32) -> Void) {
    for (index, word) in words.enumerated() where word != 0 {
      var rest = word
      while rest != 0 {
        body(UInt32(index * 64 + rest.trailingZeroBitCount))
        rest &= rest &- 1
      }
    }
  }
}
