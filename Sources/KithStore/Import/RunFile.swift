import KithSystem

/// A run as it is written: a file beside its name, in blocks of 1 MiB, each with its CRC-32C.
final class RunFile {
  static let blockSize = 1 << 20

  private let file: any WritableFile
  private var block: [UInt8] = []
  private(set) var bytes = 0
  private(set) var checksums: [UInt32] = []

  init(_ file: any WritableFile) {
    self.file = file
    block.reserveCapacity(Self.blockSize)
  }

  func write(_ source: UnsafeRawBufferPointer) throws(FileError) {
    var rest = source[...]
    while !rest.isEmpty {
      let part = rest.prefix(Self.blockSize - block.count)
      block.append(contentsOf: part)
      rest = rest.dropFirst(part.count)
      if block.count == Self.blockSize { try flush() }
    }
  }

  /// Writes what is left, and makes all of it survive a power cut.
  func finish() throws(FileError) {
    if !block.isEmpty { try flush() }
    try file.sync()
    try file.close()
  }

  private func flush() throws(FileError) {
    checksums.append(CRC32C.of(block))
    try file.write(block)
    bytes += block.count
    block.removeAll(keepingCapacity: true)
  }
}
