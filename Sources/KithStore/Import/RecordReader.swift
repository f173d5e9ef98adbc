import Glibc
import KithSystem

/// Reads an input record by record, whatever the blocks in which it comes.
///
/// A quote that is never closed must not swallow the rest of the file: only its line is given up, and
/// reading goes on behind it. Of JSON lines, each line is a record.
final class RecordReader {
  enum Outcome: Equatable {
    case record, blank, end
    case rejected(RejectReason)
  }

  let input: TextInput
  private(set) var fields: [UnsafeRawBufferPointer] = []
  /// The line that the present record begins at, from 1.
  private(set) var line = 1
  /// The whole present record, without its line end.
  private(set) var record = UnsafeRawBufferPointer(start: nil, count: 0)
  var delimiter: UInt8 = 0x2C
  /// The columns of JSON lines; nil where the text has delimiters.
  var keys: JSONKeys?

  private var block: UnsafeMutableRawBufferPointer
  private var unquoted: UnsafeMutableRawBufferPointer
  private var used = 0
  private var start = 0
  private var isLast = false
  private var linesInRecord = 0

  private static let recordBytesMax = 1 << 26

  init(_ input: TextInput, blockSize: Int = 1 << 20) {
    self.input = input
    block = .allocate(byteCount: blockSize, alignment: 64)
    unquoted = .allocate(byteCount: blockSize, alignment: 64)
  }

  deinit {
    block.deallocate()
    unquoted.deallocate()
  }

  static let peekSize = 1 << 20

  /// The text at the present place: 1 MiB of it where there is as much.
  func peek() throws(ImportError) -> UnsafeRawBufferPointer {
    while used - start < Self.peekSize, !isLast { try fill() }
    return UnsafeRawBufferPointer(rebasing: block[start..<used].prefix(Self.peekSize))
  }

  func skip(_ count: Int) {
    start += count
  }

  /// Goes to the next record.
  func next() throws(ImportError) -> Outcome {
    line += linesInRecord
    if keys != nil { return try nextLine() }
    while true {
      switch scan() {
      case .found(let end, let next):
        record = UnsafeRawBufferPointer(rebasing: block[start..<end])
        start = next
        if fields.count == 1, fields[0].isEmpty { return .blank }
        return isText(record) ? .record : .rejected(.encoding)
      case .openQuote:
        fields.removeAll(keepingCapacity: true)
        var end = start
        while end < used, block[end] != 0x0A, block[end] != 0x0D { end += 1 }
        record = UnsafeRawBufferPointer(rebasing: block[start..<end])
        let isPair = end + 1 < used && block[end] == 0x0D && block[end + 1] == 0x0A
        start = min(used, end + (isPair ? 2 : 1))
        linesInRecord = 1
        return .rejected(.quote)
      case .end:
        return .end
      case .needMore:
        guard used - start < Self.recordBytesMax else {
          throw .lineTooLong(file: input.name, line: line)
        }
        try fill()
      }
    }
  }

  private func scan() -> RecordScan.Found {
    var scan = RecordScan(
      bytes: UnsafeRawBufferPointer(rebasing: block[..<used]), unquoted: unquoted,
      delimiter: delimiter, isLast: isLast)
    // The array is lent, so that its storage is used again and no access to it is checked.
    swap(&scan.fields, &fields)
    let found = scan.run(from: start)
    swap(&scan.fields, &fields)
    linesInRecord = scan.lines
    return found
  }

  /// Goes to the next line and reads it as JSON.
  private func nextLine() throws(ImportError) -> Outcome {
    while true {
      let rest = UnsafeRawBufferPointer(rebasing: block[start..<used])
      let end = lineEnd(of: rest)
      guard end != nil || isLast else {
        guard rest.count < Self.recordBytesMax else {
          throw .lineTooLong(file: input.name, line: line)
        }
        try fill()
        continue
      }
      guard !rest.isEmpty else { return .end }
      record = trimmed(UnsafeRawBufferPointer(rebasing: rest[..<(end ?? rest.count)]))
      start = min(used, start + (end ?? rest.count) + 1)
      linesInRecord = 1
      return record.isEmpty ? .blank : try readObject(record)
    }
  }

  /// Names that are new become columns only where the whole line can be read.
  private func readObject(_ line: UnsafeRawBufferPointer) throws(ImportError) -> Outcome {
    guard isText(line) else { return .rejected(.encoding) }
    var scan = JSONScan(line, unquoted: unquoted)
    swap(&scan.fields, &fields)
    defer { swap(&scan.fields, &fields) }
    var known = keys ?? JSONKeys()
    keys = nil
    defer { keys = known }
    do throws(RejectReason) {
      if try !scan.run(&known, adding: false) { _ = try scan.run(&known, adding: true) }
    } catch {
      return .rejected(error)
    }
    guard known.count < JSONKeys.countMax else { throw .tooLarge(what: "the number of columns") }
    return .record
  }

  /// Learns the columns of JSON lines from the first MiB, before any row is read.
  func learnKeys() throws(ImportError) {
    let head = try peek()
    keys = JSONKeys()
    var rest = head[...]
    while !rest.isEmpty {
      let text = UnsafeRawBufferPointer(rebasing: rest)
      guard let size = lineEnd(of: text) ?? (head.count < Self.peekSize ? text.count : nil) else {
        return
      }
      let line = trimmed(UnsafeRawBufferPointer(rebasing: text.prefix(size)))
      if !line.isEmpty { _ = try readObject(line) }
      rest = rest.dropFirst(size + 1)
    }
  }

  /// Moves what is left to the front, makes room where it fills the block, and reads on.
  private func fill() throws(ImportError) {
    if start > 0 {
      block.copyMemory(from: UnsafeRawBufferPointer(rebasing: block[start..<used]))
      used -= start
      start = 0
    }
    if used == block.count {
      let larger = UnsafeMutableRawBufferPointer.allocate(
        byteCount: block.count * 2, alignment: 64)
      larger.copyMemory(from: UnsafeRawBufferPointer(block))
      block.deallocate()
      block = larger
      unquoted.deallocate()
      unquoted = .allocate(byteCount: block.count, alignment: 64)
    }
    let count = try input.read(into: UnsafeMutableRawBufferPointer(rebasing: block[used...]))
    used += count
    isLast = count == 0
  }
}

/// Where the first line feed stands.
private func lineEnd(of text: UnsafeRawBufferPointer) -> Int? {
  guard let start = text.baseAddress, let found = memchr(start, 0x0A, text.count) else {
    return nil
  }
  return UnsafeRawPointer(found) - start
}
