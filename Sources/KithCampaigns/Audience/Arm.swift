import Crypto
import KithStore
import KithSystem

/// Treated or held out: public, the same in all waves, and stable when the share grows.
///
/// SHA-256 over the UTF-8 of store id (hex), campaign and user, a zero byte between them; its first 64
/// bits as a fraction of 2^64, against the share. The global hold-out is drawn the same way for a
/// campaign without a name, so that it holds the same users out of all campaigns.
enum Arm: String, Sendable {
  case treated
  case heldOut = "held_out"

  static func of(
    user: String, campaign: String, store: String, holdout: Double, globalHoldout: Double
  ) -> Arm {
    let isHeldOut =
      fraction(store, campaign, user) < holdout || fraction(store, "", user) < globalHoldout
    return isHeldOut ? .heldOut : .treated
  }

  /// 0 ≤ fraction < 1.
  private static func fraction(_ store: String, _ campaign: String, _ user: String) -> Double {
    let bits = digest(store, campaign, user).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Double(bits >> 11) / Double(UInt64(1) << 53)
  }
}

/// SHA-256 over the UTF-8 of fields with a zero byte between them. No field holds a zero byte: user
/// ids have no control characters.
func digest(_ fields: String...) -> [UInt8] {
  Array(SHA256.hash(data: Array(fields.map { Array($0.utf8) }.joined(separator: [0]))))
}

/// A message's id: hex SHA-256 of store, campaign, wave, step and user. Its idempotency key.
func messageID(
  store: String, campaign: String, wave: Int, step: Int, user: String
) -> String {
  hex(digest(store, campaign, "\(wave)", "\(step)", user))
}

/// What the store's key blinds and signs.
struct StoreKey: Sendable {
  private let key: SymmetricKey

  init(_ bytes: [UInt8]) {
    key = SymmetricKey(data: bytes)
  }

  /// A token for unsubscribing: the address's blinded form and a signature over it.
  func unsubscribeToken(addressHash: String) -> String {
    let message = Array("unsubscribe".utf8) + [0] + Array(addressHash.utf8)
    let signature = HMAC<SHA256>.authenticationCode(for: message, using: key)
    return addressHash + "." + hex(Array(signature).prefix(16))
  }

  /// An address's keyed hash: what audiences and the suppression list hold instead of it. The same as
  /// ``Store/addressHash(_:)``, without reading the key for each address.
  func addressHash(_ address: String) -> String {
    let text = Array(trimmed(address).lowercased().utf8)
    return hex(HMAC<SHA256>.authenticationCode(for: text, using: key))
  }
}
