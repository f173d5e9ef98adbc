/// A tree of files beneath one root: the only way by which the rest of the house reaches a disk.
///
/// Names are relative, `/` between their parts. No link is followed and no name leaves the root.
/// `DiskFileSystem` is the real one; tests put a simulated one in its place that fails, tears or
/// forgets the n-th write.
public protocol FileSystem: Sendable {
  /// Where the root is, for messages alone.
  var root: String { get }

  /// What stands under a name, or nil where nothing does.
  func info(_ name: String) throws(FileError) -> FileInfo?
  /// The names directly in a directory, sorted by bytes; empty where it is missing.
  func list(_ name: String) throws(FileError) -> [String]
  /// A whole file. Cost: its size.
  func read(_ name: String) throws(FileError) -> [UInt8]
  /// A whole file, mapped into memory where the system can. Cost: what is touched.
  func map(_ name: String) throws(FileError) -> MappedBytes
  /// Opens a file for writing.
  func open(_ name: String, _ mode: WriteMode) throws(FileError) -> any WritableFile
  /// Makes a directory of mode 0700, with those above it; no error where it is there.
  func makeDirectory(_ name: String) throws(FileError)
  /// Renames a file over another, atomically.
  func rename(_ from: String, to: String) throws(FileError)
  /// Removes a file or an empty directory; no error where it is missing.
  func remove(_ name: String) throws(FileError)
  /// Makes creations, renames and removals in a directory survive a power cut; `""` is the root.
  func syncDirectory(_ name: String) throws(FileError)
  /// Takes a lock that other processes respect, and writes `holder` into the file.
  /// - Returns: nil, with the present holder's text, where another process has it.
  func lock(_ name: String, holder: String) throws(FileError) -> LockOutcome
}

/// How a file is opened for writing.
public enum WriteMode: Sendable, Equatable {
  /// A new file; an old one under the name is an error. Mode 0600.
  case create
  /// As `create`, an old one being emptied.
  case replace
  /// At the end of an old or a new file.
  case append
}

/// A file that is open for writing.
public protocol WritableFile: AnyObject {
  /// Writes all of the bytes, or throws.
  func write(_ bytes: UnsafeRawBufferPointer) throws(FileError)
  /// Lets the disk begin with what was written in a range, so that less is left for ``sync()``. A hint.
  func startWriting(_ range: Range<Int>)
  /// Makes what was written survive a power cut.
  func sync() throws(FileError)
  /// Cuts the file to a size.
  func truncate(to size: Int) throws(FileError)
  /// The present size in bytes.
  func size() throws(FileError) -> Int
  /// Closes it; further calls are errors. Closing twice does nothing.
  func close() throws(FileError)
}

extension WritableFile {
  public func startWriting(_ range: Range<Int>) {}

  public func write(_ bytes: [UInt8]) throws(FileError) {
    var failure: FileError?
    bytes.withUnsafeBytes { buffer in
      do throws(FileError) { try write(buffer) } catch { failure = error }
    }
    if let failure { throw failure }
  }
}

/// What stands under a name: its kind, its size in bytes, whose it is.
public struct FileInfo: Sendable, Equatable {
  public enum Kind: Sendable { case file, directory, other }
  public var kind: Kind
  public var size: Int
  /// The user id of the owner.
  public var owner: UInt32
  /// Permission bits alone, 0o600.
  public var mode: UInt32

  public init(kind: Kind, size: Int, owner: UInt32, mode: UInt32) {
    self.kind = kind
    self.size = size
    self.owner = owner
    self.mode = mode
  }
}

/// A lock held until this value is let go of or the process ends.
public enum LockOutcome: Sendable {
  case held(any LockHandle)
  case busy(holder: String)
}

/// A lock that is held.
public protocol LockHandle: AnyObject, Sendable {
  func release()
}

/// What a call to the file system came to: the call, the name, and the system's reason.
public struct FileError: Error, Equatable, Sendable {
  public enum Reason: Equatable, Sendable {
    case missing, exists, denied, readOnly, full, notAFile, notADirectory, isALink, tooLarge
    /// The process has no more memory or no more open files.
    case exhausted(String)
    case failed(String)
  }
  public var operation: String
  public var name: String
  public var reason: Reason

  public init(operation: String, name: String, reason: Reason) {
    self.operation = operation
    self.name = name
    self.reason = reason
  }
}

extension FileSystem {
  /// Writes a whole file so that a reader sees the old or the new, never a part, and so that it
  /// survives a power cut: a file beside it, synced, renamed over it, the directory synced.
  public func writeAtomically(_ name: String, _ bytes: [UInt8]) throws(FileError) {
    try replace(name) { (file) throws(FileError) in
      try file.write(bytes)
      try file.sync()
    }
    try syncDirectory(parent(of: name))
  }

  /// Puts a file that `write` fills beside another, and renames it over that one; where it fails nothing is
  /// left of it. Unless `write` syncs it, a power cut may leave it torn.
  public func replace(
    _ name: String, _ write: (any WritableFile) throws(FileError) -> Void
  ) throws(FileError) {
    let temporary = name + ".new"
    let file = try open(temporary, .replace)
    do throws(FileError) {
      try write(file)
      try file.close()
      try rename(temporary, to: name)
    } catch {
      try? file.close()
      try? remove(temporary)
      throw error
    }
  }

  private func parent(of name: String) -> String {
    name.lastIndex(of: "/").map { String(name[..<$0]) } ?? ""
  }
}
