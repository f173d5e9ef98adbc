import KithAnalysis
import KithCampaigns
import KithFront
import KithSegments
import KithStore
import KithSystem

/// A store as the interface asks it.
struct StoreSource: FrontSource {
  let store: Store
  let engines: EngineCache
  let themeFolders: [String]

  init(store: Store, reading: Reading, themeFolders: [String]) {
    self.store = store
    engines = EngineCache(store: store, reading: reading)
    self.themeFolders = themeFolders
  }

  var storeName: String { store.settings.name }
  var clock: any Clock { store.outside.clock }
  var readOnlyReason: ReadOnlyReason? { store.readOnlyReason }

  func engine(asOf: Instant?) throws(Diagnostic) -> any Engine {
    try explained { try engines.engine(asOf: asOf) }
  }

  func takeWarnings() -> [Diagnostic] { store.takeWarnings() }

  func generation() -> Int {
    (try? store.generation()) ?? 0
  }

  func trends(_ engine: any Engine) throws(Diagnostic) -> [StageTrend] {
    guard let engine = engine as? EmbeddedEngine else { return [] }
    return try explained { try engines.trends(engine) }
  }

  func notes(of user: String) -> [UserNote] {
    let notes = (try? store.decisions())?.notes(of: user) ?? []
    return notes.reversed().map { UserNote(at: $0.at, by: $0.by, text: $0.text) }
  }

  func messages(to user: String) -> [ReceivedMessage] {
    (try? Campaigns(store: store).received(by: user)) ?? []
  }

  func tags() -> [String] {
    let counts = (try? store.decisions())?.tagCounts ?? []
    return counts.sorted { $0.users > $1.users }.map(\.tag)
  }

  func owners() -> [String] {
    let counts = (try? store.decisions())?.ownerCounts ?? []
    return counts.sorted { $0.users > $1.users }.map(\.owner)
  }

  func decide(_ choice: Choice, users: [String]) throws(Diagnostic) -> Receipt {
    try explained { Receipt(try store.decide(decision(choice, users))) }
  }

  func undo(_ entry: String?) throws(Diagnostic) -> Receipt {
    try explained { try receipt(of: store.undo(entry)) }
  }

  func redo() throws(Diagnostic) -> Receipt {
    try explained { try receipt(of: store.redo()) }
  }

  /// The receipt of an undo or a redo names what was taken back or brought back.
  private func receipt(of entry: JournalEntry) throws -> Receipt {
    switch entry.decision {
    case .undo(let target), .redo(let target):
      let found = try store.entries().entry(target)
      return Receipt(entry: entry.id, decision: found?.entry.decision ?? entry.decision)
    default: return Receipt(entry)
    }
  }

  func journal(offset: Int, limit: Int) throws(Diagnostic) -> JournalPage {
    try explained {
      let entries = try store.entries()
      return JournalPage(
        total: entries.count,
        rows: entries.dropFirst(offset).prefix(limit).map {
          JournalPage.Row(entry: $0.entry, isUndone: $0.isUndone, isAbsent: $0.isAbsent)
        })
    }
  }

  func themes() -> [String] {
    Theme.list(folders: themeFolders)
  }

  func theme(_ name: String) throws(Diagnostic) -> Theme {
    try explained { try Theme.load(name: name, folders: themeFolders) }
  }

  private func decision(_ choice: Choice, _ users: [String]) throws -> Decision {
    switch choice {
    case .addTag(let tag): return .tagAdd(tag: tag, users: try store.userList(users))
    case .removeTag(let tag): return .tagRemove(tag: tag, users: try store.userList(users))
    case .owner(let name): return .owner(name, users: try store.userList(users))
    case .note(let text):
      guard let user = users.first, users.count == 1 else {
        throw Diagnostic(said: "a note is about one user", remedy: "unmark the others")
      }
      return .note(user: user, text: text)
    }
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
    throw Diagnostic(said: "it was taken back")
  }
}
