import Crypto
import KithSystem

/// What the content of a file is known by: SHA-256 over its size and the CRC-32C of each 256 KiB of it.
///
/// A SHA-256 of the bytes themselves would take longer than all the rest of an import. Two files pass
/// for one where they have one size and, in each piece in which they differ, one CRC: never where a
/// piece differs in four bytes on end, else once in 2³². Numbers are little-endian; the size has 8 bytes.
struct ContentDigest {
  static let pieceSize = 1 << 18

  private var checksums: [UInt32] = []
  private var piece = CRC32C()
  private var size = 0
  /// As stores of earlier versions know their files; only where there are such.
  private var plain: SHA256?

  init(alsoPlain: Bool) {
    if alsoPlain { plain = SHA256() }
  }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    plain?.update(bufferPointer: bytes)
    var rest = bytes[...]
    while !rest.isEmpty {
      let inPiece = size % Self.pieceSize
      if inPiece == 0, rest.count >= 4 * Self.pieceSize {
        let four = UnsafeRawBufferPointer(rebasing: rest.prefix(4 * Self.pieceSize))
        let crc = CRC32C.ofQuarters(four)
        checksums += [crc.0, crc.1, crc.2, crc.3]
        size += four.count
        rest = rest.dropFirst(four.count)
        continue
      }
      let part = rest.prefix(Self.pieceSize - inPiece)
      piece.update(UnsafeRawBufferPointer(rebasing: part))
      size += part.count
      rest = rest.dropFirst(part.count)
      if size % Self.pieceSize == 0 { endPiece() }
    }
  }

  private mutating func endPiece() {
    checksums.append(piece.value)
    piece = CRC32C()
  }

  /// The digest of all that came, and, where it was asked for, the SHA-256.
  func finished() -> (digest: String, plain: String?) {
    var all = checksums
    if size % Self.pieceSize != 0 { all.append(piece.value) }
    var hash = SHA256()
    withUnsafeBytes(of: UInt64(size).littleEndian) { hash.update(bufferPointer: $0) }
    for checksum in all {
      withUnsafeBytes(of: checksum.littleEndian) { hash.update(bufferPointer: $0) }
    }
    return (hex(hash.finalize()), plain.map { hex($0.finalize()) })
  }
}
