// Reading one journal: line by line, each checked by its checksum. A line that is not whole is
// *torn* where it is the last, cut short with its writer, and *damaged* elsewhere. What was read
// is remembered with the checksum of its bytes, so that reading again costs only what was added.

import KithSystem

/// What one writer's file holds.
struct JournalFile: Sendable {
  /// The file's name within the store.
  let name: String
  /// The whole lines at the beginning, in bytes, and their checksum.
  private(set) var length = 0
  private var checksum = CRC32C()
  private(set) var entries: [Line] = []
  /// Lines, the damaged ones too; the number of the next entry is not below it.
  private(set) var lines = 0
  private(set) var damagedLines: [Int] = []
  private(set) var unknownDecision: String?
  /// The bytes after the last whole line, which no reader believes.
  private(set) var torn: [UInt8] = []
  /// Whether the last whole line lacks its newline, as after an editor.
  private(set) var lacksNewline = false

  /// An entry with the checksum of its line, by which two copies of it are known as one.
  struct Line: Sendable {
    var entry: JournalEntry
    var checksum: UInt32
  }

  init(name: String) {
    self.name = name
  }

  /// The largest number of an entry here, or of a line that may have been one.
  var lastNumber: Int {
    let numbers = entries.compactMap { line in
      line.entry.id.split(separator: "-").last.flatMap { Int($0) }
    }
    return max(numbers.max() ?? 0, lines - 1)
  }

  /// Takes in a newer content of the file.
  mutating func read(_ bytes: [UInt8]) throws(StoreError) {
    guard bytes.count >= length, !lacksNewline,
      CRC32C.of(Array(bytes[..<length])) == checksum.value
    else {
      self = JournalFile(name: name)
      return try read(bytes)
    }
    torn = []
    var at = length
    while at < bytes.count {
      let end = bytes[at...].firstIndex(of: 0x0A)
      let line = bytes[at..<(end ?? bytes.count)]
      let next = end.map { $0 + 1 } ?? bytes.count
      let isWhole = try take(line)
      if !isWhole {
        guard next < bytes.count else {
          torn = Array(bytes[at...])
          return
        }
        damagedLines.append(lines + 1)
      }
      lines += 1
      checksum.update(bytes[at..<next])
      lacksNewline = end == nil
      length = next
      at = next
    }
  }

  private mutating func take(_ line: ArraySlice<UInt8>) throws(StoreError) -> Bool {
    switch JournalLine(line) {
    case .header(let format, _):
      if format > JournalLine.format { throw .newerFormat(file: name, format: format) }
    case .entry(let entry):
      entries.append(Line(entry: entry, checksum: CRC32C.of(Array(line))))
    case .unknown(let kind): unknownDecision = unknownDecision ?? kind
    case .damaged: return false
    }
    return true
  }
}

extension CRC32C {
  fileprivate mutating func update(_ bytes: ArraySlice<UInt8>) {
    bytes.withUnsafeBytes { update($0) }
  }
}
