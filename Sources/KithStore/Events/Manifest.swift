package import KithSystem

/// The live runs of a store; replaced atomically, so that a reader sees one consistent set.
public struct Manifest: Sendable, Equatable {
  /// 128 random bits, hex: the store's identity.
  public var store: String
  /// Grows by one with every replacement.
  public var generation: Int
  /// The writer that imports; nil until the first import.
  public var home: String?
  public var eventRuns: [Run]
  public var userRuns: [Run]
  /// Members written by a newer version of the same format, kept as they were.
  package var unknown: [JSON.Member]

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

    public static func == (left: Run, right: Run) -> Bool {
      left.name == right.name && left.checksums == right.checksums && left.rows == right.rows
    }
  }
}
