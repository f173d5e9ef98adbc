import KithSystem

/// A run as it is written: a file beside its name, in blocks of 1 MiB, each with its CRC-32C.
///
/// Blocks of a large buffer are filled and summed by several threads, and written in turn, so that one
/// fills while another writes; the disk begins with what is written while the rest is yet to come.
final class RunFile {
  static let blockSize = 1 << 20
  private static let hintSize = 8 << 20

  private let file: any WritableFile
  private let block = UnsafeMutableRawPointer.allocate(byteCount: blockSize, alignment: 64)
  private var used = 0
  private(set) var bytes = 0
  private(set) var checksums: [UInt32] = []
  private var hinted = 0

  init(_ file: any WritableFile) {
    self.file = file
  }

  deinit { block.deallocate() }

  func write(_ more: UnsafeRawBufferPointer) throws(FileError) {
    let buffer = ArrowBuffer(size: more.count) { range, out in
      UnsafeMutableRawBufferPointer(start: out, count: range.count)
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: more[range]))
    }
    try put(buffer, from: 0, upTo: more.count)
  }

  /// Writes a buffer that begins at a multiple of 64.
  func put(_ buffer: ArrowBuffer) throws(FileError) {
    guard buffer.size > 0 else { return }
    buffer.prepare()
    var done = min(buffer.size, (Self.blockSize - used) % Self.blockSize)
    try put(buffer, from: 0, upTo: done)
    let blocks = (buffer.size - done) / Self.blockSize
    if blocks > 2, Cores.count > 1 {
      try putBlocks(blocks, of: buffer, from: done)
      done += blocks * Self.blockSize
    }
    try put(buffer, from: done, upTo: buffer.size)
    buffer.release()
  }

  private func put(_ buffer: ArrowBuffer, from start: Int, upTo end: Int) throws(FileError) {
    var done = start
    while done < end {
      let part = min(end - done, Self.blockSize - used)
      buffer.fill(done..<(done + part), block + used)
      done += part
      used += part
      if used == Self.blockSize { try flush() }
    }
  }

  /// Writes what is left, and makes all of it survive a power cut. `meanwhile` is called once all is
  /// written; of a large file, while the disk is waited for.
  func finish(meanwhile: () -> Void = {}) throws(FileError) {
    if used > 0 { try flush() }
    if bytes < Self.hintSize {
      meanwhile()
      try file.sync()
    } else {
      var failure: FileError?
      Cores.runUnchecked(2) { step in
        guard step == 1 else { return meanwhile() }
        do throws(FileError) { try self.file.sync() } catch { failure = error }
      }
      if let failure { throw failure }
    }
    try file.close()
  }

  private func flush() throws(FileError) {
    let full = UnsafeRawBufferPointer(start: block, count: used)
    try write(full, checksum: CRC32C.of(full))
    used = 0
  }

  private func write(_ full: UnsafeRawBufferPointer, checksum: UInt32) throws(FileError) {
    checksums.append(checksum)
    try file.write(full)
    bytes += full.count
    guard bytes - hinted >= Self.hintSize else { return }
    file.startWriting(hinted..<bytes)
    hinted = bytes
  }

  /// Writes whole blocks; the present one is empty.
  private func putBlocks(
    _ count: Int, of buffer: ArrowBuffer, from start: Int
  ) throws(FileError) {
    let monitor = Monitor()
    var claimed = 0
    var written = 0
    var failure: FileError?
    Cores.runUnchecked(Cores.count) { _ in
      let block = UnsafeMutableRawPointer.allocate(byteCount: Self.blockSize, alignment: 64)
      defer { block.deallocate() }
      while true {
        let index = monitor.withLock {
          defer { claimed += 1 }
          return claimed
        }
        guard index < count else { return }
        let from = start + index * Self.blockSize
        buffer.fill(from..<(from + Self.blockSize), block)
        let full = UnsafeRawBufferPointer(start: block, count: Self.blockSize)
        let checksum = CRC32C.of(full)
        let goesOn = monitor.withLock {
          monitor.wait { written == index || failure != nil }
          return failure == nil
        }
        guard goesOn else { return }
        var problem: FileError?
        do throws(FileError) { try self.write(full, checksum: checksum) } catch { problem = error }
        monitor.withLock {
          failure = problem
          written += 1
          monitor.wake()
        }
      }
    }
    if let failure { throw failure }
  }
}
