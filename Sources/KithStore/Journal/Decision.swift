public import KithSystem

/// What a person can decide: the `do` of a journal line, with its members.
public enum Decision: Sendable, Equatable {
  case tagAdd(tag: String, users: UserList)
  case tagRemove(tag: String, users: UserList)
  case note(user: String, text: String)
  /// An empty owner takes the owner away.
  case owner(String, users: UserList)
  /// Keyed hashes of addresses, never the addresses themselves.
  case suppressAdd(hashes: [String], reason: String)
  case suppressRemove(hashes: [String])
  /// `run` is the run it made; `files` hold what the content of each is known by, by which a second import
  /// is refused.
  case imported(run: String, files: [ImportedFile], rows: Int, rejected: Int, users: Bool)
  /// A campaign was made, planned, sent, paused, …: listed, not undoable.
  case campaign(name: String, wave: Int?, step: String)
  /// Several ids are one person; undo parts them.
  case alias(users: [String])
  /// A person was erased; the keyed hash of the id, hex. Listed, not undoable.
  case forget(hash: String)
  case undo(entry: String)
  case redo(entry: String)
}

/// A file that was taken in.
public struct ImportedFile: Sendable, Equatable {
  /// The last part of the path, as given.
  public var name: String
  /// What its content is known by, in lower-case hex (format.md); nil from earlier versions.
  public var digest: String?
  /// SHA-256 of its content, in lower-case hex; of earlier versions, or where these imported before.
  public var sha256: String?

  public init(name: String, digest: String?, sha256: String? = nil) {
    self.name = name
    self.digest = digest
    self.sha256 = sha256
  }

  /// Whether both are known to have one content.
  func hasContent(of other: ImportedFile) -> Bool {
    if let digest, digest == other.digest { return true }
    return sha256 != nil && sha256 == other.sha256
  }
}

/// The users of one decision: a few by name in the line itself, many as a set beside the journal.
public enum UserList: Sendable, Equatable {
  case named([String])
  /// `journal/sets/<sha256>.zst`: length-prefixed ids, sorted by bytes.
  case set(sha256: String, count: Int)
}

/// One line of a journal.
public struct JournalEntry: Sendable, Equatable {
  /// `<writer>-<seq>`.
  public var id: String
  public var clock: HybridTime
  public var at: Instant
  /// Who decided.
  public var by: String
  public var decision: Decision

  public init(id: String, clock: HybridTime, at: Instant, by: String, decision: Decision) {
    self.id = id
    self.clock = clock
    self.at = at
    self.by = by
    self.decision = decision
  }
}
