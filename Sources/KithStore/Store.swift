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
  /// What was read of the journals so far; shared by the copies of this value.
  let journals: Journals
  let notices: Notices
  let manifests: ReadManifest

  package init(
    files: any FileSystem, outside: Outside, settings: Settings, id: String,
    readOnlyReason: ReadOnlyReason?
  ) {
    let notices = Notices()
    self.init(
      files: files, outside: outside, settings: settings, id: id, readOnlyReason: readOnlyReason,
      journals: Journals(files: files, notices: notices), notices: notices)
  }

  init(
    files: any FileSystem, outside: Outside, settings: Settings, id: String,
    readOnlyReason: ReadOnlyReason?, journals: Journals, notices: Notices,
    manifests: ReadManifest = ReadManifest()
  ) {
    self.files = files
    self.outside = outside
    self.settings = settings
    self.id = id
    self.readOnlyReason = readOnlyReason
    self.journals = journals
    self.notices = notices
    self.manifests = manifests
  }

  /// What a reader should be told: a line of a journal that was torn or is damaged, a run that cannot
  /// be read and is left out. Each is given once.
  public func takeWarnings() -> [Diagnostic] {
    notices.take()
  }

  /// Notes that a room above could not read a file: ``checkComplete()`` throws from then on.
  package func leaveOut(_ file: String, _ problem: String) {
    notices.lost = .damaged(file: file, line: nil, problem: problem)
  }

  /// Notes what a reader in a room above should be told.
  package func warn(_ warning: Diagnostic) {
    notices.add(warning)
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

/// The names of a store's files.
enum StoreFile {
  static let settings = "kith.yaml"
  static let manifest = "manifest.json"
  static let key = "key"
  static let lock = "lock"
  static let sendingLock = "sending.lock"
  static let journal = "journal"
  static let sets = "journal/sets"
  static let folders = [
    "events", "users", journal, sets, "segments", "templates", "campaigns", "rejected", "cache",
  ]
}
