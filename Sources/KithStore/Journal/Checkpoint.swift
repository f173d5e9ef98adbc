// cache/journal: the journals as they were read last, in the form in which they are folded. A head of
// JSON, then parts, each aligned to 64 bytes and held against its CRC-32C before anything of it is used:
//
//   KITHLOG1 · size of the head (8 bytes) · head · parts
//
// The head has the files with what was read of each, the short tables, and where the parts lie. Users
// are sorted by bytes and numbered in that order. Any doubt, and the journals are read from their
// beginning: nothing but time depends on this file.

import KithSystem

struct Checkpoint {
  var files: [JournalProgress]
  /// The places of the files.
  var names: [String]
  var log: EntryLog

  static let name = "cache/journal"
  private static let magic = Array("KITHLOG1".utf8)

  static func read(_ system: any FileSystem) -> Checkpoint? {
    guard let mapped = try? system.map(name) else { return nil }
    return Checkpoint(mapped)
  }

  private init?(_ mapped: MappedBytes) {
    let bytes = mapped.bytes
    guard bytes.count > 16, bytes.prefix(8).elementsEqual(Self.magic) else { return nil }
    let size = Int(
      truncatingIfNeeded: UInt64(
        littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    guard size > 0, size <= bytes.count - 16,
      let head = try? JSON(utf8: Array(bytes[16..<(16 + size)])[...]),
      let parts = CheckpointParts(head, mapped)
    else { return nil }
    guard let ends = parts.numbers("user_ends", Int64.self), let ids = parts.bytes("user_ids"),
      let items = parts.numbers("items", EntryLog.Item.self),
      let members = parts.numbers("members", UInt32.self)
    else { return nil }
    var tables = EntryLog.Tables()
    guard ends.count > 0,
      let users = TextTable(
        count: ends.count - 1, offsets: UnsafeRawBufferPointer(ends), large: true, bytes: ids,
        owner: mapped),
      users.hasSoundOffsets
    else { return nil }
    tables.users = UserTable(base: users)
    for (name, table) in Self.tables {
      guard let texts = parts.texts(name) else { return nil }
      for text in texts { withBytes(text) { _ = tables[keyPath: table].code($0) } }
      guard tables[keyPath: table].count == texts.count else { return nil }
    }
    guard let counts = head["set_counts"]?.array?.compactMap(\.int),
      counts.count == tables.sets.count
    else { return nil }
    tables.setCounts = counts
    for index in counts.indices {
      guard let chunks = parts.numbers("set_chunks_\(index)", UInt32.self),
        let words = parts.numbers("set_words_\(index)", UInt64.self),
        let users = SparseBits(chunks: Array(chunks), words: Array(words))
      else { return nil }
      tables.setUsers.append(users)
    }
    guard let files = head["files"]?.array?.compactMap({ JournalProgress($0) }),
      let names = parts.texts("names"),
      files.count == head["files"]?.array?.count
    else { return nil }
    self.files = files
    self.names = names
    log = EntryLog(
      base: EntryLog.Base(items: items, members: members, owner: mapped), tables: tables)
    guard let kinds = log.soundKinds(files: names.count) else { return nil }
    log.note(kinds: kinds)
  }

  /// Every table that is kept in the head, by its name there.
  private static var tables: [(String, WritableKeyPath<EntryLog.Tables, Interner>)] {
    [
      ("writers", \.writers), ("people", \.people), ("tags", \.tags), ("owners", \.owners),
      ("hashes", \.hashes), ("reasons", \.reasons), ("digests", \.digests), ("sets", \.sets),
    ]
  }

  /// Writes what was read; false where the disk does not take it.
  static func write(
    _ log: EntryLog, _ files: [JournalProgress], _ names: [String], to system: any FileSystem
  ) -> Bool {
    var parts: [(name: String, bytes: [UInt8])] = []
    func add<Number>(_ name: String, _ numbers: [Number]) {
      parts.append((name, numbers.withUnsafeBytes { Array($0) }))
    }
    let (users, places) = log.tables.users.sorted()
    add("user_ends", (0...users.count).map { Int64(users.end($0)) })
    add("user_ids", Array(users.all))
    // Members of hashes and digests keep their numbers, those of users get the new ones.
    var items: [EntryLog.Item] = []
    items.reserveCapacity(log.count)
    var members: [UInt32] = []
    log.forEach { item in
      var moved = item
      if item.count != EntryLog.Item.isSet {
        moved.first = UInt32(members.count)
        let areUsers = EntryLog.Kind(rawValue: item.kind)?.namesUsers ?? false
        log.forEachMember(item) { members.append(areUsers ? places[Int($0)] : $0) }
      }
      items.append(moved)
    }
    add("items", items)
    add("members", members)
    for (index, users) in log.tables.setUsers.enumerated() {
      let moved = users?.renumbered(places) ?? SparseBits()
      add("set_chunks_\(index)", moved.chunks)
      add("set_words_\(index)", moved.words)
    }
    var head: [JSON.Member] = [
      .init("files", .array(files.map(\.json))),
      .init("names", .array(names.map { .string($0) })),
      .init("set_counts", .array(log.tables.setCounts.map { .int($0) })),
    ]
    for (name, table) in tables {
      let table = log.tables[keyPath: table]
      head.append(
        .init(name, .array((0..<UInt32(table.count)).map { .string(table.text($0)) })))
    }
    var offset = 0
    var layout: [JSON] = []
    for (name, bytes) in parts {
      layout.append([
        "name": .string(name), "offset": .int(offset), "size": .int(bytes.count),
        "crc": .int(CRC32C.of(bytes)),
      ])
      offset += padded(bytes.count)
    }
    head.append(.init("parts", .array(layout)))
    var text = Array(JSON.object(head).compact.utf8)
    text.append(
      contentsOf: repeatElement(0x20, count: padded(16 + text.count) - 16 - text.count))
    return (try? put(text, parts.map(\.bytes), to: system)) != nil
  }

  private static func put(
    _ head: [UInt8], _ parts: [[UInt8]], to system: any FileSystem
  ) throws(FileError) {
    try system.makeDirectory("cache")
    // Without a sync: what a power cut tears, its checksums tell.
    try system.replace(name) { (file) throws(FileError) in
      let size = withUnsafeBytes(of: UInt64(head.count).littleEndian) { Array($0) }
      try file.write(magic + size + head)
      for part in parts {
        try file.write(part)
        try file.write([UInt8](repeating: 0, count: padded(part.count) - part.count))
      }
    }
  }
}

/// The parts of a checkpoint, each held against its checksum.
private struct CheckpointParts {
  private let head: JSON
  private var parts: [String: UnsafeRawBufferPointer] = [:]

  init?(_ head: JSON, _ mapped: MappedBytes) {
    self.head = head
    let size = Int(
      UInt64(littleEndian: mapped.bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    let start = 16 + size
    guard start % arrowAlignment == 0, let list = head["parts"]?.array else { return nil }
    for part in list {
      guard let name = part["name"]?.string, let offset = part["offset"]?.int,
        let size = part["size"]?.int, let crc = part["crc"]?.int, offset >= 0, size >= 0,
        offset % arrowAlignment == 0, offset <= mapped.bytes.count - start,
        size <= mapped.bytes.count - start - offset
      else { return nil }
      let bytes = UnsafeRawBufferPointer(
        rebasing: mapped.bytes[(start + offset)..<(start + offset + size)])
      guard Int(CRC32C.of(bytes)) == crc else { return nil }
      parts[name] = bytes
    }
  }

  func bytes(_ name: String) -> UnsafeRawBufferPointer? { parts[name] }

  func numbers<Number>(_ name: String, _: Number.Type) -> UnsafeBufferPointer<Number>? {
    guard let bytes = parts[name], bytes.count % MemoryLayout<Number>.stride == 0 else {
      return nil
    }
    return bytes.bindMemory(to: Number.self)
  }

  func texts(_ name: String) -> [String]? {
    guard let elements = head[name]?.array else { return nil }
    let texts = elements.compactMap(\.string)
    return texts.count == elements.count ? texts : nil
  }
}

extension EntryLog {
  /// The kinds of the checkpoint's entries, a bit for each; nil where a number in one stands for nothing.
  fileprivate func soundKinds(files: Int) -> UInt32? {
    var kinds: UInt32 = 0
    let users = UInt32(tables.users.count)
    for item in base.items {
      guard let kind = Kind(rawValue: item.kind), Int(item.writer) < tables.writers.count,
        Int(item.person) < tables.people.count, Int(item.place >> 48) < files
      else { return nil }
      kinds |= 1 << UInt32(item.kind)
      let limit: Int =
        switch kind {
        case .tagAdd, .tagRemove: tables.tags.count
        case .owner: tables.owners.count + 1
        case .suppressAdd: tables.reasons.count
        case .forget: tables.hashes.count
        default: .max
        }
      guard Int(item.subject) < limit else { return nil }
      if item.count == Item.isSet {
        guard Int(item.first) < tables.sets.count else { return nil }
        continue
      }
      guard Int(item.first) + Int(item.count) <= base.members.count else { return nil }
      let ends: UInt32 =
        kind.namesUsers
        ? users : UInt32(kind == .imported ? tables.digests.count : tables.hashes.count)
      for index in 0..<Int(item.count) where base.members[Int(item.first) + index] >= ends {
        return nil
      }
    }
    return tables.setUsers.allSatisfy { ($0?.last ?? 0) < max(1, users) } ? kinds : nil
  }
}

extension EntryLog.Kind {
  /// Whether an entry's members are users.
  var namesUsers: Bool {
    switch self {
    case .tagAdd, .tagRemove, .owner, .note, .alias: true
    case .suppressAdd, .suppressRemove, .imported, .campaign, .forget, .undo, .redo: false
    }
  }
}

extension JournalProgress {
  fileprivate var json: JSON {
    [
      "name": .string(name), "length": .int(length), "lines": .int(lines),
      "number": .int(largestNumber), "damaged": .array(damagedLines.map { .int($0) }),
      "samples": .int(samples),
    ]
  }

  fileprivate init?(_ value: JSON) {
    guard let name = value["name"]?.string, let length = value["length"]?.int, length >= 0,
      let lines = value["lines"]?.int, let number = value["number"]?.int,
      let damaged = value["damaged"]?.array?.compactMap(\.int),
      let samples = value["samples"]?.int.flatMap({ UInt32(exactly: $0) })
    else { return nil }
    self.init(
      name: name, length: length, lines: lines, largestNumber: number, damagedLines: damaged,
      samples: samples)
  }
}
