// Opening reads the manifest, the settings and the journals, writes nothing, and takes no lock.

import Crypto
public import KithSystem

extension Store {
  /// Opens a store.
  /// - Throws: ``StoreError`` where there is none, a file is damaged or of a newer format, or the
  ///   settings have a mistake.
  public static func open(
    at path: String, outside: Outside, readOnly: Bool = false
  ) throws(StoreError) -> Store {
    try open(files: try directory(at: path), outside: outside, readOnly: readOnly)
  }

  /// The directory of a store.
  static func directory(at path: String) throws(StoreError) -> DiskFileSystem {
    do {
      return try DiskFileSystem(root: path)
    } catch {
      switch error.reason {
      case .missing, .notADirectory: throw .noStore(path: path)
      default: throw .file(error)
      }
    }
  }

  /// Opens the store in a file system.
  package static func open(
    files: any FileSystem, outside: Outside, readOnly: Bool = false
  ) throws(StoreError) -> Store {
    let manifestBytes = try files.readIfThere(StoreFile.manifest)
    let settingsBytes = try files.readIfThere(StoreFile.settings)
    if manifestBytes == nil, settingsBytes == nil { throw .noStore(path: files.root) }
    guard let manifestBytes else { throw missing(StoreFile.manifest) }
    guard let settingsBytes else { throw missing(StoreFile.settings) }
    let manifests = ReadManifest()
    let notices = Notices()
    let root = try files.reach { () throws(FileError) in try files.info("") }
    let isOwner = root?.owner == outside.userID
    let journals = Journals(
      files: files, notices: notices, keepsCheckpoint: isOwner && !readOnly)
    let manifest = try manifests.manifest(manifestBytes)
    let settings = try Settings(bytes: settingsBytes)
    let history = try journals.history()
    noteLostJournals(manifest, history, notices)
    let unknown = history.unknownDecision
    let store = Store(
      files: files, outside: outside, settings: settings, id: manifest.store,
      readOnlyReason: readOnly
        ? .asked : isOwner ? unknown.map { .unknownDecision($0) } : .notOwner,
      journals: journals, notices: notices, manifests: manifests)
    try store.recoverOwnJournal(history)
    return store
  }

  /// A writer that imported has a journal, which an import writes into before the manifest.
  private static func noteLostJournals(
    _ manifest: Manifest, _ history: History, _ notices: Notices
  ) {
    for run in manifest.eventRuns + manifest.userRuns {
      guard let end = run.importID.utf8.lastIndex(of: 0x2D) else { continue }
      let name = StoreFile.journalFile(of: String(run.importID[..<end]))
      let isThere = history.files.contains {
        $0.name == name && ($0.length > 0 || !$0.torn.isEmpty)
      }
      if !isThere { notices.addLostJournal(name) }
    }
  }

  private static func missing(_ name: String) -> StoreError {
    .damaged(file: name, line: nil, problem: "it is missing")
  }

  /// Finds the store that a command is about: the one named, else `$KITH_STORE`, else the nearest
  /// kith.yaml upwards from a directory.
  public static func locate(
    explicit: String?, from directory: String, outside: Outside
  ) throws(StoreError) -> String {
    if let explicit { return explicit }
    if let named = outside.variables["KITH_STORE"], !named.isEmpty { return named }
    var path = directory[...]
    while true {
      let root = path.isEmpty ? "/" : String(path)
      if let files = try? DiskFileSystem(root: root),
        (try? files.info(StoreFile.settings))??.kind == .file
      {
        return root
      }
      guard let slash = path.utf8.lastIndex(of: 0x2F) else { throw .notFound(from: directory) }
      path = path[..<slash]
    }
  }

  /// The keyed hash of an address, by which it is suppressed without being kept: HMAC-SHA256, hex.
  /// Addresses are compared trimmed and lower-cased.
  public func addressHash(_ address: String) throws(StoreError) -> String {
    let key = try key()
    let text = Array(trimmed(address).lowercased().utf8)
    return hex(HMAC<SHA256>.authenticationCode(for: text, using: SymmetricKey(data: key)))
  }
}

extension FileSystem {
  /// A whole file; nil where there is none.
  fileprivate func readIfThere(_ name: String) throws(StoreError) -> [UInt8]? {
    do throws(FileError) {
      return try read(name)
    } catch {
      if error.reason == .missing { return nil }
      throw .file(error.beneath(root))
    }
  }
}
