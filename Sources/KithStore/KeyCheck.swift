import Crypto
import KithSystem

/// What the manifest says of the store's `key`, so that one that was changed is noticed before anything is
/// hidden, signed or recognised by it.
enum KeyCheck {
  static let size = 32

  /// The first 8 bytes of HMAC-SHA256 over `key` under the key itself, hex: nothing of the key is given away.
  static func of(_ key: [UInt8]) -> String {
    let code = HMAC<SHA256>.authenticationCode(
      for: Array(StoreFile.key.utf8), using: SymmetricKey(data: key))
    return hex(code.prefix(8))
  }

  /// What is wrong with a key; nil where nothing is. `check` is what the manifest says, nil where it was
  /// written before it said anything.
  static func problem(_ key: [UInt8], _ check: String?) -> String? {
    guard key.count == size else { return "it has \(key.count) bytes of \(size)" }
    guard let check, of(key) != check else { return nil }
    return "it is not the key that manifest.json tells of"
  }
}

extension FileSystem {
  /// The store's key.
  /// - Throws: where it is missing, or not what the manifest says.
  func key(_ manifests: ReadManifest) throws(StoreError) -> [UInt8] {
    let key = try reach { () throws(FileError) in try read(StoreFile.key) }
    let manifest = try manifests.manifest(
      reach { () throws(FileError) in try read(StoreFile.manifest) })
    if let problem = KeyCheck.problem(key, manifest.keyCheck) {
      throw .damaged(file: StoreFile.key, line: nil, problem: problem)
    }
    return key
  }
}

extension Store {
  /// What blinds addresses and erased ids, and signs links.
  /// - Throws: where the file is missing, or another key than the store was made with.
  package func key() throws(StoreError) -> [UInt8] { try files.key(manifests) }
}
