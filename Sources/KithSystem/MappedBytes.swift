/// Bytes of a file that stay where they are while this object lives; mapped where the system can.
public final class MappedBytes: @unchecked Sendable {  // never written after init
  /// Good while this object is held, no longer: a loop over them holds it.
  public let bytes: UnsafeRawBufferPointer
  private let release: () -> Void
  private let forget: (UnsafeRawBufferPointer) -> Void
  private let read: (Int, UnsafeMutableRawBufferPointer) -> Bool

  /// Takes over memory that `release` gives back. `forget` takes a part of it out of the process, which
  /// comes back from the file when it is touched again; `read` fills memory with the bytes from a place on,
  /// past the mapping, where it can.
  public init(
    _ bytes: UnsafeRawBufferPointer,
    forget: @escaping @Sendable (UnsafeRawBufferPointer) -> Void = { _ in },
    read: @escaping @Sendable (Int, UnsafeMutableRawBufferPointer) -> Bool = { _, _ in false },
    release: @escaping @Sendable () -> Void
  ) {
    self.bytes = bytes
    self.forget = forget
    self.read = read
    self.release = release
  }

  /// Copies a part of the bytes. Of a large file that takes less than to touch it where it lies, which maps
  /// the pages around it.
  public func copy(_ part: UnsafeRawBufferPointer, to memory: UnsafeMutableRawPointer) {
    guard let start = part.baseAddress, let first = bytes.baseAddress, !part.isEmpty else { return }
    let out = UnsafeMutableRawBufferPointer(start: memory, count: part.count)
    if !read(start - first, out) { out.copyMemory(from: part) }
  }

  /// Takes pages that were read out of the process, where they are a file's: for walks over more than
  /// ought to be held in memory at a time. They come back when they are touched.
  public func letPagesGo(of part: UnsafeRawBufferPointer? = nil) { forget(part ?? bytes) }

  /// No bytes.
  public static let empty = MappedBytes(copying: [])

  /// A copy of bytes in memory, aligned to 64.
  public convenience init(copying source: [UInt8]) {
    let memory = UnsafeMutableRawBufferPointer.aligned(max(1, source.count))
    memory.copyBytes(from: source)
    let base = UnsafeRawBufferPointer(rebasing: memory[..<source.count])
    let owned = Owned(memory: memory)
    self.init(base) { owned.memory.deallocate() }
  }

  deinit {
    release()
  }

  private struct Owned: @unchecked Sendable {
    let memory: UnsafeMutableRawBufferPointer
  }
}
