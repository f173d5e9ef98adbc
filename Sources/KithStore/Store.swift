public import KithSystem

/// A store: one directory of flat files, opened.
///
/// Reading never waits. Every write takes the store's `lock` for its own length alone.
public struct Store: Sendable {
  /// The files beneath the store's directory.
  public let files: any FileSystem
  public let outside: Outside
  public let settings: Settings
  /// 128 random bits, hex.
  public let id: String
  /// Whether decisions and imports are refused, and why.
  public let readOnlyReason: ReadOnlyReason?

  package init(
    files: any FileSystem, outside: Outside, settings: Settings, id: String,
    readOnlyReason: ReadOnlyReason?
  ) {
    self.files = files
    self.outside = outside
    self.settings = settings
    self.id = id
    self.readOnlyReason = readOnlyReason
  }
}

/// Why nothing may be written.
public enum ReadOnlyReason: Sendable, Equatable {
  /// `--readonly`.
  case asked
  /// The directory belongs to someone else.
  case notOwner
  /// A journal holds a decision that this version does not know.
  case unknownDecision(String)
}
