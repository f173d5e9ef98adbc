import KithSystem

/// Rows of user attributes: an empty cell is no write. Some of the columns may be times that are
/// events as well.
struct UserTaker: RowTaker {
  static let fields: [Field] = Field.ofUsers
  static let required: [Field] = [.user]

  private(set) var columns: UserColumns
  private var times: TimeReader
  /// The time of rows that have none of their own.
  private let now: Int64
  private var user = 0
  private var time: Int?
  private var attributes: [(column: Int, attribute: Int)] = []
  private var unnamed: Set<String> = []
  /// What times among the attributes stand for, again and again where these are written again and again.
  private(set) var events: EventColumns
  private let source: [UInt8]
  private let wanted: [(name: String, column: String)]
  private var eventColumns: [Int] = []
  private var eventTimes: [Int64?] = []

  init(seed: UInt64, zone: Zone, now: Instant, _ options: ImportOptions) {
    columns = UserColumns(seed: seed)
    events = EventColumns(seed: seed)
    source = Array((options.source ?? "").utf8)
    wanted = options.events
    times = TimeReader(zone)
    self.now = min(max(now, .earliest), .latest).milliseconds
  }

  private var rowsBefore = 0

  static func count(_ rows: Int) -> Int { rows }

  mutating func endChunk() -> Int {
    defer { rowsBefore = columns.rows }
    return columns.rows - rowsBefore
  }

  mutating func begin(_ header: Header) {
    columns.pad()
    user = header.fields[.user] ?? 0
    time = header.fields[.updatedAt]
    attributes = []
    eventColumns = wanted.map { header.column($0.column) ?? 0 }
    for other in header.others {
      attributes.append((other.column, columns.attribute(other.name)))
      if !other.isNamed { unnamed.insert(other.name) }
    }
  }

  mutating func take(_ fields: [UnsafeRawBufferPointer]) -> RejectReason? {
    let id = cell(fields, user)
    if let problem = userProblem(id) { return problem }
    let text = cell(fields, time)
    var written = now
    if !text.isEmpty {
      do throws(TimeReader.Problem) {
        written = try times.read(text)
      } catch {
        return error == .outOfRange ? .timeOutOfRange : .timeUnreadable
      }
    }
    eventTimes.removeAll(keepingCapacity: true)
    for column in eventColumns {
      let text = cell(fields, column)
      do throws(TimeReader.Problem) {
        eventTimes.append(text.isEmpty ? nil : try times.read(text))
      } catch {
        return error == .outOfRange ? .timeOutOfRange : .timeUnreadable
      }
    }
    for (time, event) in zip(eventTimes, wanted) {
      if let time { append(event.name, of: id, at: time) }
    }
    columns.users.append(id)
    columns.times.append(written)
    for (column, attribute) in attributes {
      columns.attributes[attribute].append(cell(fields, column))
    }
    return nil
  }

  private mutating func append(_ event: String, of user: UnsafeRawBufferPointer, at time: Int64) {
    events.users.append(user)
    events.times.append(time)
    withBytes(event) { events.events.append($0) }
    source.withUnsafeBytes { events.sources.append($0) }
    events.append(nil as Int64?)
  }

  /// Gives all rows, and begins anew; a header has to follow.
  mutating func takeRows() -> (columns: UserColumns, events: EventColumns) {
    columns.pad()
    columns.attributes.removeAll { unnamed.contains($0.name) && $0.interner.count == 0 }
    defer {
      columns = UserColumns(seed: columns.seed)
      events = EventColumns(seed: columns.seed)
      rowsBefore = 0
    }
    return (columns, events)
  }

  var textSize: Int { columns.memorySize + events.memorySize }
}
