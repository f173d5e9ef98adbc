/// Bytes of a file that stay where they are while this object lives; mapped where the system can.
public final class MappedBytes: @unchecked Sendable {  // never written after init
  /// Good while this object is held, no longer: a loop over them holds it.
  public let bytes: UnsafeRawBufferPointer
  private let release: () -> Void

  /// Takes over memory that `release` gives back.
  public init(_ bytes: UnsafeRawBufferPointer, release: @escaping @Sendable () -> Void) {
    self.bytes = bytes
    self.release = release
  }

  /// No bytes.
  public static let empty = MappedBytes(copying: [])

  /// A copy of bytes in memory, aligned to 64.
  public convenience init(copying source: [UInt8]) {
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(1, source.count), alignment: 64)
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
