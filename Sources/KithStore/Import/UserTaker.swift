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
  private(set) var events: DerivedEvents
  private let wanted: [(name: String, column: String)]
  private var eventColumns: [Int] = []
  private var eventTimes: [Int64?] = []

  init(seed: UInt64, zone: Zone, now: Instant, _ options: ImportOptions) {
    columns = UserColumns(seed: seed)
    events = DerivedEvents(seed: seed, source: options.source)
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
      if let time { events.append(user: id, time: time, event: event.name) }
    }
    columns.users.append(id)
    columns.times.append(written)
    for (column, attribute) in attributes {
      columns.attributes[attribute].append(cell(fields, column))
    }
    return nil
  }

  mutating func finish() {
    columns.pad()
    columns.attributes.removeAll { unnamed.contains($0.name) && $0.interner.count == 0 }
  }
}
