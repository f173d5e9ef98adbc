import Crypto
import KithSystem

/// How an id is known to be of someone who was erased: by its keyed hash alone, HMAC-SHA256 under the
/// store's `key`, over the bytes of the id.
struct Forgotten: Sendable {
  private let files: any FileSystem
  private let manifests: ReadManifest

  init(_ files: any FileSystem, _ manifests: ReadManifest) {
    self.files = files
    self.manifests = manifests
  }

  /// Recognises ids by their hashes (hex).
  /// - Throws: where the store's key cannot be read, or is another one.
  func matcher(_ hashes: [String]) throws(StoreError) -> Matcher {
    Matcher(key: try files.key(manifests), hashes: hashes)
  }

  struct Matcher: Sendable {
    private let key: SymmetricKey
    private let hashes: Set<[UInt8]>

    fileprivate init(key: [UInt8], hashes: [String]) {
      self.key = SymmetricKey(data: key)
      self.hashes = Set(hashes.compactMap { bytes(hex: $0) })
    }

    /// Cost: one HMAC, about a microsecond.
    func matches(_ id: UnsafeRawBufferPointer) -> Bool {
      hashes.contains(Array(HMAC<SHA256>.authenticationCode(for: id, using: key)))
    }

    /// The hash of an id, hex.
    func hash(_ id: UnsafeRawBufferPointer) -> String {
      hex(HMAC<SHA256>.authenticationCode(for: id, using: key))
    }
  }
}
