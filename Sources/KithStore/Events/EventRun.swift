import KithSystem

/// One run of events, opened: its columns in place, and where each user's rows begin.
///
/// Rows are sorted by user (the dictionary is in byte order, so code order is id order), then time,
/// then arrival. Cost of opening: one pass over the columns, in which each code is checked.
struct EventRun: Sendable {
  static let kind = "kith:events"

  let name: String
  let rows: Int
  let users: TextTable
  /// User `u` has the rows `starts[u]..<starts[u + 1]`.
  let starts: [Int]
  let times: IntegerView
  let events: DictionaryColumn
  let sources: DictionaryColumn
  let values: IntegerView
  let eventIDs: TextColumn?
  let properties: [DictionaryColumn]
  private let owner: MappedBytes

  init(_ mapped: MappedBytes, name: String) throws(DamagedFile) {
    let file = try ArrowFile(mapped, name: name, kind: Self.kind)
    self.name = name
    rows = file.rows
    owner = mapped
    (users, starts, times) = try file.userRows(time: "time")
    events = try file.dictionary(try file.place("event"))
    guard events.codes.validity == nil else { throw DamagedFile(name, .type(column: "event")) }
    sources = try file.dictionary(try file.place("source"))
    values = try file.integers(try file.place("value"))
    eventIDs = try file.column("event_id").map { (place) throws(DamagedFile) in
      let (texts, validity) = try file.texts(place)
      return TextColumn(texts: texts, validity: validity)
    }
    properties = try file.marked("property")
  }

  func rows(of user: Int) -> Range<Int> { starts[user]..<starts[user + 1] }
}

/// One run of user attributes, opened: each row is a write of some columns at a time.
///
/// Rows are sorted by user, then time, then arrival; an empty cell is no write.
struct UserRun: Sendable {
  static let kind = "kith:users"

  let name: String
  let rows: Int
  let users: TextTable
  let starts: [Int]
  let times: IntegerView
  let attributes: [DictionaryColumn]
  private let owner: MappedBytes

  init(_ mapped: MappedBytes, name: String) throws(DamagedFile) {
    let file = try ArrowFile(mapped, name: name, kind: Self.kind)
    self.name = name
    rows = file.rows
    owner = mapped
    (users, starts, times) = try file.userRows(time: "updated_at")
    attributes = try file.marked("attribute")
  }

  func rows(of user: Int) -> Range<Int> { starts[user]..<starts[user + 1] }
}

struct DictionaryColumn: Sendable {
  let name: String
  let codes: CodeView
  let texts: TextTable
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
    let name = schema.fields[place].name
    guard texts.isSorted else { throw DamagedFile(self.name, .order(column: name)) }
    return DictionaryColumn(name: name, codes: codes, texts: texts)
  }

  /// The columns that are noted to be a property or an attribute.
  func marked(_ role: String) throws(DamagedFile) -> [DictionaryColumn] {
    var columns: [DictionaryColumn] = []
    for (place, field) in schema.fields.enumerated() where field.notes["role"] == role {
      columns.append(try dictionary(place))
    }
    return columns
  }

  /// The users, where the rows of each begin, and all times; the order of all is checked.
  func userRows(
    time: String
  ) throws(DamagedFile) -> (users: TextTable, starts: [Int], times: IntegerView) {
    let users = try dictionary(try place("user"))
    let times = try integers(try place(time))
    guard users.codes.validity == nil, times.validity == nil else {
      throw DamagedFile(name, .type(column: "user"))
    }
    var starts: [Int] = []
    starts.reserveCapacity(users.texts.count + 1)
    var before = Int64.min
    var inRange = true
    for row in 0..<rows {
      let user = Int(users.codes[row])
      if user == starts.count {
        starts.append(row)
        before = .min
      }
      let instant = times.numbers[row]
      guard user + 1 == starts.count, instant >= before else {
        throw DamagedFile(name, .order(column: user + 1 == starts.count ? time : "user"))
      }
      inRange = inRange && instant >= 0 && instant <= Instant.latest.milliseconds
      before = instant
    }
    guard starts.count == users.texts.count else {
      throw DamagedFile(name, .order(column: "user"))
    }
    guard inRange else { throw DamagedFile(name, .order(column: time)) }
    starts.append(rows)
    return (users.texts, starts, times)
  }
}
