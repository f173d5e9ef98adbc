internal import CMachine
import Glibc
import SystemPackage

final class DiskFile: WritableFile {
  private var descriptor: SharedDescriptor?
  private let name: String

  init(_ descriptor: SharedDescriptor, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  private func use<Value>(
    _ body: (Int32) throws(FileError) -> Value
  ) throws(FileError) -> Value {
    guard let descriptor else {
      throw FileError(operation: "use", name: name, reason: .failed("it is closed"))
    }
    return try descriptor.use(body)
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    try use { number throws(FileError) in
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        let written = Glibc.write(number, part.baseAddress, part.count)
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { throw FileError.last("write", name) }
        rest = rest.dropFirst(written)
      }
    }
  }

  func startWriting(_ range: Range<Int>) {
    descriptor?.use { number in
      cm_start_writing(number, Int64(range.lowerBound), Int64(range.count))
    }
  }

  func sync() throws(FileError) {
    try use { number throws(FileError) in
      guard fdatasync(number) == 0 else { throw FileError.last("sync", name) }
    }
  }

  func truncate(to size: Int) throws(FileError) {
    try use { number throws(FileError) in
      guard ftruncate(number, size) == 0 else { throw FileError.last("cut", name) }
    }
  }

  func size() throws(FileError) -> Int {
    try use { number throws(FileError) in try fileInfo(number, name).size }
  }

  func close() throws(FileError) {
    descriptor = nil
  }
}

final class DiskLock: LockHandle, @unchecked Sendable {  // flock is the guard
  private var descriptor: SharedDescriptor?

  init(_ descriptor: SharedDescriptor) {
    self.descriptor = descriptor
  }

  func release() {
    descriptor?.use { number in _ = flock(number, LOCK_UN) }
    descriptor = nil
  }
}

/// A file descriptor that is closed when the last one to hold it lets go.
final class SharedDescriptor: Sendable {
  private let number: Int32

  init(_ number: Int32) {
    self.number = number
  }

  deinit {
    close(number)
  }

  /// Lends the number for one call. Without this the descriptor may be closed as soon as its number
  /// is known.
  func use<Value, Failure>(
    _ body: (Int32) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try withExtendedLifetime(self) { () throws(Failure) in try body(number) }
  }

  func info(_ name: String) throws(FileError) -> FileInfo {
    try use { number throws(FileError) in try fileInfo(number, name) }
  }

  func read(_ name: String, size: Int) throws(FileError) -> [UInt8] {
    try use { number throws(FileError) in try readAll(number, name, size: size) }
  }
}

extension FileInfo {
  init(_ status: stat) {
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
      case ENOMEM, EMFILE, ENFILE: .exhausted(Errno(rawValue: errno).description)
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
  try readAll(descriptor, name, size: try fileInfo(descriptor, name).size)
}

/// As `readAll` of a descriptor, where the file's present size is known.
func readAll(_ descriptor: Int32, _ name: String, size: Int) throws(FileError) -> [UInt8] {
  // Room for one byte more than the file has, so that its end is met in the same go.
  let room = max(4096, size + 1)
  var bytes = try readSome(descriptor, name, upTo: room, end: size)
  var last = bytes.count
  while last == room {
    let more = try readSome(descriptor, name, upTo: room, end: nil)
    last = more.count
    bytes += more
  }
  return bytes
}

/// Fewer bytes than were asked for: the end. A read that stops short where the file was said to end, at
/// `end`, has met it.
private func readSome(
  _ descriptor: Int32, _ name: String, upTo room: Int, end: Int?
) throws(FileError) -> [UInt8] {
  var failure: FileError?
  let bytes = [UInt8](unsafeUninitializedCapacity: room) { memory, filled in
    while filled < room {
      let count = Glibc.read(
        descriptor, memory.baseAddress?.advanced(by: filled), room - filled)
      if count < 0, errno == EINTR { continue }
      if count < 0 { failure = FileError.last("read", name) }
      guard count > 0 else { return }
      filled += count
      if filled == end { return }
    }
  }
  if let failure { throw failure }
  return bytes
}
