import KithSystem

/// Rows of events as one thread reads them, each of them checked before any column is touched.
///
/// Rows gather in columns of fixed size, which become a ``RowBlock`` when they are full. The user of a
/// fast line is only hashed at first: when the columns are full, all are looked up in one go, so that
/// the waits for memory overlap.
struct EventRows: RowTaker {
  static let fields: [Field] = Field.ofEvents
  static let required: [Field] = [.user, .time, .event]
  /// Few enough that the columns stay in the core's own cache.
  static let blockRows = 8192

  let worker: Int
  let seed: UInt64
  /// Keeps off the fast paths.
  var isCareful = false
  var users: TextIndex
  var events: NameIndex
  var sources: NameIndex
  var properties: [NameIndex] = []
  /// Columns without a name; left out where they turn out to be empty.
  private(set) var unnamed: Set<String> = []
  private(set) var hasEventIDs = false

  var times: TimeReader
  private let defaultSource: [UInt8]
  /// The columns of the present file.
  private(set) var place = Places()
  /// The number of rows in the columns below.
  var row = 0
  private var blocks: [RowBlock] = []
  private var memory = BlockMemories()
  private(set) var eventIDs: TextBuilder?
  var values: [(row: UInt32, value: Int64)] = []

  let pending = PendingRows(Self.blockRows)
  var propertyCodes: [UnsafeMutablePointer<UInt32>] = []
  var marks = MarkWindow()
  /// The cells of the present line.
  private(set) var cells = LineCells(0)
  /// The code that stands for no source: absent, or the default's.
  private(set) var emptySource = absentCode
  /// Whether a fast line had a user that is none; its chunk has to be read with care.
  var needsCare = false
  /// Whether a text may have come in with a line that was not taken.
  private(set) var mayHoldUnused = false
  /// The row that a line which is not taken yet has last brought a new text for.
  var newTextRow = -1

  struct Places {
    var user = 0
    var time = 0
    var event = 0
    var value: Int?
    var source: Int?
    var eventID: Int?
    var properties: [(column: Int, property: Int)] = []
  }

  init(worker: Int, seed: UInt64, zone: Zone, source: String?) {
    self.init(worker, seed, TimeReader(zone), Array((source ?? "").utf8))
  }

  private init(_ worker: Int, _ seed: UInt64, _ times: TimeReader, _ defaultSource: [UInt8]) {
    self.worker = worker
    self.seed = seed
    users = TextIndex(seed: seed)
    events = NameIndex("event", seed: seed)
    sources = NameIndex("source", seed: seed)
    self.times = times
    self.defaultSource = defaultSource
  }

  /// Forgets all rows, texts and columns, and gives their memory back; a header has to follow.
  mutating func renew() {
    let isCareful = isCareful
    free()
    self = EventRows(worker, seed, times, defaultSource)
    self.isCareful = isCareful
  }

  func free() {
    pending.free()
    for codes in propertyCodes { codes.deallocate() }
    marks.free()
    cells.free()
    users.free()
    for names in [events, sources] + properties { names.free() }
  }

  mutating func begin(_ header: Header) {
    place = Places(
      user: header.fields[.user] ?? 0, time: header.fields[.time] ?? 0,
      event: header.fields[.event] ?? 0, value: header.fields[.value],
      source: header.fields[.source], eventID: header.fields[.eventID])
    if place.eventID != nil, !hasEventIDs {
      hasEventIDs = true
      eventIDs = TextBuilder()
      eventIDs?.pad(to: row)
    }
    if !defaultSource.isEmpty {
      emptySource = padded(defaultSource) { sources.code($0) }
      mayHoldUnused = true
    }
    for other in header.others {
      place.properties.append((other.column, property(other.name)))
      if !other.isNamed { unnamed.insert(other.name) }
    }
    cells.free()
    cells = LineCells(header.count)
  }

  /// The place of a property, a new one where it is new; rows before it have no value there.
  private mutating func property(_ name: String) -> Int {
    if let index = properties.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
      return index
    }
    let codes = UnsafeMutablePointer<UInt32>.allocate(capacity: Self.blockRows)
    codes.initialize(repeating: absentCode, count: Self.blockRows)
    properties.append(NameIndex(name, seed: seed))
    propertyCodes.append(codes)
    return properties.count - 1
  }

  mutating func take(_ fields: [UnsafeRawBufferPointer]) -> RejectReason? {
    if row == Self.blockRows { flush() }
    let user = cell(fields, place.user)
    if let problem = userProblem(user) { return problem }
    let timeText = cell(fields, place.time)
    if timeText.isEmpty { return .timeMissing }
    let time: Int64
    do throws(TimeReader.Problem) {
      time = try times.read(timeText)
    } catch {
      return error == .outOfRange ? .timeOutOfRange : .timeUnreadable
    }
    let event = cell(fields, place.event)
    if event.isEmpty { return .eventMissing }
    let valueText = cell(fields, place.value)
    var value: Int64?
    if !valueText.isEmpty {
      do throws(ValueProblem) {
        value = try readValue(valueText)
      } catch {
        switch error {
        case .unreadable: return .valueUnreadable
        case .tooFine: return .valueTooFine
        case .tooLarge: return .valueTooLarge
        }
      }
    }
    if let start = user.baseAddress {
      pending.users[row] = users.code(start, user.count, users.hash(start, user.count))
    }
    pending.userSizes[row] = 0
    pending.times[row] = time
    pending.events[row] = events.code(event)
    let source = cell(fields, place.source)
    pending.sources[row] = source.isEmpty ? emptySource : sources.code(source)
    if let value { values.append((UInt32(truncatingIfNeeded: row), value)) }
    if hasEventIDs { eventIDs?.append(cell(fields, place.eventID)) }
    for (column, property) in place.properties {
      propertyCodes[property][row] = properties[property].code(cell(fields, column))
    }
    row += 1
    return nil
  }

  /// Makes a block of the rows that are there.
  mutating func flush() {
    guard row > 0 else { return }
    lookUpUsers()
    var names: [CodeSource] = [
      (pending.events, events.index.count), (pending.sources, sources.index.count),
    ]
    for (codes, property) in zip(propertyCodes, properties) {
      names.append((codes, property.index.count))
    }
    blocks.append(
      RowBlock(
        worker: worker, rows: row, users: pending.users, times: pending.times, names: names,
        values: values, eventIDs: eventIDs, in: &memory))
    reset()
  }

  /// What the next rows do not set is absent.
  private mutating func reset() {
    let used = min(row + 1, Self.blockRows)
    for codes in propertyCodes { codes.update(repeating: absentCode, count: used) }
    values.removeAll(keepingCapacity: true)
    if hasEventIDs { eventIDs = TextBuilder() }
    row = 0
  }

  mutating func endChunk() -> [RowBlock] {
    flush()
    defer { blocks = [] }
    return blocks
  }

  /// Takes back all rows of the chunk; texts that stand in no row are left out when a run is written.
  mutating func forgetChunk() {
    mayHoldUnused = true
    blocks = []
    reset()
    needsCare = false
  }

  mutating func appendEventID(_ text: UnsafeRawBufferPointer) { eventIDs?.append(text) }

  /// Takes back what a line that was not taken has put into columns that only grow.
  mutating func forgetLine() {
    mayHoldUnused = mayHoldUnused || newTextRow == row
    newTextRow = -1
    while let last = values.last, last.row >= UInt32(truncatingIfNeeded: row) {
      values.removeLast()
    }
    for codes in propertyCodes { codes[row] = absentCode }
    eventIDs?.cut(to: row)
  }

  static func count(_ blocks: [RowBlock]) -> Int { blocks.reduce(0) { $0 + $1.rows } }

  /// With the word that each row is sorted by.
  static func size(_ blocks: [RowBlock]) -> Int {
    blocks.reduce(0) { $0 + $1.size + $1.rows * 8 }
  }

  /// Sorting the users takes as much again.
  var textSize: Int {
    2 * users.memorySize
      + ([events, sources] + properties).reduce(0) { $0 + $1.index.memorySize }
  }
}

/// The columns of the rows that are not a block yet, by row.
struct PendingRows {
  /// A user with a size is looked up later, by its text and hash; one without has its code.
  let userStarts: UnsafeMutablePointer<UnsafeRawPointer?>
  let userSizes: UnsafeMutablePointer<UInt32>
  let userHashes: UnsafeMutablePointer<UInt64>
  let users: UnsafeMutablePointer<UInt32>
  let times: UnsafeMutablePointer<Int64>
  let events: UnsafeMutablePointer<UInt32>
  let sources: UnsafeMutablePointer<UInt32>

  fileprivate init(_ rows: Int) {
    userStarts = .allocate(capacity: rows)
    userSizes = .allocate(capacity: rows)
    userHashes = .allocate(capacity: rows)
    userHashes.initialize(repeating: 0, count: rows)
    users = .allocate(capacity: rows)
    times = .allocate(capacity: rows)
    events = .allocate(capacity: rows)
    sources = .allocate(capacity: rows)
  }

  fileprivate func free() {
    userStarts.deallocate()
    userSizes.deallocate()
    userHashes.deallocate()
    users.deallocate()
    times.deallocate()
    events.deallocate()
    sources.deallocate()
  }
}

/// Lends bytes with others behind them, as look-ups want them.
func padded<Result>(_ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
  (bytes + [UInt8](repeating: 0, count: 16)).withUnsafeBytes {
    body(UnsafeRawBufferPointer(rebasing: $0.prefix(bytes.count)))
  }
}
