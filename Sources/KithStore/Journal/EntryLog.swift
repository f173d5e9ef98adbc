// What the fold needs of each entry, in 56 bytes: when, whose, what, about whom. Names and ids are
// numbers into tables; what is rarely asked for (the text of a note, the files of an import) stays in
// the line, whose place is kept. So a million entries are folded in milliseconds, and any of them can
// be left out by going through all the others again.

import KithSystem

/// The entries of all journals, in order: those of the checkpoint where they lie, then those since.
struct EntryLog: Sendable {
  /// What the checkpoint holds.
  private(set) var base = Base()
  var items: [Item] = []
  /// Users, hashes or digests that entries name: a range of this for each.
  var members: [UInt32] = []
  var tables = Tables()
  /// The kinds of entries that there are, a bit for each, so that who looks for rare ones need not walk
  /// over a million that are not.
  private var kinds: UInt32 = 0

  /// Texts that entries name, each numbered.
  struct Tables: Sendable {
    var users = UserTable()
    var writers = Interner(seed: processSeed)
    /// Who decided.
    var people = Interner(seed: processSeed)
    var tags = Interner(seed: processSeed)
    var owners = Interner(seed: processSeed)
    /// Keyed hashes of addresses and of forgotten ids, and why an address is suppressed.
    var hashes = Interner(seed: processSeed)
    var reasons = Interner(seed: processSeed)
    /// Digests of files that were imported.
    var digests = Interner(seed: processSeed)
    /// Digests of sets of users; for each the number of users that its first line tells, and the users
    /// once they are known.
    var sets = Interner(seed: processSeed)
    var setCounts: [Int] = []
    var setUsers: [SparseBits?] = []
  }

  /// Memory of the checkpoint, never written.
  struct Base: @unchecked Sendable {
    var items = UnsafeBufferPointer<Item>(start: nil, count: 0)
    var members = UnsafeBufferPointer<UInt32>(start: nil, count: 0)
    var owner: MappedBytes?
  }

  /// Numbers are part of the checkpoint's format.
  enum Kind: UInt8 {
    case tagAdd, tagRemove, owner, note, suppressAdd, suppressRemove, alias, imported, campaign,
      forget, undo, redo

    var isUndoable: Bool { rawValue < Kind.imported.rawValue }
  }

  struct Item {
    /// The hybrid time: milliseconds, then 16 bits of the counter.
    var clock: UInt64
    /// Milliseconds since 1970.
    var at: Int64
    /// Where the line stands: 16 bits for the file, 48 for the offset.
    var place: UInt64
    /// The number in the entry's id.
    var number: UInt32
    /// CRC-32C of the line.
    var check: UInt32
    /// The tag, the reason, the forgotten hash, the owner + 1 (0: nobody), or the number of the entry
    /// that is undone or redone.
    var subject: UInt32
    /// The first of ``members``; the number of the set, where `count` is ``isSet``.
    var first: UInt32
    var count: UInt32
    /// Bytes of the line.
    var length: UInt32
    var writer: UInt16
    var person: UInt16
    /// The writer of the entry that is undone or redone.
    var target: UInt16
    var kind: UInt8

    static let isSet = UInt32.max

    var key: EntryKey { EntryKey(writer: writer, number: number) }
    var targetKey: EntryKey { EntryKey(writer: target, number: subject) }
    var isUndoable: Bool { Kind(rawValue: kind)?.isUndoable ?? false }
  }

  init() {}

  init(base: Base, tables: Tables) {
    self.base = base
    self.tables = tables
  }

  var count: Int { base.items.count + items.count }

  /// Whether there may be entries of a kind.
  func mayHave(_ kind: Kind) -> Bool { kinds >> UInt32(kind.rawValue) & 1 == 1 }

  /// The keyed hashes of the ids that were erased. Cost: nothing where nobody ever was.
  var erasedHashes: [String] {
    guard mayHave(.forget) else { return [] }
    var hashes: [String] = []
    forEach { item in
      if item.kind == Kind.forget.rawValue { hashes.append(tables.hashes.text(item.subject)) }
    }
    return hashes
  }

  mutating func note(kinds more: UInt32) { kinds |= more }

  mutating func append(_ item: Item) {
    items.append(item)
    kinds |= 1 << UInt32(item.kind)
  }

  subscript(index: Int) -> Item {
    index < base.items.count ? base.items[index] : items[index - base.items.count]
  }

  /// Calls for the entries from a place on, in order.
  @inline(__always)
  func forEach(from start: Int = 0, _ body: (Item) -> Void) {
    for index in min(start, base.items.count)..<base.items.count { body(base.items[index]) }
    for index in max(0, start - base.items.count)..<items.count { body(items[index]) }
  }

  /// Calls for each member of an entry that names them itself.
  @inline(__always)
  func forEachMember(_ item: Item, _ body: (UInt32) -> Void) {
    guard item.count != Item.isSet else { return }
    let (first, end) = (Int(item.first), Int(item.first) + Int(item.count))
    if end <= base.members.count {
      for index in first..<end { body(base.members[index]) }
    } else {
      for index in first..<end { body(members[index - base.members.count]) }
    }
  }

  /// The number that the next member gets.
  var nextMember: UInt32 { UInt32(truncatingIfNeeded: base.members.count + members.count) }
}

/// An entry's id as numbers.
struct EntryKey: Hashable, Sendable {
  var writer: UInt16
  var number: UInt32
}

extension EntryLog {
  /// Puts the entries from a place on into the order of (hybrid time, id), and drops second copies of a
  /// line. What is in order already costs one pass over them; else they, or all, are sorted.
  /// - Returns: whether those before the place stayed as they were.
  mutating func settle(from start: Int, bytes: (Item) -> UnsafeRawBufferPointer?) -> Bool {
    if (start..<count).allSatisfy({ $0 == 0 || precedes(self[$0 - 1], self[$0]) }) { return true }
    var from = start - base.items.count
    let comeAfter = start == 0 || (start..<count).allSatisfy { precedes(self[start - 1], self[$0]) }
    if !comeAfter {
      items = Array(base.items) + items
      members = Array(base.members) + members
      base = Base()
      from = 0
    }
    let tail = items[from...].sorted { precedes($0, $1) }
    items.replaceSubrange(from..., with: tail)
    var kept = from
    for index in from..<items.count {
      if kept > 0, isCopy(items[kept - 1], items[index], bytes) { continue }
      items[kept] = items[index]
      kept += 1
    }
    items.removeSubrange(kept...)
    return comeAfter
  }

  private func isCopy(
    _ left: Item, _ right: Item, _ bytes: (Item) -> UnsafeRawBufferPointer?
  ) -> Bool {
    guard left.clock == right.clock, left.key == right.key, left.check == right.check,
      let one = bytes(left), let other = bytes(right)
    else { return false }
    return compare(one, other) == 0
  }

  private func precedes(_ left: Item, _ right: Item) -> Bool {
    if left.clock != right.clock { return left.clock < right.clock }
    if left.key != right.key {
      let order = compareTexts(id(left.key), id(right.key))
      if order != 0 { return order < 0 }
    }
    return left.check < right.check
  }

  private func compareTexts(_ left: String, _ right: String) -> Int {
    withBytes(left) { one in withBytes(right) { compare(one, $0) } }
  }

  /// The decisions that are undone, up to an instant.
  func undone(until: Int64 = .max) -> Set<EntryKey> {
    var undone: Set<EntryKey> = []
    guard mayHave(.undo) else { return undone }
    forEach { item in
      guard item.kind >= Kind.undo.rawValue, item.at <= until else { return }
      if item.kind == Kind.undo.rawValue {
        undone.insert(item.targetKey)
      } else {
        undone.remove(item.targetKey)
      }
    }
    return undone
  }

  /// An entry's id, as it is written.
  func id(_ key: EntryKey) -> String { "\(tables.writers.text(UInt32(key.writer)))-\(key.number)" }

  /// The numbers of an id; nil where no entry has its writer.
  func key(_ id: String) -> EntryKey? {
    guard let dash = id.utf8.lastIndex(of: 0x2D) else { return nil }
    let digits = id[id.utf8.index(after: dash)...]
    guard let number = UInt32(digits), String(number) == digits,
      let writer = withBytes(String(id[..<dash]), { tables.writers.find($0) })
    else { return nil }
    return EntryKey(writer: UInt16(truncatingIfNeeded: writer), number: number)
  }

  /// The last entry that passes a test; the search begins at the end.
  func last(where passes: (Item) -> Bool) -> Item? {
    for index in stride(from: count - 1, through: 0, by: -1) where passes(self[index]) {
      return self[index]
    }
    return nil
  }

  /// The largest clock that a writer has to be after.
  func latestClock(at now: Instant) -> HybridTime? {
    last { HybridTime(packed: $0.clock).isAdoptable(at: now) }.map { HybridTime(packed: $0.clock) }
  }
}

extension HybridTime {
  var packed: UInt64 { UInt64(bitPattern: milliseconds) << 16 | UInt64(counter) }

  init(packed: UInt64) {
    self.init(milliseconds: Int64(packed >> 16), counter: UInt16(truncatingIfNeeded: packed))
  }
}
