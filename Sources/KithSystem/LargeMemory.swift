import Glibc

/// Memory that is zero at first, in huge pages where the system has them: for what is written in no
/// order, so that finding a page's place in memory does not cost more than the write.
public final class LargeMemory {
  public let address: UnsafeMutableRawPointer
  public let size: Int
  private let isMapped: Bool

  private static let hugePage = 1 << 21

  /// - Precondition: the system has the memory.
  public init(_ size: Int) {
    self.size = size
    isMapped = size >= Self.hugePage
    guard isMapped else {
      address = .allocate(byteCount: max(size, 1), alignment: 64)
      address.initializeMemory(as: UInt8.self, repeating: 0, count: size)
      return
    }
    let mapped = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let mapped, mapped != MAP_FAILED else { preconditionFailure("no memory: \(size) bytes") }
    madvise(mapped, size, Int32(MADV_HUGEPAGE))
    address = mapped
  }

  deinit {
    if isMapped { munmap(address, size) } else { address.deallocate() }
  }

  /// The memory as numbers.
  public func of<Number>(_ type: Number.Type) -> UnsafeMutablePointer<Number> {
    address.assumingMemoryBound(to: type)
  }
}
