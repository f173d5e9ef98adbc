// journal/sets/<sha256>.zst: the users of a bulk decision. Zstandard over the ids in byte order, each
// with its length before it as 4 bytes, little-endian. The name is the SHA-256 of the bytes before
// compression, so that two writers who decide about the same users write the same file.

import CCompression
import Crypto
import KithSystem

enum UserSet {
  /// Longer lists go to a file of their own.
  static let mostNamed = 64

  static func encode(_ sortedIDs: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    for id in sortedIDs {
      withUnsafeBytes(of: UInt32(id.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
      bytes.append(contentsOf: id.utf8)
    }
    return bytes
  }

  static func append(_ id: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: UInt32(id.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: id)
  }

  /// nil where the bytes are not lengths and UTF-8.
  static func decode(_ bytes: [UInt8]) -> [String]? {
    var ids: [String] = []
    var at = 0
    while at < bytes.count {
      guard at + 4 <= bytes.count else { return nil }
      let length = bytes.withUnsafeBytes {
        Int(UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
      }
      at += 4
      guard length <= bytes.count - at,
        let id = String(validating: bytes[at..<(at + length)], as: UTF8.self)
      else { return nil }
      ids.append(id)
      at += length
    }
    return ids
  }

  /// The bytes of a set's file; nil where they are not those of this digest, not lengths and UTF-8 in
  /// byte order, or more than `limit`.
  static func unpacked(_ packed: [UInt8], sha256: String, limit: Int) -> [UInt8]? {
    guard let bytes = decompress(packed, limit: limit), digest(bytes) == sha256, isSound(bytes)
    else { return nil }
    return bytes
  }

  private static func isSound(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { all in
      var at = 0
      var last = UnsafeRawBufferPointer(start: nil, count: 0)
      while at < all.count {
        guard at + 4 <= all.count else { return false }
        let length = Int(
          UInt32(littleEndian: all.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
        guard length > 0, length <= all.count - at - 4 else { return false }
        let id = UnsafeRawBufferPointer(rebasing: all[(at + 4)..<(at + 4 + length)])
        guard compare(last, id) < 0, isText(id) else { return false }
        last = id
        at += 4 + length
      }
      return true
    }
  }

  private static func isText(_ id: UnsafeRawBufferPointer) -> Bool {
    id.allSatisfy { $0 < 0x80 } || String(validating: id, as: UTF8.self) != nil
  }

  /// Calls for each id of a set that was unpacked.
  static func forEach(_ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) -> Void) {
    bytes.withUnsafeBytes { all in
      var at = 0
      while at < all.count {
        let length = Int(
          UInt32(littleEndian: all.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
        body(UnsafeRawBufferPointer(rebasing: all[(at + 4)..<(at + 4 + length)]))
        at += 4 + length
      }
    }
  }

  static func count(_ bytes: [UInt8]) -> Int {
    var count = 0
    forEach(bytes) { _ in count += 1 }
    return count
  }

  /// The ids of a file; nil where it is not the one of this digest, or longer than `limit` bytes.
  static func unpack(_ packed: [UInt8], sha256: String, limit: Int) -> [String]? {
    guard let bytes = decompress(packed, limit: limit), digest(bytes) == sha256 else { return nil }
    return decode(bytes)
  }

  static func digest(_ bytes: [UInt8]) -> String {
    hex(SHA256.hash(data: bytes))
  }

  static func name(_ sha256: String) -> String {
    "\(StoreFile.sets)/\(sha256).zst"
  }

  static func compress(_ bytes: [UInt8]) -> [UInt8]? {
    let bound = cc_zstd_bound(Int64(bytes.count))
    guard bound >= 0 else { return nil }
    var count: Int64 = -1
    let packed = [UInt8](unsafeUninitializedCapacity: Int(bound)) { buffer, initialized in
      count = bytes.withUnsafeBytes {
        cc_zstd_compress(buffer.baseAddress, bound, $0.baseAddress, Int64($0.count), 3)
      }
      initialized = Int(max(0, count))
    }
    return count < 0 ? nil : packed
  }

  /// nil where it is not a frame that says its size, or says more than `limit`.
  static func decompress(_ packed: [UInt8], limit: Int) -> [UInt8]? {
    packed.withUnsafeBytes { source -> [UInt8]? in
      let size = cc_zstd_content_size(source.baseAddress, Int64(source.count))
      guard size >= 0, size <= Int64(limit) else { return nil }
      var count: Int64 = -1
      let bytes = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, initialized in
        count = cc_zstd_decompress(
          buffer.baseAddress, size, source.baseAddress, Int64(source.count))
        initialized = Int(max(0, count))
      }
      return count == size ? bytes : nil
    }
  }
}

extension Sequence<String> {
  /// In byte order, each once.
  func sortedUnique() -> [String] {
    var unique: [String] = []
    for text in sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    where unique.last.map({ !$0.utf8.elementsEqual(text.utf8) }) ?? true {
      unique.append(text)
    }
    return unique
  }
}
