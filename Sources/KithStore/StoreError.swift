public import KithSystem

/// What can be wrong with a store, its settings, its journal or a decision.
public enum StoreError: Error, Equatable, Sendable {
  /// No store at this path.
  case noStore(path: String)
  /// No `--store`, no `KITH_STORE`, and no kith.yaml in the directory or above it.
  case notFound(from: String)
  /// The path of a new store is taken by something else than an empty directory.
  case notEmpty(path: String)
  case alreadyStore(path: String)
  /// The directory that a new store would lie in is missing.
  case noParent(path: String)
  /// A file carries a higher `format` than this version knows.
  case newerFormat(file: String, format: Int)
  /// A file is not what it should be; `line` where it has lines.
  case damaged(file: String, line: Int?, problem: String)
  case busy(path: String, holder: LockHolder)
  case readOnly(ReadOnlyReason)
  case settings(SettingsMistake)
  case zone(ZoneError)
  /// The file system's word; the name is the whole path.
  case file(FileError)
  case decision(DecisionMistake)
  /// Where a person's own state should be kept, and why it cannot.
  case noState(path: String, FileError)
}

/// Who holds a lock: what its file says.
public struct LockHolder: Equatable, Sendable {
  public var user: String
  public var host: String
  public var process: Int32
  public var since: Instant

  public init(user: String, host: String, process: Int32, since: Instant) {
    self.user = user
    self.host = host
    self.process = process
    self.since = since
  }
}

/// A mistake in kith.yaml, at a place.
public struct SettingsMistake: Error, Equatable, Sendable {
  public var what: String
  public var excerpt: Excerpt?
  public var remedy: String

  public init(_ what: String, excerpt: Excerpt?, remedy: String) {
    self.what = what
    self.excerpt = excerpt
    self.remedy = remedy
  }
}

/// Why a decision is not taken.
public enum DecisionMistake: Error, Equatable, Sendable {
  case tag(TextProblem)
  case owner(TextProblem)
  case note(TextProblem)
  case userID(TextProblem)
  case noUsers
  /// Nobody has this id.
  case noUser(String)
  /// One id alone is said to be the same person.
  case aliasOfOne
  case nothingToUndo
  case nothingToRedo
  case notUndoable(entry: String, what: String)
  case alreadyUndone(entry: String)
  case noEntry(String, nearest: String?)

  public enum TextProblem: Equatable, Sendable {
    case empty
    case tooLong(limit: Int)
    case controlCharacter
  }
}

extension FileSystem {
  /// Runs calls to the file system, an error being told with the whole path.
  package func reach<Value>(
    _ body: () throws(FileError) -> Value
  ) throws(StoreError) -> Value {
    do {
      return try body()
    } catch {
      throw .file(error.beneath(root))
    }
  }
}

extension FileError {
  func beneath(_ root: String) -> FileError {
    var whole = self
    whole.name = name.isEmpty ? root : root + "/" + name
    return whole
  }
}
