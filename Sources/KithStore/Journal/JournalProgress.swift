// Reading one journal: line by line, each checked by its checksum. A line that is not whole is
// *torn* where it is the last, cut short with its writer, and *damaged* elsewhere. What was read
// is remembered with a checksum of samples of it, so that reading again costs only what was added.

import KithSystem

/// How far one writer's file was read, and what was found.
struct JournalProgress: Sendable, Equatable {
  /// The file's name within the store.
  let name: String
  /// The whole lines at the beginning, in bytes.
  private(set) var length = 0
  /// Lines, the damaged ones too; the number of the next entry is not below it.
  private(set) var lines = 0
  private(set) var largestNumber = 0
  private(set) var damagedLines: [Int] = []
  private(set) var unknownDecision: String?
  /// The bytes after the last whole line, which no reader believes.
  private(set) var torn: [UInt8] = []
  /// Whether the last whole line lacks its newline, as after an editor.
  private(set) var lacksNewline = false
  private(set) var samples: UInt32 = 0

  init(name: String) {
    self.name = name
  }

  /// What a checkpoint remembers.
  init(
    name: String, length: Int, lines: Int, largestNumber: Int, damagedLines: [Int], samples: UInt32
  ) {
    self.name = name
    self.length = length
    self.lines = lines
    self.largestNumber = largestNumber
    self.damagedLines = damagedLines
    self.samples = samples
  }

  /// The largest number of an entry here, or of a line that may have been one.
  var lastNumber: Int { max(largestNumber, lines - 1) }

  /// Whether a content of the file begins with what was read of it.
  func continues(in bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= length && Self.samples(of: bytes, length) == samples
      && (!lacksNewline || bytes.count == length)
  }

  /// Takes in what a newer content of the file has more; `file` is the place of the file.
  /// - Throws: ``StoreError/newerFormat(file:format:)``.
  mutating func read(
    _ bytes: UnsafeRawBufferPointer, file: Int, into log: inout EntryLog
  ) throws(StoreError) {
    torn = []
    var at = length
    while at < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[at...])
      let end = rest.firstIndex(of: 0x0A).map { at + $0 }
      let line = UnsafeRawBufferPointer(rebasing: bytes[at..<(end ?? bytes.count)])
      let next = end.map { $0 + 1 } ?? bytes.count
      switch log.take(line, place: UInt64(file) << 48 | UInt64(at)) {
      case .entry: largestNumber = max(largestNumber, Int(log.items.last?.number ?? 0))
      case .header(let format):
        if format > JournalLine.format { throw .newerFormat(file: name, format: format) }
      case .unknown(let kind): unknownDecision = unknownDecision ?? kind
      case .damaged:
        guard next < bytes.count else {
          torn = Array(bytes[at...])
          samples = Self.samples(of: bytes, length)
          return
        }
        damagedLines.append(lines + 1)
      }
      lines += 1
      lacksNewline = end == nil
      length = next
      at = next
    }
    samples = Self.samples(of: bytes, length)
  }

  /// CRC-32C over the beginning, the end and sixteen places between, and the length: a file that is
  /// only ever added to cannot change anywhere without changing there.
  private static func samples(of bytes: UnsafeRawBufferPointer, _ length: Int) -> UInt32 {
    var crc = CRC32C()
    withUnsafeBytes(of: UInt64(length).littleEndian) { crc.update($0) }
    let size = 4096
    guard length > 32 * size else {
      crc.update(UnsafeRawBufferPointer(rebasing: bytes[..<length]))
      return crc.value
    }
    for index in 0..<16 {
      let start = (length - size) / 16 * index
      crc.update(UnsafeRawBufferPointer(rebasing: bytes[start..<(start + size)]))
    }
    crc.update(UnsafeRawBufferPointer(rebasing: bytes[(length - 8 * size)..<length]))
    return crc.value
  }
}
