import Synchronization

/// The manifest that was read last, with the text that it was read from: while a file says the same, it
/// is not read again.
final class ReadManifest: Sendable {
  private struct Read {
    let bytes: [UInt8]
    let manifest: Manifest
  }
  private let last = Mutex<Read?>(nil)

  /// The manifest that was read last; nil before the first.
  var manifest: Manifest? { last.withLock { $0?.manifest } }

  /// The manifest that the file's bytes say.
  func manifest(_ bytes: [UInt8]) throws(StoreError) -> Manifest {
    if let last = last.withLock({ $0 }), isSame(last.bytes, bytes) { return last.manifest }
    let manifest = try Manifest(bytes: bytes)
    last.withLock { $0 = Read(bytes: bytes, manifest: manifest) }
    return manifest
  }

  /// As `==`, which takes them byte by byte.
  private func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.withUnsafeBytes { left in right.withUnsafeBytes { compare(left, $0) == 0 } }
  }
}
