import Synchronization

/// The manifest that was read last, with the text that it was read from: while a file says the same, it
/// is not read again.
final class ReadManifest: Sendable {
  private let last = Mutex<(bytes: [UInt8], manifest: Manifest)?>(nil)

  /// The manifest that the file's bytes say.
  func manifest(_ bytes: [UInt8]) throws(StoreError) -> Manifest {
    if let last = last.withLock({ $0 }), last.bytes == bytes { return last.manifest }
    let manifest = try Manifest(bytes: bytes)
    last.withLock { $0 = (bytes, manifest) }
    return manifest
  }
}
