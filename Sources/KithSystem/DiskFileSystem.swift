import Glibc
import SystemPackage

/// The real disk beneath a directory.
///
/// Every part of a name is opened on its own and without following links (`O_NOFOLLOW`), so that a
/// link planted in a store leads nowhere.
public struct DiskFileSystem: FileSystem {
  public let root: String
  private let descriptor: SharedDescriptor

  /// Opens a directory. The path itself may be a link.
  public init(root: String) throws(FileError) {
    self.root = root
    let opened = Glibc.open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw FileError.last("open", root) }
    descriptor = SharedDescriptor(opened)
  }

  public func info(_ name: String) throws(FileError) -> FileInfo? {
    if name.isEmpty { return try fileInfo(descriptor.number, name) }
    let (directory, leaf) = try parent(of: name, whenMissing: nil)
    guard let directory else { return nil }
    var status = stat()
    guard fstatat(directory.number, leaf, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw FileError.last("look at", name)
    }
    return FileInfo(status)
  }

  public func list(_ name: String) throws(FileError) -> [String] {
    guard try info(name) != nil else { return [] }
    let directory = try openDirectory(name)
    // A descriptor of its own, since reading moves its position.
    let copy = openat(directory.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0, let stream = fdopendir(copy) else { throw FileError.last("list", name) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let text = withUnsafePointer(to: entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if text != ".", text != ".." { names.append(text) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  public func read(_ name: String) throws(FileError) -> [UInt8] {
    let file = try openFile(name, O_RDONLY, operation: "read")
    return try readAll(file.number, name)
  }

  public func map(_ name: String) throws(FileError) -> MappedBytes {
    let file = try openFile(name, O_RDONLY, operation: "read")
    let size = try fileInfo(file.number, name).size
    guard size > 0 else { return MappedBytes(copying: []) }
    guard let address = mmap(nil, size, PROT_READ, MAP_SHARED, file.number, 0),
      address != MAP_FAILED
    else { throw FileError.last("map", name) }
    let region = Region(address: address, size: size)
    return MappedBytes(UnsafeRawBufferPointer(start: address, count: size)) {
      munmap(region.address, region.size)
    }
  }

  public func open(_ name: String, _ mode: WriteMode) throws(FileError) -> any WritableFile {
    let flags =
      switch mode {
      case .create: O_CREAT | O_EXCL
      case .replace: O_CREAT | O_TRUNC
      case .append: O_CREAT | O_APPEND
      }
    return DiskFile(try openFile(name, O_WRONLY | flags, operation: "write"), name: name)
  }

  public func makeDirectory(_ name: String) throws(FileError) {
    var path = ""
    for part in name.split(separator: "/") {
      path += path.isEmpty ? String(part) : "/" + part
      let (directory, leaf) = try parent(of: path)
      if mkdirat(directory.number, leaf, 0o700) != 0, errno != EEXIST {
        throw FileError.last("make", path)
      }
    }
  }

  public func rename(_ from: String, to: String) throws(FileError) {
    let (source, sourceLeaf) = try parent(of: from)
    let (target, targetLeaf) = try parent(of: to)
    guard renameat(source.number, sourceLeaf, target.number, targetLeaf) == 0 else {
      throw FileError.last("rename", from)
    }
  }

  public func remove(_ name: String) throws(FileError) {
    let (directory, leaf) = try parent(of: name, whenMissing: nil)
    guard let directory else { return }
    if unlinkat(directory.number, leaf, 0) == 0 || errno == ENOENT { return }
    if errno == EISDIR, unlinkat(directory.number, leaf, AT_REMOVEDIR) == 0 { return }
    throw FileError.last("remove", name)
  }

  public func syncDirectory(_ name: String) throws(FileError) {
    // Bound to a name, since what only a call's argument holds is closed before the call.
    let directory = try openDirectory(name)
    guard fsync(directory.number) == 0 else { throw FileError.last("sync", name) }
  }

  public func lock(_ name: String, holder: String) throws(FileError) -> LockOutcome {
    let file = try openFile(name, O_RDWR | O_CREAT, operation: "lock")
    guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else {
      guard errno == EWOULDBLOCK else { throw FileError.last("lock", name) }
      return .busy(holder: String(decoding: try readAll(file.number, name), as: UTF8.self))
    }
    let disk = DiskFile(file, name: name)
    try disk.truncate(to: 0)
    try disk.write(Array(holder.utf8))
    return .held(DiskLock(file))
  }
}

extension DiskFileSystem {
  private struct Region: @unchecked Sendable {
    let address: UnsafeMutableRawPointer
    let size: Int
  }

  /// The directory that holds a name, and the last part of the name.
  private func parent(of name: String) throws(FileError) -> (SharedDescriptor, String) {
    let (directory, leaf) = try parent(of: name, whenMissing: nil)
    guard let directory else {
      throw FileError(operation: "open", name: name, reason: .missing)
    }
    return (directory, leaf)
  }

  private func parent(
    of name: String, whenMissing: SharedDescriptor?
  ) throws(FileError) -> (SharedDescriptor?, String) {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let leaf = parts.last,
      parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && !$0.utf8.contains(0) })
    else { throw FileError(operation: "open", name: name, reason: .failed("not a plain name")) }
    var directory = descriptor
    for part in parts.dropLast() {
      let next = openat(directory.number, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      if next < 0, errno == ENOENT { return (whenMissing, leaf) }
      guard next >= 0 else { throw FileError.last("open", name) }
      directory = SharedDescriptor(next)
    }
    return (directory, leaf)
  }

  private func openDirectory(_ name: String) throws(FileError) -> SharedDescriptor {
    if name.isEmpty { return descriptor }
    return try openFile(name, O_RDONLY | O_DIRECTORY, operation: "open")
  }

  private func openFile(
    _ name: String, _ flags: Int32, operation: String
  ) throws(FileError) -> SharedDescriptor {
    let (directory, leaf) = try parent(of: name)
    // Without blocking, since a pipe planted under a name would hold its reader for ever.
    let all = flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    while true {
      let opened = openat(directory.number, leaf, all, 0o600)
      if opened < 0, errno == EINTR { continue }
      guard opened >= 0 else { throw FileError.last(operation, name) }
      let file = SharedDescriptor(opened)
      switch try fileInfo(opened, name).kind {
      case .other: throw FileError(operation: operation, name: name, reason: .failed("not a file"))
      case .directory where flags & O_DIRECTORY == 0:
        throw FileError(operation: operation, name: name, reason: .notAFile)
      default: return file
      }
    }
  }
}

private final class DiskFile: WritableFile {
  private var descriptor: SharedDescriptor?
  private let name: String

  init(_ descriptor: SharedDescriptor, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  private func number() throws(FileError) -> Int32 {
    guard let descriptor else {
      throw FileError(operation: "use", name: name, reason: .failed("closed"))
    }
    return descriptor.number
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      let written = Glibc.write(try number(), part.baseAddress, part.count)
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw FileError.last("write", name) }
      rest = rest.dropFirst(written)
    }
  }

  func sync() throws(FileError) {
    guard fdatasync(try number()) == 0 else { throw FileError.last("sync", name) }
  }

  func truncate(to size: Int) throws(FileError) {
    guard ftruncate(try number(), size) == 0 else { throw FileError.last("cut", name) }
  }

  func size() throws(FileError) -> Int {
    try fileInfo(try number(), name).size
  }

  func close() throws(FileError) {
    descriptor = nil
  }
}

private final class DiskLock: LockHandle, @unchecked Sendable {  // flock is the guard
  private var descriptor: SharedDescriptor?

  init(_ descriptor: SharedDescriptor) {
    self.descriptor = descriptor
  }

  func release() {
    if let descriptor { flock(descriptor.number, LOCK_UN) }
    descriptor = nil
  }
}

/// A file descriptor that is closed when the last one to hold it lets go.
final class SharedDescriptor: Sendable {
  let number: Int32

  init(_ number: Int32) {
    self.number = number
  }

  deinit {
    close(number)
  }
}

extension FileInfo {
  fileprivate init(_ status: stat) {
    let kind: Kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .directory
      default: .other
      }
    self.init(
      kind: kind, size: Int(status.st_size), owner: status.st_uid, mode: status.st_mode & 0o7777)
  }
}

extension FileError {
  /// The error that `errno` tells of right now.
  static func last(_ operation: String, _ name: String) -> FileError {
    let reason: Reason =
      switch errno {
      case ENOENT: .missing
      case EEXIST: .exists
      case EACCES, EPERM: .denied
      case EROFS: .readOnly
      case ENOSPC, EDQUOT: .full
      case EISDIR: .notAFile
      case ENOTDIR: .notADirectory
      case ELOOP: .isALink
      case EFBIG: .tooLarge
      default: .failed(Errno(rawValue: errno).description)
      }
    return FileError(operation: operation, name: name, reason: reason)
  }
}

func fileInfo(_ descriptor: Int32, _ name: String) throws(FileError) -> FileInfo {
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw FileError.last("look at", name) }
  return FileInfo(status)
}

func readAll(_ descriptor: Int32, _ name: String) throws(FileError) -> [UInt8] {
  var bytes: [UInt8] = []
  let size = try fileInfo(descriptor, name).size
  var block = [UInt8](repeating: 0, count: max(4096, min(size + 1, 1 << 20)))
  while true {
    let count = block.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    guard count >= 0 else { throw FileError.last("read", name) }
    if count == 0 { return bytes }
    bytes.append(contentsOf: block[..<count])
  }
}
