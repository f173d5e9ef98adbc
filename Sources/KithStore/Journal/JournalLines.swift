import KithSystem

/// The journals' bytes as they were read, by which an entry's whole line can be had again.
struct JournalLines: Sendable {
  private(set) var names: [String] = []
  private var files: [MappedBytes] = []

  /// The place of a file, a new one where it is new; its bytes are those of now.
  mutating func place(_ name: String, _ bytes: MappedBytes) -> Int {
    if let index = names.firstIndex(of: name) {
      files[index] = bytes
      return index
    }
    names.append(name)
    files.append(bytes)
    return names.count - 1
  }

  /// The bytes of an entry's line; nil where the file has none there.
  func bytes(_ item: EntryLog.Item) -> UnsafeRawBufferPointer? {
    let (file, offset) = (Int(item.place >> 48), Int(item.place & 0xFFFF_FFFF_FFFF))
    guard file < files.count, offset + Int(item.length) <= files[file].bytes.count else {
      return nil
    }
    return UnsafeRawBufferPointer(
      rebasing: files[file].bytes[offset..<(offset + Int(item.length))])
  }

  /// An entry in full; nil where its line is not what it was.
  func entry(_ item: EntryLog.Item) -> JournalEntry? {
    guard let bytes = bytes(item) else { return nil }
    let line = withExtendedLifetime(files) { JournalLine(Array(bytes)[...]) }
    guard case .entry(let entry) = line else { return nil }
    return entry
  }
}

/// Every entry, the newest first; each is read when it is asked for.
public struct JournalListing: RandomAccessCollection, Equatable, Sendable {
  private let log: EntryLog
  private let undone: Set<EntryKey>
  private let lines: JournalLines
  /// Places in the log, where these are not all of them.
  private let places: [Int]?
  /// The imports whose rows the store has; nil where nobody asked.
  private let imports: Set<String>?

  init(
    _ log: EntryLog, _ lines: JournalLines, imports: Set<String>? = nil,
    only wanted: ((EntryLog.Item) -> Bool)? = nil
  ) {
    self.log = log
    self.lines = lines
    self.imports = imports
    undone = log.undone()
    places = wanted.map { wanted in (0..<log.count).filter { wanted(log[$0]) } }
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { places?.count ?? log.count }

  public subscript(position: Int) -> ListedEntry {
    let place = endIndex - 1 - position
    let item = log[places?[place] ?? place]
    let isUndone = item.isUndoable && undone.contains(item.key)
    // A line that was changed by hand since it was read is still listed.
    let entry =
      lines.entry(item)
      ?? JournalEntry(
        id: log.id(item.key), clock: HybridTime(packed: item.clock),
        at: Instant(milliseconds: item.at), by: log.tables.people.text(UInt32(item.person)),
        decision: .campaign(name: "", wave: nil, step: "unreadable"))
    let isImport = item.kind == EntryLog.Kind.imported.rawValue
    return ListedEntry(
      entry: entry, isUndone: isUndone, isUndoable: item.isUndoable && !isUndone,
      isAbsent: isImport && imports?.contains(entry.id) == false)
  }

  /// The entry with an id; the last, where several have it. Cost: one pass over numbers.
  public func entry(_ id: String) -> ListedEntry? {
    guard let key = log.key(id) else { return nil }
    for position in 0..<count {
      let place = endIndex - 1 - position
      if log[places?[place] ?? place].key == key { return self[position] }
    }
    return nil
  }

  public static func == (left: JournalListing, right: JournalListing) -> Bool {
    left.elementsEqual(right)
  }
}

/// An entry as the journal is listed.
public struct ListedEntry: Sendable, Equatable {
  public var entry: JournalEntry
  public var isUndone: Bool
  /// Whether it can be taken back now.
  public var isUndoable: Bool
  /// An import of which the store has no rows: it was cut short before they were in, was made in another
  /// copy, or all of them gave way or were erased.
  public var isAbsent = false
}

extension Decision {
  /// Whether it changes only the store's own state, so that taking it out of the fold takes it back.
  public var isUndoable: Bool {
    switch self {
    case .tagAdd, .tagRemove, .note, .owner, .suppressAdd, .suppressRemove, .alias: true
    case .imported, .campaign, .forget, .undo, .redo: false
    }
  }
}
