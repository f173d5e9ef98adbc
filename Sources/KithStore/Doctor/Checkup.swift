// A store is looked at file by file, and nothing that is wrong with one keeps the others from being
// looked at: what cannot be read is a finding, and what depends on it is left out. Nothing is
// written, and no lock is taken.

public import KithSystem

/// What is wrong with the files of a store, and what could be read of it.
///
/// The store's own files are looked at when the value is made. Rooms above, which know what is in
/// other files, extend it by findings of theirs.
public struct Checkup: Sendable {
  public let files: any FileSystem
  public private(set) var findings: [Finding] = []
  /// nil where kith.yaml cannot be read.
  public private(set) var settings: Settings?
  /// nil where a run of events or attributes cannot be read.
  public private(set) var snapshot: RunSnapshot?
  /// The store's identity; nil where the manifest cannot be read.
  public private(set) var storeID: String?
  /// What the journals tell of campaigns, the earliest first.
  package internal(set) var campaignEntries: [JournalEntry] = []
  /// The users of each run that could be read.
  var userTables: [(file: String, users: TextTable)] = []
  /// Names that could not be reached, and what is beneath them.
  private var unreached: Set<String> = []

  /// Looks at every file of a store. Cost: their size.
  package init(_ files: any FileSystem) {
    self.files = files
    checkTree()
    checkSettings()
    let manifest = checkManifest()
    checkKey(manifest)
    if let manifest {
      storeID = manifest.store
      snapshot = checkRuns(of: manifest)
    }
    checkJournals(manifest)
    checkStrays(manifest)
  }

  private mutating func checkSettings() {
    guard let text = text(StoreFile.settings) else { return }
    do throws(StoreError) {
      settings = try Settings(yaml: text)
      checkKeys(text)
    } catch {
      add(StoreFile.settings, error)
    }
  }

  private mutating func checkKey(_ manifest: Manifest?) {
    guard let bytes = read(StoreFile.key) else { return }
    if let problem = KeyCheck.problem(bytes, manifest?.keyCheck) {
      add(
        StoreFile.key, problem,
        remedy: "put back a copy of the file: no other key opens the suppression list")
    }
    if let mode = (try? files.info(StoreFile.key))??.mode, mode & 0o077 != 0 {
      add(
        StoreFile.key, "others on this machine can reach it (mode \(String(mode, radix: 8)))",
        remedy: "chmod 600 " + shellWord(files.root + "/" + StoreFile.key))
    }
  }

  private mutating func checkManifest() -> Manifest? {
    guard let bytes = read(StoreFile.manifest) else { return nil }
    do throws(StoreError) {
      return try Manifest(bytes: bytes)
    } catch {
      add(StoreFile.manifest, error)
      return nil
    }
  }
}

extension Store {
  /// Looks at every file of a store, whether or not it can be opened.
  /// - Throws: ``StoreError`` where there is no store; all else is a finding.
  public static func checkUp(at path: String) throws(StoreError) -> Checkup {
    let files = try directory(at: path)
    let known = try files.reach { () throws(FileError) in
      [try files.info(StoreFile.settings), try files.info(StoreFile.manifest)]
    }
    guard known.contains(where: { $0 != nil }) else { throw .noStore(path: path) }
    return Checkup(files)
  }
}

extension Checkup {
  mutating func add(_ file: String, _ problem: String, remedy: String = Finding.copy) {
    findings.append(Finding(file: file, problem: problem, remedy: remedy))
  }

  mutating func add(_ file: String, _ error: StoreError) {
    if case .damaged(_, _, let problem) = error { return add(file, problem) }
    findings.append(Finding(file: file, error.diagnostic))
  }

  /// Notes that a name leads nowhere, so that what is beneath it is not told of again.
  mutating func lose(_ name: String, _ problem: String, remedy: String) {
    guard unreached.insert(name).inserted else { return }
    add(name, problem, remedy: remedy)
  }

  /// A whole file; nil, with a finding, where it cannot be read.
  mutating func read(_ name: String) -> [UInt8]? {
    reach(name) { (files) throws(FileError) in try files.read(name) }
  }

  /// As ``read(_:)``, for a text.
  mutating func text(_ name: String) -> String? {
    guard let bytes = read(name) else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      add(name, "it is not UTF-8", remedy: "save it as UTF-8")
      return nil
    }
    return text
  }

  /// The names in a directory; none, with a finding, where they cannot be read.
  mutating func list(_ name: String) -> [String] {
    reach(name) { (files) throws(FileError) in try files.list(name) } ?? []
  }

  mutating func reach<Value>(
    _ name: String, _ body: (any FileSystem) throws(FileError) -> Value
  ) -> Value? {
    do throws(FileError) {
      return try body(files)
    } catch {
      guard !unreached.contains(where: { name == $0 || name.hasPrefix($0 + "/") }) else {
        return nil
      }
      let diagnostic = error.diagnostic
      lose(
        name, error.reason == .missing ? "it is missing" : diagnostic.what,
        remedy: error.reason == .missing ? Finding.copy : diagnostic.remedy ?? Finding.copy)
      return nil
    }
  }
}
