package import KithSystem

/// The live runs of a store; replaced atomically, so that a reader sees one consistent set.
public struct Manifest: Sendable, Equatable {
  /// 128 random bits, hex: the store's identity.
  public var store: String
  /// Grows by one with every replacement.
  public var generation: Int
  /// The writer that imports; nil until the first import.
  public var home: String?
  /// What the store's `key` is known by; nil where an earlier version wrote the manifest.
  package var keyCheck: String?
  public var eventRuns: [Run]
  public var userRuns: [Run]
  /// Members written by a newer version of the same format, kept as they were.
  package var unknown: [JSON.Member]

  package init(
    store: String, generation: Int, home: String?, keyCheck: String? = nil, eventRuns: [Run],
    userRuns: [Run], unknown: [JSON.Member] = []
  ) {
    self.store = store
    self.generation = generation
    self.home = home
    self.keyCheck = keyCheck
    self.eventRuns = eventRuns
    self.userRuns = userRuns
    self.unknown = unknown
  }

  /// One import within a folded run.
  public struct Import: Sendable, Equatable {
    /// Its journal entry.
    public var id: String
    /// The zone in which its times without an offset were read.
    public var zone: String
  }

  /// Whether a live run has the rows of an import, by its journal entry.
  func holds(import entry: String) -> Bool {
    (eventRuns + userRuns).contains { $0.allImports.contains { $0.id == entry } }
  }

  public struct Run: Sendable, Equatable {
    /// The file's name without folder and ending: `000001-…`.
    public var name: String
    /// Order of arrival of its import.
    public var sequence: Int
    /// The journal entry of the import that made it.
    public var importID: String
    /// The zone in which times without an offset were read.
    public var zone: String
    public var rows: Int
    /// Earliest and latest time, in milliseconds.
    public var firstTime: Int64
    public var lastTime: Int64
    /// Smallest and largest user id.
    public var firstUser: String
    public var lastUser: String
    /// Column name and number of dictionary values.
    public var dictionaries: [(name: String, values: Int)]
    /// The file's size, and CRC-32C of each MiB of it.
    public var bytes: Int
    public var checksums: [UInt32]
    /// Of a folded run: every import whose rows it holds, in order of arrival; else empty.
    public var imports: [Import]
    package var unknown: [JSON.Member]

    /// ``dictionaries`` without a folded run's own `import`, which comes before a property of that name.
    var ownersDictionaries: [(name: String, values: Int)] {
      var all = dictionaries
      if !imports.isEmpty, let own = all.firstIndex(where: { $0.name == "import" }) {
        all.remove(at: own)
      }
      return all
    }

    package init(
      name: String, sequence: Int, importID: String, zone: String, rows: Int, firstTime: Int64,
      lastTime: Int64, firstUser: String, lastUser: String,
      dictionaries: [(name: String, values: Int)], bytes: Int, checksums: [UInt32],
      imports: [Import] = [], unknown: [JSON.Member] = []
    ) {
      self.name = name
      self.sequence = sequence
      self.importID = importID
      self.zone = zone
      self.rows = rows
      self.firstTime = firstTime
      self.lastTime = lastTime
      self.firstUser = firstUser
      self.lastUser = lastUser
      self.dictionaries = dictionaries
      self.bytes = bytes
      self.checksums = checksums
      self.imports = imports
      self.unknown = unknown
    }

    /// Every import whose rows it holds, in order of arrival; one unless the run is folded.
    public var allImports: [Import] {
      imports.isEmpty ? [Import(id: importID, zone: zone)] : imports
    }

    public static func == (left: Run, right: Run) -> Bool {
      left.json == right.json
    }
  }
}
