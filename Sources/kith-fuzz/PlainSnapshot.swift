import KithStore
import KithSystem

/// A log as lists of rows, read by the words of the specification: nothing in it is sorted, coded or
/// merged as the store does that, so that it can tell whether the store does it right.
struct PlainSnapshot: Snapshot {
  let generation = 1
  let horizon: Instant?
  let eventNames: Names
  let sources: Names
  let properties: [Column]
  let attributes: [Column]
  /// In byte order.
  private let users: [String]
  private let numbers: [[UInt8]: Int]
  /// By user, in order of time, then arrival.
  private let events: [[Sample.Event]]
  /// By user, in order of arrival.
  private let writes: [[Sample.Write]]

  init(_ sample: Sample) {
    users = distinct(sample.events.map(\.user)).sorted(by: precedes)
    let arrived = sample.events.enumerated().sorted { left, right in
      (left.element.run, left.offset) < (right.element.run, right.offset)
    }.map(\.element)
    let written = sample.writes.enumerated().sorted { left, right in
      (left.element.run, left.offset) < (right.element.run, right.offset)
    }.map(\.element)
    let arrivedBy = Dictionary(grouping: arrived) { Array($0.user.utf8) }
    let writtenBy = Dictionary(grouping: written) { Array($0.user.utf8) }
    events = users.map { user in
      (arrivedBy[Array(user.utf8)] ?? []).enumerated().sorted { left, right in
        (left.element.time, left.offset) < (right.element.time, right.offset)
      }.map(\.element)
    }
    writes = users.map { writtenBy[Array($0.utf8)] ?? [] }
    numbers = Dictionary(
      uniqueKeysWithValues: users.enumerated().map { (Array($1.utf8), $0) })
    horizon = sample.events.map(\.time).max()
    eventNames = Names(distinct(sample.events.map(\.name)))
    sources = Names(distinct(sample.events.map(\.source).filter { !$0.isEmpty }))
    properties = columns(sample.events.flatMap(\.properties))
    attributes = columns(sample.writes.flatMap(\.attributes))
  }

  var userCount: Int { users.count }
  var eventCount: Int { events.reduce(0) { $0 + $1.count } }
  func id(of user: Int) -> String { users[user] }
  func user(_ id: String) -> Int? { numbers[Array(id.utf8)] }

  func read(_ user: Int, into read: inout UserEvents) {
    read.rows = events[user].map { event in
      EventRow(
        time: event.time.milliseconds, event: eventNames.code(event.name) ?? absentCode,
        source: event.source.isEmpty ? absentCode : sources.code(event.source) ?? absentCode,
        value: event.value)
    }
    for (slot, index) in read.columns.enumerated() {
      read.codes[slot] = events[user].map { event in
        value(of: properties[index], in: event.properties) ?? absentCode
      }
    }
  }

  func attribute(_ index: Int, of user: Int, asOf instant: Instant) -> UInt32? {
    var last: (time: Instant, code: UInt32)?
    var earliest: (time: Instant, code: UInt32)?
    for write in writes[user] {
      guard let code = value(of: attributes[index], in: write.attributes) else { continue }
      if write.time <= instant, last.map({ $0.time <= write.time }) ?? true {
        last = (write.time, code)
      }
      if earliest.map({ write.time < $0.time }) ?? true { earliest = (write.time, code) }
    }
    return last?.code ?? earliest?.code
  }

  private func value(of column: Column, in cells: [Sample.Cell]) -> UInt32? {
    cells.first { isSame($0.name, column.name) && !$0.value.isEmpty }
      .flatMap { column.values.code($0.value) }
  }
}

/// Columns by name, each with the type that all its cells together give it.
private func columns(_ cells: [Sample.Cell]) -> [Column] {
  distinct(cells.map(\.name)).sorted(by: precedes).map { name in
    let values = distinct(
      cells.filter { isSame($0.name, name) && !$0.value.isEmpty }.map(\.value))
    let names = Names(values)
    if values.isEmpty { return Column(name: name, type: .text, values: names) }
    let numbers = values.compactMap(number)
    if numbers.count == values.count {
      return Column(name: name, type: .number, values: names, numbers: numbers)
    }
    let days = values.compactMap { Day($0) }
    if days.count == values.count {
      return Column(name: name, type: .date, values: names, days: days)
    }
    let areTruths = values.allSatisfy { ["true", "false"].contains($0) }
    return Column(name: name, type: areTruths ? .boolean : .text, values: names)
  }
}

/// `[+-]?digits[.digits]` of at most 18 digits.
private func number(_ text: String) -> Exact? {
  guard let match = text.wholeMatch(of: #/([+-]?)([0-9]+)(?:\.([0-9]+))?/#) else { return nil }
  let (whole, fraction) = (match.2, match.3 ?? "")
  guard whole.count + fraction.count <= 18, var units = Int128(whole + fraction) else { return nil }
  for _ in fraction.count..<18 { units *= 10 }
  return Exact(units: match.1 == "-" ? -units : units)
}

/// Texts that differ by a byte, each once, in the order they come.
private func distinct(_ texts: [String]) -> [String] {
  var seen: Set<[UInt8]> = []
  return texts.filter { seen.insert(Array($0.utf8)).inserted }
}

func isSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }

func precedes(_ left: String, _ right: String) -> Bool {
  left.utf8.lexicographicallyPrecedes(right.utf8)
}
