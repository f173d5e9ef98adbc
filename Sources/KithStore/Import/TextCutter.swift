// Cuts a text into chunks that threads can read at the same time, each a row of whole records.
//
// A record ends at a line end outside of quotes. Where a block has no quote, its last line end will
// do. Where it has some, they are walked one by one: a quote opens a field only where a field begins,
// that is behind a delimiter or a line end or at the start of the chunk, which is the start of a
// record; the field ends at the next quote that is not doubled; every other quote is a character. One
// that is not closed within a mebibyte is given up with its line, exactly as `RecordScan` does it, so
// that the records of the chunks are those of the whole text. A chunk that ends in the middle of a
// record is read on.

import Glibc
import KithSystem

/// A part of a text: whole records, in memory that may be read some bytes past its end.
final class Chunk {
  /// The place of the chunk in its file, from 0.
  fileprivate(set) var index = 0
  fileprivate var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  fileprivate(set) var count = 0

  /// Bytes behind the text that belong to it, so that eight can be loaded wherever it ends.
  static let slack = 2 * TextMarks.slack

  deinit { memory.deallocate() }

  var text: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

  /// Puts a line end behind the last byte, so that whoever seeks one finds it.
  func closeLine() { memory[count] = 0x0A }

  fileprivate func reserve(_ size: Int) {
    guard memory.count < size + Self.slack else { return }
    let larger = UnsafeMutableRawBufferPointer.aligned(size + Self.slack)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<count]))
    memory.deallocate()
    memory = larger
  }

  fileprivate func append(_ bytes: UnsafeRawBufferPointer) {
    reserve(count + bytes.count)
    UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: bytes)
    count += bytes.count
  }

  fileprivate func removeFirst(_ size: Int) {
    memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[size..<count]))
    count -= size
  }
}

/// Hands out one chunk after the other; its caller sees to it that one thread at a time asks.
final class TextCutter {
  let input: TextInput
  /// Between the fields of a record; nil where each line is a record: JSON lines.
  var delimiter: UInt8? = 0x2C
  private let blockSize: Int
  /// What was read and not handed out.
  private var pending = Chunk()
  private var next = 0
  private var isRead = false

  static let peekSize = 1 << 20
  private static let recordBytesMax = 1 << 26

  init(_ input: TextInput, blockSize: Int = 1 << 20) {
    self.input = input
    self.blockSize = blockSize
  }

  /// Whether all was handed out.
  var isAtEnd: Bool { isRead && pending.count == 0 }

  /// Whether what is left makes one chunk at most.
  var isOneBlock: Bool { isRead && pending.count <= blockSize }

  /// The text at the present place: 1 MiB of it where there is as much.
  func peek() throws(ImportError) -> UnsafeRawBufferPointer {
    while pending.count < Self.peekSize, !isRead { try read(Self.peekSize, into: pending) }
    return pending.text
  }

  /// Passes over what ``peek()`` showed.
  func skip(_ count: Int) {
    pending.removeFirst(count)
  }

  /// Fills a chunk with the next part of the text; false at its end. What the chunk held is gone.
  func next(into chunk: Chunk) throws(ImportError) -> Bool {
    chunk.count = 0
    chunk.index = next
    try fill(chunk)
    while true {
      let cut = isAtEnd ? chunk.count : lastCut(of: chunk)
      if cut > 0 || isAtEnd {
        giveBack(chunk, from: cut)
        if chunk.count > 0 { next += 1 }
        return chunk.count > 0
      }
      // The line is known once the chunks before it are read.
      guard chunk.count < Self.recordBytesMax else {
        throw .lineTooLong(file: input.name, line: 0)
      }
      let size = chunk.count
      while chunk.count < size * 2, !isAtEnd { try fill(chunk) }
    }
  }

  private func giveBack(_ chunk: Chunk, from cut: Int) {
    guard cut < chunk.count else { return }
    if pending.count == 0 {
      pending.append(UnsafeRawBufferPointer(rebasing: chunk.memory[cut..<chunk.count]))
    } else {
      let rest = Chunk()
      rest.append(UnsafeRawBufferPointer(rebasing: chunk.memory[cut..<chunk.count]))
      rest.append(pending.text)
      pending = rest
    }
    chunk.count = cut
  }

  /// Adds one more block: what is pending, and, where that is less than a block, one that is read.
  private func fill(_ chunk: Chunk) throws(ImportError) {
    let ready = UnsafeRawBufferPointer(rebasing: pending.text.prefix(blockSize))
    chunk.append(ready)
    pending.removeFirst(ready.count)
    if ready.count < blockSize, !isRead { try read(blockSize, into: chunk) }
  }

  private func read(_ size: Int, into chunk: Chunk) throws(ImportError) {
    let end = chunk.count + size
    chunk.reserve(end)
    while chunk.count < end {
      let space = UnsafeMutableRawBufferPointer(rebasing: chunk.memory[chunk.count..<end])
      let count = try input.read(into: space)
      if count == 0 {
        isRead = true
        return
      }
      chunk.count += count
    }
  }

  /// Where the last record of a chunk begins that is not all there; 0 where that is the first one.
  private func lastCut(of chunk: Chunk) -> Int {
    let text = chunk.text
    guard let delimiter else { return (last(0x0A, of: text, in: 0..<text.count) ?? -1) + 1 }
    var walk = QuoteWalk(text, delimiter: delimiter)
    return walk.lastRecord()
  }
}

/// Walks over the quotes of a text that goes on behind its end, to find its last record.
private struct QuoteWalk {
  private let text: UnsafeRawBufferPointer
  private let delimiter: UInt8
  /// Where the record begins that the walk has come to.
  private var record = 0
  /// Behind the last quote that was dealt with.
  private var place = 0

  init(_ text: UnsafeRawBufferPointer, delimiter: UInt8) {
    self.text = text
    self.delimiter = delimiter
  }

  mutating func lastRecord() -> Int {
    while let quote = find(0x22, from: place) {
      seekRecord(before: quote)
      guard opensField(quote) else {
        place = quote + 1
        continue
      }
      switch close(of: quote) {
      case .at(let end): place = end
      case .beyond: return record
      case .never:
        // The line is given up: the next record begins behind it.
        guard let end = lineEnd(from: record) else { return record }
        record = end
        place = end
      }
    }
    seekRecord(before: text.count)
    return record
  }

  private enum Close { case at(Int), beyond, never }

  /// Where the field ends that opens at `quote`, behind its last quote.
  private func close(of quote: Int) -> Close {
    var place = quote + 1
    while let end = find(0x22, from: place), end - quote <= RecordScan.quotedBytesMax {
      guard end + 1 < text.count else { return .beyond }
      guard text[end + 1] == 0x22 else { return .at(end + 1) }
      place = end + 2
    }
    return text.count - quote > RecordScan.quotedBytesMax + 2 ? .never : .beyond
  }

  private func opensField(_ quote: Int) -> Bool {
    guard quote > record else { return true }
    let before = text[quote - 1]
    return quote - 1 >= place && before == delimiter
  }

  /// Moves `record` behind the last line end between the last quote and `end`.
  private mutating func seekRecord(before end: Int) {
    if let feed = last(0x0A, of: text, in: place..<end) { record = max(record, feed + 1) }
    // A CR alone ends a record too; the last byte may be half of a line end.
    let start = max(record, place)
    guard find(0x0D, from: start).map({ $0 < end }) ?? false else { return }
    var rest = start..<min(end, text.count - 1)
    while let found = last(0x0D, of: text, in: rest) {
      if text[found + 1] != 0x0A {
        record = found + 1
        return
      }
      rest = start..<found
    }
  }

  /// Behind the first line end from `start` on; nil where it may not be all there.
  private func lineEnd(from start: Int) -> Int? {
    var end = start
    while end < text.count, text[end] != 0x0A, text[end] != 0x0D { end += 1 }
    guard end + 1 < text.count else { return nil }
    return text[end] == 0x0D && text[end + 1] == 0x0A ? end + 2 : end + 1
  }

  private func find(_ byte: UInt8, from start: Int) -> Int? {
    guard let base = text.baseAddress, start < text.count,
      let found = memchr(base + start, Int32(byte), text.count - start)
    else { return nil }
    return UnsafeRawPointer(found) - base
  }
}

private func last(_ byte: UInt8, of text: UnsafeRawBufferPointer, in range: Range<Int>) -> Int? {
  var index = range.upperBound
  while index > range.lowerBound {
    index &-= 1
    if text[index] == byte { return index }
  }
  return nil
}
