import KithSystem

/// A run as it is written: a file beside its name, in blocks of 1 MiB, each with its CRC-32C.
///
/// Blocks of a large buffer are filled and summed by several threads; whichever is done first writes what
/// is next, while the others fill. The disk begins with what is written while the rest is yet to come.
final class RunFile {
  static let blockSize = 1 << 20
  private static let hintSize = 8 << 20

  private let file: any WritableFile
  private let block = alignedMemory(blockSize)
  /// For blocks in the making, two for each thread and one that is written.
  private lazy var blocks = LargeMemory((2 * Cores.count + 1) * Self.blockSize)
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

  /// Writes what is left, so that all of it can be read.
  func end() throws(FileError) {
    if used > 0 { try flush() }
  }

  func close() throws(FileError) { try file.close() }

  /// Writes what is left, and makes all of it survive a power cut. `meanwhile` is called once all is
  /// written; of a large file, while the disk is waited for.
  func finish(meanwhile: () -> Void = {}) throws(FileError) {
    try end()
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
    let blocks = blocks
    let spare = (0..<(blocks.size / Self.blockSize)).map { blocks.address + $0 * Self.blockSize }
    let turns = Turns(count, spare: spare)
    Cores.runUnchecked(Cores.count) { _ in
      while let turn = turns.next() {
        switch turn {
        case .fill(let index, let block):
          let from = start + index * Self.blockSize
          buffer.fill(from..<(from + Self.blockSize), block)
          let full = UnsafeRawBufferPointer(start: block, count: Self.blockSize)
          turns.filled(index, .init(start: block, checksum: CRC32C.of(full)))
        case .write(let block):
          let full = UnsafeRawBufferPointer(start: block.start, count: Self.blockSize)
          var failure: FileError?
          do throws(FileError) {
            try self.write(full, checksum: block.checksum)
          } catch {
            failure = error
          }
          turns.wrote(block, failure)
        }
      }
    }
    if let failure = turns.failure { throw failure }
  }
}

/// Who does what while blocks are filled in any order and written in theirs.
private final class Turns {
  struct Block {
    let start: UnsafeMutableRawPointer
    let checksum: UInt32
  }

  enum Turn {
    case fill(Int, UnsafeMutableRawPointer)
    case write(Block)
  }

  private let monitor = Monitor()
  private let count: Int
  private var spare: [UnsafeMutableRawPointer]
  private var filled: [Int: Block] = [:]
  private var claimed = 0
  private var written = 0
  private var isWriting = false
  /// What a block could not be written for; nothing is done after it.
  private(set) var failure: FileError?

  /// `spare` is memory for blocks, of which as many are in the making at most.
  init(_ count: Int, spare: [UnsafeMutableRawPointer]) {
    self.count = count
    self.spare = spare
  }

  /// What a thread is to do; nil where all is done. Waits where another has to come first.
  func next() -> Turn? {
    monitor.withLock {
      monitor.wait { failure != nil || written == count || canWrite || canFill }
      guard failure == nil, written < count else { return nil }
      if canWrite, let block = filled.removeValue(forKey: written) {
        isWriting = true
        return .write(block)
      }
      defer { claimed += 1 }
      return .fill(claimed, spare.removeLast())
    }
  }

  private var canWrite: Bool { !isWriting && filled[written] != nil }
  private var canFill: Bool { claimed < count && !spare.isEmpty }

  func filled(_ index: Int, _ block: Block) {
    monitor.withLock {
      filled[index] = block
      monitor.wake()
    }
  }

  func wrote(_ block: Block, _ failure: FileError?) {
    monitor.withLock {
      self.failure = failure
      spare.append(block.start)
      written += 1
      isWriting = false
      monitor.wake()
    }
  }
}
