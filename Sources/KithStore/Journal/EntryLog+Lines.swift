// A line as this program writes it is read where it lies, member by member in the order of the format.
// Whatever is not in that form (escapes, members of later versions, decisions that are rare) goes the
// slow way, through the JSON reader, to the same outcome.

import KithSystem

extension EntryLog {
  /// What a line was.
  enum Taken: Equatable {
    case entry
    case header(format: Int)
    /// A decision of a newer version, by its `do`.
    case unknown(String)
    /// Not a line that was written in whole.
    case damaged
  }

  /// Takes in a line without its newline.
  mutating func take(_ line: UnsafeRawBufferPointer, place: UInt64) -> Taken {
    guard let check = sealedCheck(line) else { return .damaged }
    var item = Item(
      clock: 0, at: 0, place: place, number: 0, check: check, subject: 0, first: 0, count: 0,
      length: UInt32(truncatingIfNeeded: line.count), writer: 0, person: 0, target: 0, kind: 0)
    let start = members.count
    if takeFast(line, &item) {
      append(item)
      return .entry
    }
    members.removeSubrange(start...)
    switch JournalLine(Array(line)[...]) {
    case .header(let format, _): return .header(format: format)
    case .unknown(let kind): return .unknown(kind)
    case .damaged: return .damaged
    case .entry(let entry):
      guard take(entry, &item) else { return .damaged }
      append(item)
      return .entry
    }
  }

  private mutating func take(_ entry: JournalEntry, _ item: inout Item) -> Bool {
    item.clock = entry.clock.packed
    item.at = entry.at.milliseconds
    guard let key = withBytes(entry.id, { newKey($0) }),
      let person = withBytes(entry.by, { small(&tables.people, $0) })
    else { return false }
    (item.writer, item.number, item.person) = (key.writer, key.number, person)
    switch entry.decision {
    case .tagAdd(let tag, let users):
      item.set(.tagAdd, withBytes(tag) { tables.tags.code($0) })
      take(users, &item)
    case .tagRemove(let tag, let users):
      item.set(.tagRemove, withBytes(tag) { tables.tags.code($0) })
      take(users, &item)
    case .owner(let owner, let users):
      item.set(.owner, owner.isEmpty ? 0 : withBytes(owner) { tables.owners.code($0) } + 1)
      take(users, &item)
    case .note(let user, _):
      item.set(.note, 0)
      take(.named([user]), &item)
    case .suppressAdd(let hashes, let reason):
      item.set(.suppressAdd, withBytes(reason) { tables.reasons.code($0) })
      begin(&item, hashes.map { hash in withBytes(hash) { tables.hashes.code($0) } })
    case .suppressRemove(let hashes):
      item.set(.suppressRemove, 0)
      begin(&item, hashes.map { hash in withBytes(hash) { tables.hashes.code($0) } })
    case .alias(let users):
      item.set(.alias, 0)
      take(.named(users), &item)
    case .imported: item.set(.imported, 0)
    case .campaign: item.set(.campaign, 0)
    case .forget(let hash): item.set(.forget, withBytes(hash) { tables.hashes.code($0) })
    case .undo(let target): setTarget(.undo, target, &item)
    case .redo(let target): setTarget(.redo, target, &item)
    }
    return true
  }

  /// An id of another form is of no entry, so there is nothing to take back.
  private mutating func setTarget(_ kind: Kind, _ target: String, _ item: inout Item) {
    let key = withBytes(target) { newKey($0) }
    item.set(kind, key?.number ?? 0)
    item.target = key?.writer ?? .max
  }

  private mutating func take(_ list: UserList, _ item: inout Item) {
    switch list {
    case .named(let names):
      begin(&item, names.map { name in withBytes(name) { tables.users.intern($0) } })
    case .set(let digest, let count):
      let code = withBytes(digest) { tables.sets.code($0) }
      if Int(code) == tables.setCounts.count {
        tables.setCounts.append(count)
        tables.setUsers.append(nil)
      }
      (item.first, item.count) = (code, Item.isSet)
    }
  }

  private mutating func begin(_ item: inout Item, _ numbers: [UInt32]) {
    (item.first, item.count) = (nextMember, UInt32(numbers.count))
    members.append(contentsOf: numbers)
  }

  /// The key of an id, its writer numbered; nil where it is not `<writer>-<number>`.
  private mutating func newKey(_ id: UnsafeRawBufferPointer) -> EntryKey? {
    guard let dash = id.lastIndex(of: 0x2D), dash > 0, id.count > dash + 1, id.count < dash + 12,
      id[dash + 1] != 0x30 || id.count == dash + 2
    else { return nil }
    var number: UInt64 = 0
    for byte in id[(dash + 1)...] {
      guard byte &- 0x30 < 10 else { return nil }
      number = number * 10 + UInt64(byte &- 0x30)
    }
    guard number <= UInt64(UInt32.max),
      let writer = small(&tables.writers, UnsafeRawBufferPointer(rebasing: id[..<dash]))
    else { return nil }
    return EntryKey(writer: writer, number: UInt32(number))
  }

  private mutating func takeFast(_ line: UnsafeRawBufferPointer, _ item: inout Item) -> Bool {
    var scan = LineScan(line)
    guard scan.take("{\"id\":"), let id = scan.text(), let key = newKey(id),
      scan.take(",\"hlc\":"), let clock = scan.text().flatMap(hexNumber),
      scan.take(",\"at\":"), let at = scan.text().flatMap(milliseconds(rfc3339:)),
      scan.take(",\"by\":"), let by = scan.text(), let person = small(&tables.people, by),
      scan.take(",\"do\":"), let kind = scan.text()
    else { return false }
    (item.clock, item.at, item.writer, item.number, item.person) =
      (clock, at, key.writer, key.number, person)
    if equal(kind, "tag.add") || equal(kind, "tag.remove") {
      guard scan.take(",\"tag\":"), let tag = scan.text(), scan.take(",\"users\":") else {
        return false
      }
      item.set(kind.count == 7 ? .tagAdd : .tagRemove, tables.tags.code(tag))
    } else if equal(kind, "owner") {
      guard scan.take(",\"owner\":"), let owner = scan.text(), scan.take(",\"users\":") else {
        return false
      }
      item.set(.owner, owner.isEmpty ? 0 : tables.owners.code(owner) + 1)
    } else if equal(kind, "note") {
      guard scan.take(",\"user\":"), let user = scan.text(), scan.take(",\"text\":"),
        scan.text() != nil, scan.isAtSeal
      else { return false }
      item.set(.note, 0)
      begin(&item, [])
      item.count = 1
      members.append(tables.users.intern(user))
      return true
    } else if equal(kind, "suppress.add") {
      guard scan.take(",\"hashes\":"), takeList(&scan, &item, hashes: true),
        scan.take(",\"reason\":"), let reason = scan.text(), scan.isAtSeal
      else { return false }
      item.set(.suppressAdd, tables.reasons.code(reason))
      return true
    } else if equal(kind, "undo") || equal(kind, "redo") {
      guard scan.take(",\"entry\":"), let target = scan.text().flatMap({ newKey($0) }),
        scan.isAtSeal
      else { return false }
      item.set(equal(kind, "undo") ? .undo : .redo, target.number)
      item.target = target.writer
      return true
    } else {
      return false
    }
    return takeList(&scan, &item, hashes: false) && scan.isAtSeal
  }

  private mutating func takeList(
    _ scan: inout LineScan, _ item: inout Item, hashes: Bool
  ) -> Bool {
    guard scan.take("[") else { return false }
    item.first = nextMember
    if !scan.take("]") {
      repeat {
        guard let text = scan.text() else { return false }
        members.append(hashes ? tables.hashes.code(text) : tables.users.intern(text))
      } while scan.take(",")
      guard scan.take("]") else { return false }
    }
    item.count = nextMember - item.first
    return true
  }
}

extension EntryLog.Item {
  fileprivate mutating func set(_ kind: EntryLog.Kind, _ subject: UInt32) {
    self.kind = kind.rawValue
    self.subject = subject
  }
}

/// The number of a text in a table of fewer than 65,535.
private func small(_ table: inout Interner, _ text: UnsafeRawBufferPointer) -> UInt16? {
  let code = table.code(text)
  return code < UInt32(UInt16.max) ? UInt16(code) : nil
}
