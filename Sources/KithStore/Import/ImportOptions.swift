/// Where an import reads from.
public enum ImportInput: Sendable {
  case path(String)
  case standardInput
  /// Bytes in memory, with the name that the journal and messages give them.
  case bytes(name: String, [UInt8])

  /// How messages name it.
  var name: String {
    switch self {
    case .path(let path): path
    case .standardInput: "-"
    case .bytes(let name, _): name
    }
  }
}

/// How an import is done.
public struct ImportOptions: Sendable {
  /// Which column a field is read from, where its header does not say.
  public var map: [(field: String, column: String)]
  /// Takes in content that was imported before.
  public var again: Bool
  /// Takes of rows that the store has already only as many as there are more of.
  public var overlap: Bool
  /// Stops at the first line that cannot be read, with nothing imported.
  public var strict: Bool
  /// The source of rows that have none.
  public var source: String?
  /// Times among users' attributes that become events: the event's name, and the column.
  public var events: [(name: String, column: String)]
  /// What the files are encoded in, where that is not UTF-8: a name that the C library's `iconv` knows.
  public var encoding: String?
  /// Stops reading a file when it has given as many rows: for a look at it.
  var rowsMax: Int?
  /// Bytes that rows and their texts may take before they are written as a run, with what sorting them
  /// will take: more than fifty million rows of five columns.
  var memoryMax = 1_600_000_000
  /// Rows that a thread compares with others by a table in memory: some 80 bytes each.
  var keysMax = 2_000_000
  /// Bytes that rejected lines may take before they are written.
  var rejectsMax = 1 << 24

  public init(
    map: [(field: String, column: String)] = [], again: Bool = false,
    overlap: Bool = false, strict: Bool = false, source: String? = nil,
    events: [(name: String, column: String)] = [], encoding: String? = nil
  ) {
    self.map = map
    self.again = again
    self.overlap = overlap
    self.strict = strict
    self.source = source
    self.events = events
    self.encoding = encoding
  }
}

/// How far an import is.
public struct ImportProgress: Sendable, Equatable {
  /// Bytes read of all inputs, as they lie on disk.
  public var bytes: Int
  /// nil where it is not known beforehand.
  public var bytesTotal: Int?
  /// Rows taken so far.
  public var rows: Int
  public var rejected: Int
}

/// What an import took in, and what not.
public struct ImportReport: Sendable {
  /// Rows taken: events, or writes of attributes.
  public var rows: Int
  /// Events taken: all of the rows, or those that times among attributes became.
  public var events: Int
  /// Distinct users in the rows taken.
  public var users: Int
  /// Rows that could not be read, by the first column that failed: `user_id`, `time`, `event`,
  /// `value`, then `encoding`, `quote` and `json`; only those above 0.
  public var rejected: [(reason: String, count: Int)]
  /// Rows that were there already.
  public var duplicates: Int
  public var seconds: Double
  /// The run's name; nil where no row was taken.
  public var run: String?
  /// The file within the store that holds the rejected lines; nil where there are none.
  public var rejectedFile: String?
  /// What a person should know, though nothing failed.
  public var warnings: [String]
  /// Columns whose type is another one now.
  public var typeChanges: [TypeChange] = []

  public var rejectedCount: Int { rejected.reduce(0) { $0 + $1.count } }

  /// Takes off the rows of people who were erased, and the people.
  mutating func leaveOut(_ erased: [RunKind: Dropped], areUsers: Bool) {
    let own = erased[areUsers ? .users : .events]
    events -= erased[.events]?.rows ?? 0
    rows -= own?.rows ?? 0
    users -= own?.users.count ?? 0
    let all = erased.values.reduce(0) { $0 + $1.rows }
    if all > 0 { warnings.append("left out what is about people who were erased: rows: \(all)") }
  }
}
