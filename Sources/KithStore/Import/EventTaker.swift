import KithSystem

/// Rows of events. A row is checked in the order user, time, event, value, and touches no column
/// before all of it holds.
struct EventTaker: RowTaker {
  static let fields: [Field] = Field.ofEvents
  static let required: [Field] = [.user, .time, .event]

  private(set) var columns: EventColumns
  private var times: TimeReader
  private let defaultSource: [UInt8]
  private var place = Places()
  /// Columns without a name; left out where they turn out to be empty.
  private var unnamed: Set<String> = []

  private struct Places {
    var user = 0
    var time = 0
    var event = 0
    var value: Int?
    var source: Int?
    var eventID: Int?
    var properties: [(column: Int, property: Int)] = []
  }

  init(seed: UInt64, zone: Zone, source: String?) {
    columns = EventColumns(seed: seed)
    times = TimeReader(zone)
    defaultSource = Array((source ?? "").utf8)
  }

  var rows: Int { columns.rows }

  mutating func begin(_ header: Header) {
    place = Places(
      user: header.fields[.user] ?? 0, time: header.fields[.time] ?? 0,
      event: header.fields[.event] ?? 0, value: header.fields[.value],
      source: header.fields[.source], eventID: header.fields[.eventID])
    if place.eventID != nil { columns.beginEventIDs() }
    for other in header.others {
      place.properties.append((other.column, columns.property(other.name)))
      if !other.isNamed { unnamed.insert(other.name) }
    }
  }

  mutating func take(_ fields: [UnsafeRawBufferPointer]) -> RejectReason? {
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
    columns.users.append(user)
    columns.times.append(time)
    columns.events.append(event)
    columns.append(value)
    appendSource(cell(fields, place.source))
    if place.eventID != nil { columns.eventIDs?.append(cell(fields, place.eventID)) }
    for (column, property) in place.properties {
      columns.properties[property].append(cell(fields, column))
    }
    return nil
  }

  @inline(__always)
  private mutating func appendSource(_ source: UnsafeRawBufferPointer) {
    if source.isEmpty, !defaultSource.isEmpty {
      defaultSource.withUnsafeBytes { columns.sources.append($0) }
    } else {
      columns.sources.append(source)
    }
  }

  mutating func end() {
    columns.pad()
  }

  /// Takes out columns that have neither a name nor a value.
  mutating func finish() {
    columns.properties.removeAll { unnamed.contains($0.name) && $0.interner.count == 0 }
  }
}

/// A cell of a row; one that a short row does not have is empty.
@inline(__always)
func cell(_ fields: [UnsafeRawBufferPointer], _ column: Int?) -> UnsafeRawBufferPointer {
  guard let column, column < fields.count else {
    return UnsafeRawBufferPointer(start: nil, count: 0)
  }
  return fields[column]
}

/// What is wrong with a user's id: it is empty, too long, or has a control character (C0, DEL, C1).
@inline(__always)
func userProblem(_ user: UnsafeRawBufferPointer) -> RejectReason? {
  if user.isEmpty { return .userMissing }
  if user.count > 1024 { return .userTooLong }
  var previous: UInt8 = 0
  for byte in user {
    if byte < 0x20 || byte == 0x7F || (previous == 0xC2 && byte < 0xA0) { return .userControl }
    previous = byte
  }
  return nil
}
