// A new store is built beside its place and renamed into it, so that it is there in whole or not at
// all. An empty directory that is there already stays the same directory (it may be where the
// caller stands): it is filled, kith.yaml last, by which a store is known.

public import KithSystem

extension Store {
  /// Makes a store and opens it.
  ///
  /// - Parameters:
  ///   - path: a new directory, or an empty one.
  ///   - timeZone: an IANA name; nil infers it from the machine.
  ///   - name: nil takes the directory's name.
  ///   - language: `zh-Hans` or `en`; nil leaves it to the caller's LANG.
  public static func create(
    at path: String, timeZone: String?, name: String? = nil, language: String? = nil,
    outside: Outside
  ) throws(StoreError) -> Store {
    let (parent, leaf) = split(path)
    let draft = Draft(
      name: name ?? (leaf.hasSuffix(".kith") ? String(leaf.dropLast(5)) : leaf),
      language: language, zone: timeZone ?? outside.localZoneName)
    if let files = try existing(path) {
      try draft.fill(files, outside: outside)
      try files.reach { () throws(FileError) in try files.makePrivate() }
    } else {
      let above: DiskFileSystem
      do {
        above = try DiskFileSystem(root: parent)
      } catch  where error.reason == .missing {
        throw .noParent(path: parent)
      } catch {
        throw .file(error)
      }
      try draft.build(leaf, in: above, outside: outside)
    }
    return try open(at: path, outside: outside)
  }

  /// Makes a store in an empty file system.
  package static func create(
    in files: any FileSystem, timeZone: String, name: String, outside: Outside
  ) throws(StoreError) -> Store {
    try Draft(name: name, language: nil, zone: timeZone).fill(files, outside: outside)
    return try open(files: files, outside: outside)
  }

  /// Makes a store in a directory that is not there yet.
  package static func build(
    _ leaf: String, beneath above: any FileSystem, timeZone: String, name: String,
    outside: Outside
  ) throws(StoreError) {
    try Draft(name: name, language: nil, zone: timeZone).build(leaf, in: above, outside: outside)
  }

  private static func existing(_ path: String) throws(StoreError) -> DiskFileSystem? {
    do {
      return try DiskFileSystem(root: path)
    } catch  where error.reason == .missing {
      return nil
    } catch  where error.reason == .notADirectory {
      throw .notEmpty(path: path)
    } catch {
      throw .file(error)
    }
  }

  /// The directory above a path, and the path's last part.
  private static func split(_ path: String) -> (parent: String, leaf: String) {
    let parts = path.split(separator: "/")
    let above = parts.dropLast().joined(separator: "/")
    let root = path.hasPrefix("/") ? "/" : above.isEmpty ? "." : ""
    return (root + above, parts.last.map(String.init) ?? "store")
  }
}

private struct Draft {
  var name: String
  var language: String?
  var zone: String

  /// Builds a store under a name that is not taken.
  func build(
    _ leaf: String, in above: any FileSystem, outside: Outside
  ) throws(StoreError) {
    if try above.reach({ () throws(FileError) in try above.info(leaf) }) != nil {
      // What cannot be opened and is there all the same is a link that leads nowhere.
      throw .file(FileError(operation: "make", name: leaf, reason: .isALink))
    }
    let temporary = "\(leaf).new-\(hex(outside.randomness.bytes(4)))"
    let inside = Folder(files: above, name: temporary)
    do throws(StoreError) {
      try above.reach { () throws(FileError) in try above.makeDirectory(temporary) }
      try write(to: inside, outside: outside)
      try above.reach { () throws(FileError) in
        try above.rename(temporary, to: leaf)
        try above.syncDirectory("")
      }
    } catch {
      for name in Store.newNames.reversed() { try? above.remove(inside.path(name)) }
      try? above.remove(temporary)
      throw error
    }
  }

  /// Fills an empty directory.
  func fill(_ files: any FileSystem, outside: Outside) throws(StoreError) {
    let names = try files.reach { () throws(FileError) in try files.list("") }
    if names.contains(StoreFile.settings) { throw .alreadyStore(path: files.root) }
    guard try files.reach({ () throws(FileError) in try isLeftover(names, files) }) else {
      throw .notEmpty(path: files.root)
    }
    try write(to: Folder(files: files, name: ""), outside: outside)
  }

  /// Whether these are only what a `create` that was cut short can have left: no settings, nothing
  /// in any folder.
  private func isLeftover(
    _ names: [String], _ files: any FileSystem
  ) throws(FileError) -> Bool {
    let made = Store.newNames + Store.newNames.map { $0 + ".new" }
    for name in names where !made.contains(name) { return false }
    for folder in StoreFile.folders {
      for name in try files.list(folder) where folder + "/" + name != StoreFile.sets {
        return false
      }
    }
    return true
  }

  private func write(to folder: Folder, outside: Outside) throws(StoreError) {
    do {
      _ = try Zone.named(zone)
    } catch {
      throw .zone(error)
    }
    let text = settingsTemplate(name: name, language: language, zone: zone)
    _ = try Settings(yaml: text)
    let (store, key) = (hex(outside.randomness.bytes(16)), outside.randomness.bytes(KeyCheck.size))
    let manifest = Manifest(store: store, keyCheck: KeyCheck.of(key))
    let files = folder.files
    try files.reach { () throws(FileError) in
      for name in StoreFile.folders { try files.makeDirectory(folder.path(name)) }
      try files.syncDirectory(folder.path(StoreFile.journal))
      try files.writeAtomically(folder.path(StoreFile.key), key)
      try files.writeAtomically(
        folder.path(StoreFile.manifest), Array(manifest.json.pretty.utf8))
      try files.writeAtomically(folder.path(StoreFile.settings), Array(text.utf8))
    }
  }
}

/// A directory within a file system.
private struct Folder {
  let files: any FileSystem
  let name: String

  func path(_ inner: String) -> String {
    name.isEmpty ? inner : name + "/" + inner
  }
}

extension Store {
  /// What `create` makes, folders before what is in them.
  fileprivate static let newNames =
    StoreFile.folders + [StoreFile.key, StoreFile.manifest, StoreFile.settings]
}
