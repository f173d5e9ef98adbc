import KithSystem

/// Rows of user attributes: an empty cell is no write.
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

  init(seed: UInt64, zone: Zone, now: Instant) {
    columns = UserColumns(seed: seed)
    times = TimeReader(zone)
    self.now = min(max(now, .earliest), .latest).milliseconds
  }

  var rows: Int { columns.rows }

  mutating func begin(_ header: Header) {
    user = header.fields[.user] ?? 0
    time = header.fields[.updatedAt]
    attributes = []
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
    columns.users.append(id)
    columns.times.append(written)
    for (column, attribute) in attributes {
      columns.attributes[attribute].append(cell(fields, column))
    }
    return nil
  }

  mutating func end() {
    columns.pad()
  }

  mutating func finish() {
    columns.attributes.removeAll { unnamed.contains($0.name) && $0.interner.count == 0 }
  }
}
