import CMapping
import Glibc

/// Memory that is zero at first, in huge pages where the system has them: for what is written in no
/// order, so that finding a page's place in memory does not cost more than the write.
public final class LargeMemory {
  public let address: UnsafeMutableRawPointer
  public let size: Int
  private let isMapped: Bool

  private static let hugePage = 1 << 21

  /// Where the system has none, the process ends with a line that says so.
  public init(_ size: Int) {
    self.size = size
    isMapped = size >= Self.hugePage
    guard isMapped else {
      address = alignedMemory(max(size, 1))
      address.initializeMemory(as: UInt8.self, repeating: 0, count: size)
      return
    }
    let mapped = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let mapped, mapped != MAP_FAILED else { cm_no_memory(Int64(size)) }
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

/// Memory at a multiple of 64, to be deallocated like any other. Where the system has none, the process ends
/// with a line that says so.
public func alignedMemory(_ size: Int) -> UnsafeMutableRawPointer {
  var address: UnsafeMutableRawPointer?
  guard posix_memalign(&address, 64, max(1, size)) == 0, let address else {
    cm_no_memory(Int64(size))
  }
  return address
}

extension UnsafeMutableRawBufferPointer {
  /// As ``alignedMemory(_:)``.
  public static func aligned(_ size: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: alignedMemory(size), count: size)
  }
}
