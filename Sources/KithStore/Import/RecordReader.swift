import Glibc
import KithSystem

/// Reads the records of a chunk, one by one, with care.
///
/// A quote that is never closed must not swallow the rest of the file: only its line is given up, and
/// reading goes on behind it. Of JSON lines, each line is a record.
final class RecordReader {
  enum Outcome: Equatable {
    case record, blank, end
    case rejected(RejectReason)
  }

  /// nil: JSON lines.
  let delimiter: UInt8?
  private(set) var fields: [UnsafeRawBufferPointer] = []
  /// The line of the chunk that the next record begins at, from 0.
  var line = 0
  /// The line that the present record begins at.
  private(set) var recordLine = 0
  /// The whole present record, without its line end.
  private(set) var record = UnsafeRawBufferPointer(start: nil, count: 0)
  /// Where the next record begins.
  var place = 0
  private(set) var text = UnsafeRawBufferPointer(start: nil, count: 0)
  /// The columns of JSON lines that are known.
  var keys = JSONKeys()
  /// Asked for new names before they become columns; nil: they become some at once.
  private let columns: (any ColumnKeeper)?
  private var unquoted = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  init(delimiter: UInt8?, columns: (any ColumnKeeper)? = nil) {
    self.delimiter = delimiter
    self.columns = columns
  }

  deinit {
    unquoted.deallocate()
  }

  /// Begins with another text, which has to stay where it is.
  func open(_ text: UnsafeRawBufferPointer, from place: Int = 0) {
    self.text = text
    self.place = place
    line = 0
    guard unquoted.count < text.count + Chunk.slack else { return }
    unquoted.deallocate()
    unquoted = .aligned(text.count + Chunk.slack)
  }

  /// Goes to the next record.
  func next() throws(ImportError) -> Outcome {
    recordLine = line
    guard let delimiter else { return try nextLine() }
    var scan = RecordScan(bytes: text, unquoted: unquoted, delimiter: delimiter)
    // The array is lent, so that its storage is used again and no access to it is checked.
    swap(&scan.fields, &fields)
    let found = scan.run(from: place)
    swap(&scan.fields, &fields)
    line += scan.lines
    switch found {
    case .found(let end, let next):
      record = UnsafeRawBufferPointer(rebasing: text[place..<end])
      place = next
      if fields.count == 1, fields[0].isEmpty { return .blank }
      return isText(record) ? .record : .rejected(.encoding)
    case .openQuote:
      fields.removeAll(keepingCapacity: true)
      var end = place
      while end < text.count, text[end] != 0x0A, text[end] != 0x0D { end += 1 }
      record = UnsafeRawBufferPointer(rebasing: text[place..<end])
      let isPair = end + 1 < text.count && text[end] == 0x0D && text[end + 1] == 0x0A
      place = min(text.count, end + (isPair ? 2 : 1))
      line = recordLine + 1
      return .rejected(.quote)
    case .end:
      line = recordLine
      return .end
    }
  }

  /// Goes to the next line and reads it as JSON.
  private func nextLine() throws(ImportError) -> Outcome {
    guard place < text.count else { return .end }
    let rest = UnsafeRawBufferPointer(rebasing: text[place...])
    let end = lineEnd(of: rest) ?? rest.count
    record = trimmed(UnsafeRawBufferPointer(rebasing: rest[..<end]))
    place = min(text.count, place + end + 1)
    line += 1
    return record.isEmpty ? .blank : try readObject(record)
  }

  /// Names that are new become columns only where the whole line can be read.
  private func readObject(_ line: UnsafeRawBufferPointer) throws(ImportError) -> Outcome {
    guard isText(line) else { return .rejected(.encoding) }
    var scan = JSONScan(line, unquoted: unquoted)
    swap(&scan.fields, &fields)
    defer { swap(&scan.fields, &fields) }
    do throws(RejectReason) {
      if try scan.run(&keys, adding: false) { return .record }
    } catch {
      return .rejected(error)
    }
    if let columns { keys = columns.latest() }
    let before = keys.count
    do throws(RejectReason) {
      _ = try scan.run(&keys, adding: true)
    } catch {
      return .rejected(error)
    }
    guard keys.count < JSONKeys.countMax else { throw .tooLarge(what: "the number of columns") }
    if keys.count > before { try columns?.add(keys, line: recordLine) }
    return .record
  }

  /// Learns the columns of JSON lines from the first MiB, before any row is read.
  func learnKeys(_ head: UnsafeRawBufferPointer, isAll: Bool) throws(ImportError) {
    var end = head.count
    if !isAll {
      while end > 0, head[end - 1] != 0x0A { end -= 1 }
    }
    open(UnsafeRawBufferPointer(rebasing: head[..<end]))
    while try next() != .end {}
  }
}

/// Knows the columns of the JSON lines of a file, which several threads read.
protocol ColumnKeeper {
  /// All columns that the lines before the chunk of the caller have; waits until they are read.
  func latest() -> JSONKeys
  /// Makes columns of new names, which stand in a line of the chunk.
  func add(_ keys: JSONKeys, line: Int) throws(ImportError)
}

/// Where the first line feed stands.
private func lineEnd(of text: UnsafeRawBufferPointer) -> Int? {
  guard let start = text.baseAddress, let found = memchr(start, 0x0A, text.count) else {
    return nil
  }
  return UnsafeRawPointer(found) - start
}
