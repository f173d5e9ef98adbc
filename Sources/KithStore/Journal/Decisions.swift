// The fold walks over the entries in order. A tag is a set of numbers of users; adding a million users
// at once is a union of two sets, a word at a time.

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

  var tables = EntryLog.Tables()
  var tags: [SparseBits] = []
  /// For each user the owner + 1; 0, or beyond the end: nobody.
  var ownerOfUser: [UInt32] = []
  /// For each id that is one of several of a person, all of the person's, ascending. Everything is kept
  /// under the first of them, whichever it was said of.
  var peers: [UInt32: [UInt32]] = [:]
  /// User and entry, in order.
  var notes: [(user: UInt32, item: EntryLog.Item)] = []
  /// For each hash the reason + 1; 0, or beyond the end: not suppressed.
  var reasonOfHash: [UInt32] = []
  /// Users who were erased: nothing is known of them.
  var erased = SparseBits()
  var lines = JournalLines()

  package init() {}

  /// Folds the entries of a log up to an instant; its sets are loaded.
  /// - Parameter persons: the persons of several ids, of another moment; nil: those of this one.
  init(
    _ log: EntryLog, until: Int64 = .max, undone: Set<EntryKey>, lines: JournalLines,
    persons: [[String]]? = nil
  ) {
    tables = log.tables
    self.lines = lines
    // A filter of 4,096 bits spares nearly every entry the look-up.
    var filter = [Bool](repeating: false, count: 4096)
    for key in undone { filter[Int(key.number & 4095)] = true }
    func stands(_ item: EntryLog.Item) -> Bool {
      item.at <= until
        && !(filter[Int(item.number & 4095)] && undone.contains(item.key) && item.isUndoable)
    }
    if let persons {
      for ids in persons {
        join(Set(ids.map { id in withBytes(id) { tables.users.intern($0) } }))
      }
    } else if log.mayHave(.alias) {
      log.forEach { item in
        guard item.kind == EntryLog.Kind.alias.rawValue, stands(item) else { return }
        var ids: Set<UInt32> = []
        log.forEachMember(item) { ids.insert($0) }
        join(ids)
      }
    }
    log.forEach { if stands($0) { apply($0, of: log) } }
  }

  private mutating func join(_ ids: Set<UInt32>) {
    let all = Set(ids.flatMap { peers[$0] ?? [$0] }).sorted()
    for id in all { peers[id] = all }
  }

  /// The number that a person is kept under.
  @inline(__always)
  func person(_ user: UInt32) -> UInt32 {
    peers.isEmpty ? user : peers[user]?.first ?? user
  }

  /// The same of the users of a set.
  private func persons(_ users: SparseBits) -> SparseBits {
    guard !peers.isEmpty else { return users }
    var users = users
    for (user, ids) in peers where ids[0] != user && users.contains(user) {
      users.remove(user)
      users.insert(ids[0])
    }
    return users
  }

  /// Goes on with later entries, none of which is undone, undoes or erases.
  mutating func apply(_ log: EntryLog, from start: Int, lines: JournalLines) {
    tables = log.tables
    self.lines = lines
    log.forEach(from: start) { apply($0, of: log) }
  }

  private mutating func apply(_ item: EntryLog.Item, of log: EntryLog) {
    switch EntryLog.Kind(rawValue: item.kind) {
    case .tagAdd:
      let tag = makeTag(item.subject)
      if item.count == EntryLog.Item.isSet {
        if let users = tables.setUsers[Int(item.first)] { tags[tag].formUnion(persons(users)) }
      } else {
        log.forEachMember(item) { tags[tag].insert(person($0)) }
      }
    case .tagRemove:
      let tag = makeTag(item.subject)
      if item.count == EntryLog.Item.isSet {
        if let users = tables.setUsers[Int(item.first)] { tags[tag].subtract(persons(users)) }
      } else {
        log.forEachMember(item) { tags[tag].remove(person($0)) }
      }
    case .owner:
      if ownerOfUser.count < tables.users.count {
        ownerOfUser.append(
          contentsOf: repeatElement(0, count: tables.users.count - ownerOfUser.count))
      }
      if item.count == EntryLog.Item.isSet {
        let users = tables.setUsers[Int(item.first)]
        users?.forEach { ownerOfUser[Int(person($0))] = item.subject }
      } else {
        log.forEachMember(item) { ownerOfUser[Int(person($0))] = item.subject }
      }
    case .note: log.forEachMember(item) { notes.append((person($0), item)) }
    case .suppressAdd, .suppressRemove:
      if reasonOfHash.count < tables.hashes.count {
        reasonOfHash.append(
          contentsOf: repeatElement(0, count: tables.hashes.count - reasonOfHash.count))
      }
      let reason = item.kind == EntryLog.Kind.suppressAdd.rawValue ? item.subject + 1 : 0
      log.forEachMember(item) { reasonOfHash[Int($0)] = reason }
    case .imported, .campaign, .forget, .alias, .undo, .redo, nil: return
    }
  }

  mutating func makeTag(_ number: UInt32) -> Int {
    while tags.count <= Int(number) { tags.append(SparseBits()) }
    return Int(number)
  }

  /// Takes away all that is known of some users.
  mutating func erase(_ users: SparseBits) {
    erased.formUnion(users)
    for tag in tags.indices { tags[tag].subtract(users) }
    users.forEach { if Int($0) < ownerOfUser.count { ownerOfUser[Int($0)] = 0 } }
    notes.removeAll { users.contains($0.user) }
    users.forEach { user in
      for peer in peers.removeValue(forKey: user) ?? [] where peer != user {
        peers[peer]?.removeAll { $0 == user }
      }
    }
  }
}
