import KithSystem

/// One run of events, opened: its columns in place.
///
/// Rows are sorted by user (the dictionary is in byte order, so code order is id order), then time,
/// then arrival. Opening looks at the file's directory alone; ``check()`` looks at every row.
struct EventRun: Sendable {
  static let kind = "kith:events"

  let name: String
  let rows: Int
  let users: TextTable
  let userCodes: CodeView
  let times: IntegerView
  let events: DictionaryColumn
  let sources: DictionaryColumn
  let values: IntegerView
  let eventIDs: TextColumn?
  let properties: [DictionaryColumn]
  /// Where the rows of each user begin.
  let rowStarts: RunStarts
  let imports: RunImports?
  let derived: DerivedState
  private let owner: MappedBytes
  /// Whether walks over all rows let go of the pages behind them, since nobody is to ask for them soon.
  var isReadOnce = false

  init(_ mapped: MappedBytes, name: String) throws(DamagedFile) {
    try self.init(mapped, name: name, derived: DerivedState())
  }

  /// - Parameter imports: those of the manifest, in order of arrival.
  init(
    _ mapped: MappedBytes, name: String, imports: [Manifest.Import] = [], derived: DerivedState
  ) throws(DamagedFile) {
    let file = try ArrowFile(mapped, name: name, kind: Self.kind)
    self.name = name
    self.derived = derived
    rows = file.rows
    owner = mapped
    let user = try file.dictionary(try file.place("user"))
    (users, userCodes) = (user.texts, user.codes)
    times = try file.integers(try file.place("time"))
    guard userCodes.validity == nil, userCodes.bits == 32, times.validity == nil else {
      throw DamagedFile(name, .type(column: "user"))
    }
    events = try file.dictionary(try file.place("event"))
    guard events.codes.validity == nil else { throw DamagedFile(name, .type(column: "event")) }
    sources = try file.dictionary(try file.place("source"))
    values = try file.integers(try file.place("value"))
    eventIDs = try file.column("event_id").map { (place) throws(DamagedFile) in
      let (texts, validity) = try file.texts(place)
      return TextColumn(texts: texts, validity: validity)
    }
    properties = try file.marked("property")
    self.imports = try RunImports(file, imports)
    rowStarts = try RunStarts(of: file, userCodes, users: users.count)
  }

  /// User `u` has the rows `starts[u]..<starts[u + 1]`.
  var starts: Starts { rowStarts.all }

  @inline(__always)
  func rows(of user: Int) -> Range<Int> { rowStarts.rows(of: user) }

  /// Cuts rows into parts, between which pages go where they are read once.
  func forEachPart(of rows: Range<Int>, _ body: (Range<Int>) -> Void) {
    var (start, held) = (rows.lowerBound, rows.lowerBound)
    while start < rows.upperBound {
      let end = min(rows.upperBound, isReadOnce ? start + Self.rowsHeld : rows.upperBound)
      body(start..<end)
      start = end
      passed(end, since: &held)
    }
  }

  /// Lets pages go where a walk has left them behind: it has come to `row`, and let them go at `last`.
  @inline(__always)
  func passed(_ row: Int, since last: inout Int) {
    guard row &- last >= Self.rowsHeld, isReadOnce else { return }
    owner.letPagesGo()
    last = row
  }

  private static var rowsHeld: Int { 1 << 22 }

  func letPagesGo() { owner.letPagesGo() }

  /// Copies a part of a column's bytes; see ``MappedBytes/copy(_:to:)``.
  func copy(_ part: UnsafeRawBufferPointer, to memory: UnsafeMutableRawPointer) {
    owner.copy(part, to: memory)
  }

  /// Looks at every row: codes, order, times; and at the order of each dictionary.
  func check() throws(DamagedFile) {
    guard users.hasSoundOffsets, users.isSorted else {
      throw DamagedFile(name, .order(column: "user"))
    }
    for column in [events, sources] + properties { try column.check(rows: rows, in: name) }
    try checkOrder(of: times, users: userCodes, count: users.count, rows: rows, in: name, "time")
    try rowStarts.check(against: userCodes, users: users.count, in: name)
  }
}

/// One run of user attributes, opened: each row is a write of some columns at a time.
///
/// Rows are sorted by user, then time, then arrival; an empty cell is no write.
struct UserRun: Sendable {
  static let kind = "kith:users"

  let name: String
  let rows: Int
  let users: TextTable
  private let rowStarts: RunStarts
  let userCodes: CodeView
  let times: IntegerView
  let attributes: [DictionaryColumn]
  let imports: RunImports?
  private let owner: MappedBytes

  /// - Parameter imports: those of the manifest, in order of arrival.
  init(
    _ mapped: MappedBytes, name: String, imports: [Manifest.Import] = []
  ) throws(DamagedFile) {
    let file = try ArrowFile(mapped, name: name, kind: Self.kind)
    self.name = name
    rows = file.rows
    owner = mapped
    let user = try file.dictionary(try file.place("user"))
    (users, userCodes) = (user.texts, user.codes)
    times = try file.integers(try file.place("updated_at"))
    guard userCodes.validity == nil, userCodes.bits == 32, times.validity == nil else {
      throw DamagedFile(name, .type(column: "user"))
    }
    rowStarts = try RunStarts(of: file, userCodes, users: users.count)
    attributes = try file.marked("attribute")
    self.imports = try RunImports(file, imports)
  }

  /// As ``EventRun/check()``.
  func check() throws(DamagedFile) {
    guard users.hasSoundOffsets, users.isSorted else {
      throw DamagedFile(name, .order(column: "user"))
    }
    for column in attributes { try column.check(rows: rows, in: name) }
    try checkOrder(
      of: times, users: userCodes, count: users.count, rows: rows, in: name, "updated_at")
    try rowStarts.check(against: userCodes, users: users.count, in: name)
  }

  func rows(of user: Int) -> Range<Int> { rowStarts.rows(of: user) }
}

struct DictionaryColumn: Sendable {
  let name: String
  let codes: CodeView
  let texts: TextTable

  func check(rows: Int, in file: String) throws(DamagedFile) {
    guard texts.hasSoundOffsets, texts.isSorted else {
      throw DamagedFile(file, .order(column: name))
    }
    guard codes.areBelow(texts.count, rows: rows) else {
      throw DamagedFile(file, .code(column: name))
    }
  }
}

/// Texts that stand row by row.
struct TextColumn: @unchecked Sendable {  // memory that is never written, owned by the texts
  let texts: TextTable
  let validity: UnsafeRawBufferPointer?

  /// nil where empty.
  subscript(row: Int) -> UnsafeRawBufferPointer? {
    if let validity, !isSet(validity, row) { return nil }
    return texts[row]
  }
}

extension ArrowFile {
  func place(_ name: String) throws(DamagedFile) -> Int {
    guard let place = column(name) else { throw DamagedFile(self.name, .missing(column: name)) }
    return place
  }

  func dictionary(_ place: Int) throws(DamagedFile) -> DictionaryColumn {
    let (codes, texts) = try codes(place)
    return DictionaryColumn(name: schema.fields[place].name, codes: codes, texts: texts)
  }

  /// The columns that are noted to be a property or an attribute.
  func marked(_ role: String) throws(DamagedFile) -> [DictionaryColumn] {
    var columns: [DictionaryColumn] = []
    for (place, field) in schema.fields.enumerated() where field.notes["role"] == role {
      columns.append(try dictionary(place))
    }
    return columns
  }
}

/// Whether rows are in order of user and time, and times within their bounds. Cost: one pass.
private func checkOrder(
  of times: IntegerView, users: CodeView, count: Int, rows: Int, in file: String, _ column: String
) throws(DamagedFile) {
  var user: UInt32?
  var seen = 0
  var before = Int64.min
  var inRange = true
  for row in 0..<rows {
    let next = users[row]
    if next != user {
      guard Int(next) == seen else { throw DamagedFile(file, .order(column: "user")) }
      (user, before) = (next, .min)
      seen += 1
    }
    let instant = times.numbers[row]
    guard instant >= before else { throw DamagedFile(file, .order(column: column)) }
    inRange = inRange && instant >= 0 && instant <= Instant.latest.milliseconds
    before = instant
  }
  guard seen == count else { throw DamagedFile(file, .order(column: "user")) }
  guard inRange else { throw DamagedFile(file, .order(column: column)) }
}
