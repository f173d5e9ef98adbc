package import KithSystem

/// Rows of events as they arrive, column by column; `EventRunWriter` sorts them into a run.
package struct EventColumns {
  var users: DictionaryBuilder
  var times: [Int64] = []
  var events: DictionaryBuilder
  /// ``absentValue`` where empty.
  var values: [Int64] = []
  var absentValues = 0
  var sources: DictionaryBuilder
  /// nil until a file has such a column.
  var eventIDs: TextBuilder?
  var properties: [DictionaryBuilder] = []
  let seed: UInt64

  package init(seed: UInt64) {
    self.seed = seed
    users = DictionaryBuilder("user", seed: seed)
    events = DictionaryBuilder("event", seed: seed)
    sources = DictionaryBuilder("source", seed: seed)
  }

  var rows: Int { times.count }

  /// The place of a property, a new one where it is new; rows before it have no value there.
  mutating func property(_ name: String) -> Int {
    if let index = properties.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
      return index
    }
    properties.append(DictionaryBuilder(name, seed: seed, rows: rows))
    return properties.count - 1
  }

  /// Starts the column of event ids where there is none.
  mutating func beginEventIDs() {
    guard eventIDs == nil else { return }
    var column = TextBuilder()
    column.pad(to: rows)
    eventIDs = column
  }

  @inline(__always)
  mutating func append(_ value: Int64?) {
    values.append(value ?? absentValue)
    if value == nil { absentValues &+= 1 }
  }

  /// Some of the rows, in this order.
  func keeping(_ rows: [Int]) -> EventColumns {
    var kept = EventColumns(seed: seed)
    kept.users = users.keeping(rows, seed: seed)
    kept.times = rows.map { times[$0] }
    kept.events = events.keeping(rows, seed: seed)
    kept.values = rows.map { values[$0] }
    kept.absentValues = kept.values.count { $0 == absentValue }
    kept.sources = sources.keeping(rows, seed: seed)
    kept.eventIDs = eventIDs?.keeping(rows)
    kept.properties = properties.map { $0.keeping(rows, seed: seed) }
    return kept
  }

  /// Bytes of memory that the rows take until they are written.
  var memorySize: Int {
    let columns = [users, events, sources] + properties
    return rows * 20 + columns.reduce(0) { $0 + $1.memorySize }
  }

  /// Fills up the columns that the last file did not have.
  mutating func pad() {
    let rows = rows
    eventIDs?.pad(to: rows)
    for index in properties.indices { properties[index].pad(to: rows) }
  }
}

/// Stands for an empty value; far below what a value may be.
package let absentValue = Int64.min

/// Rows of user attributes as they arrive.
package struct UserColumns {
  var users: DictionaryBuilder
  var times: [Int64] = []
  var attributes: [DictionaryBuilder] = []
  let seed: UInt64

  package init(seed: UInt64) {
    self.seed = seed
    users = DictionaryBuilder("user", seed: seed)
  }

  var rows: Int { times.count }

  mutating func attribute(_ name: String) -> Int {
    if let index = attributes.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
      return index
    }
    attributes.append(DictionaryBuilder(name, seed: seed, rows: rows))
    return attributes.count - 1
  }

  /// Some of the rows, in this order.
  func keeping(_ rows: [Int]) -> UserColumns {
    var kept = UserColumns(seed: seed)
    kept.users = users.keeping(rows, seed: seed)
    kept.times = rows.map { times[$0] }
    kept.attributes = attributes.map { $0.keeping(rows, seed: seed) }
    return kept
  }

  mutating func pad() {
    let rows = rows
    for index in attributes.indices { attributes[index].pad(to: rows) }
  }

  /// Bytes of memory that the rows take until they are written.
  var memorySize: Int {
    ([users] + attributes).reduce(rows * 12) { $0 + $1.memorySize }
  }
}

extension EventColumns {
  /// Adds one row from texts, for a log that is made in memory.
  package mutating func append(
    user: String, time: Instant, event: String, value: Micros?, source: String,
    properties texts: [(name: String, value: String)]
  ) {
    for (name, value) in texts {
      let place = property(name)
      withBytes(value) { properties[place].append($0) }
    }
    withBytes(user) { users.append($0) }
    withBytes(event) { events.append($0) }
    withBytes(source) { sources.append($0) }
    append(value)
    times.append(time.milliseconds)
    pad()
  }
}

extension UserColumns {
  /// Adds one write of some attributes, for a log that is made in memory.
  package mutating func append(
    user: String, time: Instant, attributes texts: [(name: String, value: String)]
  ) {
    for (name, value) in texts {
      let place = attribute(name)
      withBytes(value) { attributes[place].append($0) }
    }
    withBytes(user) { users.append($0) }
    times.append(time.milliseconds)
    pad()
  }
}

func withBytes<Result>(_ text: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
  var text = text
  return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
}
