import KithCampaigns
import KithChannels
import KithFront
import KithSegments
import KithStore
import KithSystem

/// A store as the interface asks it.
struct StoreSource: FrontSource {
  let store: Store
  /// `--time-zone` and `--week-start` filled in.
  let settings: Settings
  let themeFolders: [String]

  var storeName: String { settings.name }
  var clock: any Clock { store.outside.clock }
  var readOnlyReason: ReadOnlyReason? { store.readOnlyReason }

  func engine(asOf: Instant?) throws(Diagnostic) -> any Engine {
    try explained { try engineOf(store, settings: settings, asOf: asOf) }
  }

  /// Sizes of the journals and the manifest's content change with whatever is written.
  func generation() -> Int {
    var hash = CRC32C()
    let manifest = (try? store.files.read("manifest.json")) ?? []
    manifest.withUnsafeBytes { hash.update($0) }
    for name in (try? store.files.list("journal")) ?? [] {
      let size = (try? store.files.info("journal/" + name))?.size ?? 0
      withUnsafeBytes(of: size) { hash.update($0) }
    }
    return Int(hash.value)
  }

  /// Stages as of the end of each of the last seven weeks, and now.
  func trends(_ engine: any Engine) throws(Diagnostic) -> [StageTrend] {
    []
  }

  func notes(of user: String) -> [UserNote] {
    let notes = (try? store.decisions())?.notes(of: user) ?? []
    return notes.reversed().map { UserNote(at: $0.at, by: $0.by, text: $0.text) }
  }

  func messages(to user: String) -> [ReceivedMessage] {
    let messages = (try? Campaigns(store: store).received(user: user)) ?? []
    return messages.sorted { $0.at > $1.at }
  }

  func tags() -> [String] {
    let counts = (try? store.decisions())?.tagCounts ?? []
    return counts.sorted { $0.users > $1.users }.map(\.tag)
  }

  func owners() -> [String] {
    []
  }

  func decide(_ choice: Choice, users: [String]) throws(Diagnostic) -> Receipt {
    try explained {
      Receipt(try store.decide(decision(choice, users)))
    }
  }

  private func decision(_ choice: Choice, _ users: [String]) throws -> Decision {
    switch choice {
    case .addTag(let tag): return .tagAdd(tag: tag, users: try store.userList(users))
    case .removeTag(let tag): return .tagRemove(tag: tag, users: try store.userList(users))
    case .owner(let name): return .owner(name, users: try store.userList(users))
    case .note(let text):
      guard let user = users.first, users.count == 1 else {
        throw Diagnostic("a note is about one user", remedy: "unmark the others")
      }
      return .note(user: user, text: text)
    }
  }

  func undo(_ entry: String?) throws(Diagnostic) -> Receipt {
    try explained { Receipt(try store.undo(entry)) }
  }

  func redo() throws(Diagnostic) -> Receipt {
    try explained { Receipt(try store.redo()) }
  }

  func journal(offset: Int, limit: Int) throws(Diagnostic) -> JournalPage {
    try explained {
      let entries = try store.entries()
      return JournalPage(
        total: entries.count,
        rows: entries.dropFirst(offset).prefix(limit).map {
          JournalPage.Row(entry: $0.entry, isUndone: $0.isUndone)
        })
    }
  }

  func themes() -> [String] {
    Theme.list(folders: themeFolders)
  }

  func theme(_ name: String) throws(Diagnostic) -> Theme {
    try explained { try Theme.load(name: name, folders: themeFolders) }
  }
}

extension Receipt {
  init(_ entry: JournalEntry) {
    self.init(entry: entry.id, decision: entry.decision)
  }
}

/// Runs calls into several rooms; whatever they throw comes out in words.
func explained<Value>(_ body: () throws -> Value) throws(Diagnostic) -> Value {
  do {
    return try body()
  } catch let error as any Explained {
    throw error.diagnostic
  } catch {
    throw Diagnostic("something went wrong: \(error)")
  }
}
