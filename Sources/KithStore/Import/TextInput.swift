import CCompression
import KithSystem

/// The text of one input, a block at a time: read, hashed as it lies on disk, and decompressed where
/// its first bytes are those of gzip or Zstandard, then brought into UTF-8 where another encoding is told.
final class TextInput {
  let name: String
  /// Bytes read so far, as they lie on disk.
  private(set) var bytesRead = 0
  let bytesTotal: Int?

  private enum Source {
    case file(InputFile)
    case memory([UInt8])
  }

  private let source: Source
  private var hash: ContentDigest
  private var stream: OpaquePointer?
  private var isStarted = false
  /// Raw bytes that were read and not yet handed on.
  private var block = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var rest: Range<Int> = 0..<0
  private var isAtEnd = false
  private var isBetweenFrames = true
  private let transcoder: Transcoder?

  init(
    _ input: ImportInput, encoding: String? = nil, alsoSHA256: Bool = false
  ) throws(ImportError) {
    name = input.name
    transcoder = encoding.flatMap(Transcoder.init)
    if let encoding, transcoder == nil { throw .unknownEncoding(encoding) }
    hash = ContentDigest(alsoPlain: alsoSHA256)
    do throws(FileError) {
      switch input {
      case .path(let path):
        let file = try InputFile(path: path)
        source = .file(file)
        bytesTotal = file.size
      case .standardInput:
        source = .file(try InputFile())
        bytesTotal = nil
      case .bytes(_, let bytes):
        source = .memory(bytes)
        bytesTotal = bytes.count
      }
    } catch {
      throw .file(error)
    }
  }

  deinit {
    cc_stream_free(stream)
    block.deallocate()
  }

  /// What all that lies on disk is known by, once all of it was read.
  var digest: (digest: String, plain: String?) { hash.finished() }

  /// Fills the front of a buffer with text; returns how much, 0 at the end alone.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
    guard let transcoder else { return try readText(into: buffer) }
    return try transcoder.read(into: buffer) { (space) throws(ImportError) in
      try readText(into: space)
    }
  }

  /// As ``read(into:)``, in the encoding of the file.
  private func readText(into buffer: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
    if !isStarted { try start() }
    while true {
      if stream == nil, rest.isEmpty { return try readRaw(into: buffer) }
      if rest.isEmpty, !isAtEnd { try fill() }
      guard stream != nil else {
        let count = min(rest.count, buffer.count)
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: block[rest].prefix(count)))
        rest = (rest.lowerBound + count)..<rest.upperBound
        return count
      }
      let count = try decompress(into: buffer)
      if count > 0 { return count }
      if rest.isEmpty, isAtEnd {
        guard isBetweenFrames else { throw .compressed(file: name, problem: .cutShort) }
        return 0
      }
    }
  }

  /// Looks at the first bytes, of which a pipe may give few at a time.
  private func start() throws(ImportError) {
    isStarted = true
    block = .aligned(1 << 20)
    while rest.count < 4, !isAtEnd { try fill() }
    let head = block[rest].prefix(4)
    if head.starts(with: [0x1F, 0x8B]) {
      stream = cc_stream_gzip()
    } else if head.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
      stream = cc_stream_zstd()
    } else {
      return
    }
    if stream == nil { throw .compressed(file: name, problem: .noMemory) }
  }

  private func decompress(into buffer: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
    var used: Int64 = 0
    var made: Int64 = 0
    let outcome = cc_stream_next(
      stream, block.baseAddress.map { $0 + rest.lowerBound }, Int64(rest.count), &used,
      buffer.baseAddress, Int64(buffer.count), &made)
    guard outcome >= 0 else { throw .compressed(file: name, problem: .damaged) }
    isBetweenFrames = outcome == 1
    rest = (rest.lowerBound + Int(used))..<rest.upperBound
    // Neither side moves: what is left over is no frame.
    if used == 0, made == 0, !rest.isEmpty { throw .compressed(file: name, problem: .damaged) }
    return Int(made)
  }

  /// Reads behind what is left of the block; there is room, since it is called with under 4 bytes.
  private func fill() throws(ImportError) {
    if rest.isEmpty { rest = 0..<0 }
    let count = try readRaw(
      into: UnsafeMutableRawBufferPointer(rebasing: block[rest.upperBound...]))
    rest = rest.lowerBound..<(rest.upperBound + count)
  }

  /// Reads what lies on disk.
  private func readRaw(into space: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
    let count: Int
    switch source {
    case .file(let file):
      do throws(FileError) { count = try file.read(into: space) } catch { throw .file(error) }
    case .memory(let bytes):
      count = min(space.count, bytes.count - bytesRead)
      space.copyBytes(from: bytes[bytesRead..<(bytesRead + count)])
    }
    isAtEnd = count == 0
    hash.update(UnsafeRawBufferPointer(rebasing: space.prefix(count)))
    bytesRead += count
    return count
  }
}
