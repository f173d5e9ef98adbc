public import KithSystem

/// The state that the journal folds to, up to an instant: who carries which tag, whose they are,
/// what was noted. Last write by (hybrid time, id) wins; an entry that is undone does not count.
public struct Decisions: Sendable {
  public struct Note: Sendable, Equatable {
    public var entry: String
    public var at: Instant
    public var by: String
    public var text: String
  }

  /// Tags in use, each with the number of users that carry it, sorted by name.
  public var tagCounts: [(tag: String, users: Int)] {
    usersByTag.map { ($0.key, $0.value.count) }.filter { $0.1 > 0 }
      .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
  }
  package var usersByTag: [String: Set<String>]
  package var ownerByUser: [String: String]
  package var notesByUser: [String: [Note]]
  package var suppressed: [String: String]
  /// SHA-256 of every file that was taken in.
  package var importedDigests: Set<String>

  package init() {
    usersByTag = [:]
    ownerByUser = [:]
    notesByUser = [:]
    suppressed = [:]
    importedDigests = []
  }

  public func has(_ tag: String, user: String) -> Bool {
    usersByTag[tag]?.contains(user) ?? false
  }

  /// The users that carry a tag.
  public func users(tagged tag: String) -> Set<String> {
    usersByTag[tag] ?? []
  }

  /// Sorted by bytes.
  public func tags(of user: String) -> [String] {
    usersByTag.filter { $0.value.contains(user) }.keys
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  public func owner(of user: String) -> String? {
    ownerByUser[user]
  }

  /// Oldest first.
  public func notes(of user: String) -> [Note] {
    notesByUser[user] ?? []
  }

  /// Why an address is on the suppression list, by its keyed hash; nil where it is not.
  public func suppression(hash: String) -> String? {
    suppressed[hash]
  }
}
