import CMapping
import Glibc

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

  /// Keeps everyone but the owner out of the root.
  public func makePrivate() throws(FileError) {
    try descriptor.use { number throws(FileError) in
      guard fchmod(number, 0o700) == 0 else { throw FileError.last("make private", root) }
    }
  }

  public func info(_ name: String) throws(FileError) -> FileInfo? {
    if name.isEmpty { return try descriptor.info(name) }
    let (directory, leaf) = try parentIfAny(of: name)
    guard let directory else { return nil }
    return try directory.use { number throws(FileError) -> FileInfo? in
      var status = stat()
      guard fstatat(number, leaf, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw FileError.last("look at", name)
      }
      return FileInfo(status)
    }
  }

  public func list(_ name: String) throws(FileError) -> [String] {
    // The root too is opened anew, since reading moves a descriptor's position.
    let (directory, leaf) = name.isEmpty ? (descriptor, ".") : try parentIfAny(of: name)
    guard let directory else { return [] }
    let opened = directory.use { number in
      openat(number, leaf, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    }
    if opened < 0, errno == ENOENT { return [] }
    guard opened >= 0 else { throw FileError.last("list", name) }
    guard let stream = fdopendir(opened) else {
      defer { close(opened) }
      throw FileError.last("list", name)
    }
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
    let (file, info) = try openFile(name, O_RDONLY, operation: "read")
    return try file.read(name, size: info.size)
  }

  public func map(_ name: String) throws(FileError) -> MappedBytes {
    let (file, info) = try openFile(name, O_RDONLY, operation: "read")
    let size = info.size
    if size <= Self.smallSize { return MappedBytes(copying: try file.read(name, size: size)) }
    return try file.use { number throws(FileError) in
      guard let address = mmap(nil, size, PROT_READ, MAP_SHARED, number, 0),
        address != MAP_FAILED
      else { throw FileError.last("map", name) }
      let region = Region(address: address, size: size)
      cm_note(address, Int64(size), visible(root + "/" + name))
      return MappedBytes(UnsafeRawBufferPointer(start: address, count: size)) { part in
        part.forgetPages()
      } read: { [file = size < Self.largeSize ? nil : file] place, memory in
        file?.use { pread($0, memory.baseAddress, memory.count, place) == memory.count } ?? false
      } release: {
        cm_drop(region.address)
        munmap(region.address, region.size)
      }
    }
  }

  /// A file of up to a page costs less to read than to map.
  private static let smallSize = 1 << 12
  /// A file from this size on has parts that are far from each other.
  private static let largeSize = 1 << 26

  public func open(_ name: String, _ mode: WriteMode) throws(FileError) -> any WritableFile {
    let flags =
      switch mode {
      case .create: O_CREAT | O_EXCL
      case .replace: O_CREAT | O_TRUNC
      case .append: O_CREAT | O_APPEND
      }
    return DiskFile(try openFile(name, O_WRONLY | flags, operation: "write").file, name: name)
  }

  public func makeDirectory(_ name: String) throws(FileError) {
    var path = ""
    for part in name.split(separator: "/") {
      path += path.isEmpty ? String(part) : "/" + part
      let (directory, leaf) = try parent(of: path)
      try directory.use { number throws(FileError) in
        if mkdirat(number, leaf, 0o700) != 0, errno != EEXIST { throw FileError.last("make", path) }
      }
    }
  }

  public func rename(_ from: String, to: String) throws(FileError) {
    let (source, sourceLeaf) = try parent(of: from)
    let (target, targetLeaf) = try parent(of: to)
    try source.use { sourceNumber throws(FileError) in
      try target.use { targetNumber throws(FileError) in
        guard renameat(sourceNumber, sourceLeaf, targetNumber, targetLeaf) == 0 else {
          throw FileError.last("rename", from)
        }
      }
    }
  }

  public func remove(_ name: String) throws(FileError) {
    let (directory, leaf) = try parentIfAny(of: name)
    guard let directory else { return }
    try directory.use { number throws(FileError) in
      if unlinkat(number, leaf, 0) == 0 || errno == ENOENT { return }
      if errno == EISDIR, unlinkat(number, leaf, AT_REMOVEDIR) == 0 { return }
      throw FileError.last("remove", name)
    }
  }

  public func syncDirectory(_ name: String) throws(FileError) {
    try openDirectory(name).use { number throws(FileError) in
      guard fsync(number) == 0 else { throw FileError.last("sync", name) }
    }
  }

  public func lock(_ name: String, holder: String) throws(FileError) -> LockOutcome {
    let (file, info) = try openFile(name, O_RDWR | O_CREAT, operation: "lock")
    let isFree = try file.use { number throws(FileError) in
      if flock(number, LOCK_EX | LOCK_NB) == 0 { return true }
      guard errno == EWOULDBLOCK else { throw FileError.last("lock", name) }
      return false
    }
    if !isFree {
      return .busy(holder: String(decoding: try file.read(name, size: info.size), as: UTF8.self))
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
    let (directory, leaf) = try parentIfAny(of: name)
    guard let directory else {
      throw FileError(operation: "open", name: name, reason: .missing)
    }
    return (directory, leaf)
  }

  /// As ``parent(of:)``, nil where a directory on the way is missing.
  private func parentIfAny(
    of name: String
  ) throws(FileError) -> (SharedDescriptor?, String) {
    var folders: [String] = []
    var rest = name[...]
    while let slash = rest.utf8.firstIndex(of: 0x2F) {
      folders.append(String(rest[..<slash]))
      rest = rest[rest.utf8.index(after: slash)...]
    }
    let leaf = String(rest)
    func isPlain(_ part: String) -> Bool {
      !part.isEmpty && part != "." && part != ".." && !part.utf8.contains(0)
    }
    guard isPlain(leaf), folders.allSatisfy(isPlain) else {
      throw FileError(operation: "open", name: name, reason: .failed("not a plain name"))
    }
    var directory = descriptor
    for folder in folders {
      let next = try directory.use { number throws(FileError) -> Int32? in
        let next = openat(number, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if next < 0, errno == ENOENT { return nil }
        guard next >= 0 else { throw FileError.last("open", name) }
        return next
      }
      guard let next else { return (nil, leaf) }
      directory = SharedDescriptor(next)
    }
    return (directory, leaf)
  }

  private func openDirectory(_ name: String) throws(FileError) -> SharedDescriptor {
    if name.isEmpty { return descriptor }
    return try openFile(name, O_RDONLY | O_DIRECTORY, operation: "open").file
  }

  private func openFile(
    _ name: String, _ flags: Int32, operation: String
  ) throws(FileError) -> (file: SharedDescriptor, info: FileInfo) {
    let (directory, leaf) = try parent(of: name)
    // Without blocking, since a pipe planted under a name would hold its reader for ever.
    let all = flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    let file = try directory.use { number throws(FileError) in
      while true {
        let opened = openat(number, leaf, all, 0o600)
        if opened < 0, errno == EINTR { continue }
        guard opened >= 0 else { throw FileError.last(operation, name) }
        return SharedDescriptor(opened)
      }
    }
    let info = try file.info(name)
    switch info.kind {
    case .other: throw FileError(operation: operation, name: name, reason: .failed("not a file"))
    case .directory where flags & O_DIRECTORY == 0:
      throw FileError(operation: operation, name: name, reason: .notAFile)
    default: return (file, info)
    }
  }
}

extension UnsafeRawBufferPointer {
  /// Lets go of the whole pages of a part of a mapped file that is read alone.
  fileprivate func forgetPages() {
    guard let baseAddress else { return }
    let page = UInt(sysconf(Int32(_SC_PAGESIZE)))
    let start = (UInt(bitPattern: baseAddress) + page - 1) / page * page
    let end = (UInt(bitPattern: baseAddress) + UInt(count)) / page * page
    guard start < end, let first = UnsafeMutableRawPointer(bitPattern: start) else { return }
    madvise(first, Int(end - start), Int32(MADV_DONTNEED))
  }
}
