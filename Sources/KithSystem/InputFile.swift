import Glibc

/// A file of the outside world that is read once, from its beginning to its end: an import's source.
///
/// It may be anywhere, may be a link, and may be standard input.
public final class InputFile {
  /// Bytes in all; nil where that is not known beforehand.
  public let size: Int?
  private let name: String
  private let descriptor: SharedDescriptor

  public init(path: String) throws(FileError) {
    name = path
    let opened = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else { throw FileError.last("read", path) }
    descriptor = SharedDescriptor(opened)
    let info = try descriptor.info(path)
    guard info.kind != .directory else {
      throw FileError(operation: "read", name: path, reason: .notAFile)
    }
    size = info.kind == .file ? info.size : nil
  }

  /// Standard input.
  public init() throws(FileError) {
    name = "-"
    size = nil
    let copy = dup(STDIN_FILENO)
    guard copy >= 0 else { throw FileError.last("read", name) }
    descriptor = SharedDescriptor(copy)
  }

  /// Fills the front of a buffer; returns how much of it, 0 at the end.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    try descriptor.use { number throws(FileError) in
      while true {
        let count = Glibc.read(number, buffer.baseAddress, buffer.count)
        if count >= 0 { return count }
        if errno != EINTR { throw FileError.last("read", name) }
      }
    }
  }
}
