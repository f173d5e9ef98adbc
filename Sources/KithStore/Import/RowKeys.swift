// Rows that are equal have one key: a hash of 128 bits of all that they hold, which stands for them.
//
// The hash is Swift's own, SipHash with a key that each process draws anew, taken twice: a log from outside
// cannot be made so that two of its rows have one key, and by chance two of a thousand million rows have
// once in 10^20 imports.

/// What stands for a row, or for its id.
struct RowKey: Equatable {
  let first: UInt64
  let second: UInt64

  init(_ bytes: UnsafeRawBufferPointer, seed: UInt64) {
    func hash(_ seed: UInt64) -> UInt64 {
      var hasher = Hasher()
      hasher.combine(seed)
      hasher.combine(bytes: bytes)
      return UInt64(truncatingIfNeeded: hasher.finalize())
    }
    (first, second) = (hash(seed), hash(~seed))
  }
}

/// A run whose rows are compared, as one thread sees it. A class, so that no column is copied for a row.
final class RowKeys {
  let users: TextTable
  let times: UnsafeBufferPointer<Int64>
  let eventIDs: TextColumn?
  private let userCodes: CodeView
  private let events: DictionaryColumn
  private let sources: DictionaryColumn
  private let values: IntegerView
  /// In byte order of their names.
  private let properties: [DictionaryColumn]
  private let starts: RunStarts
  private let passed: (_ row: Int, _ last: inout Int) -> Void
  private let rule: Overlap.Rule
  private let seed: UInt64
  /// Up to where pages were let go of.
  private var held = 0
  private var size = 0
  private var room = 1 << 12
  private var bytes: UnsafeMutableRawPointer

  /// - Parameter passed: is told how far a walk over the rows is, and when that was last of use.
  init(
    _ run: EventRun, _ rule: Overlap.Rule, seed: UInt64,
    passed: @escaping (_ row: Int, _ last: inout Int) -> Void
  ) {
    (users, userCodes) = (run.users, run.userCodes)
    times = UnsafeBufferPointer(rebasing: run.times.numbers[..<run.rows])
    (events, sources, values, eventIDs) = (run.events, run.sources, run.values, run.eventIDs)
    properties = run.properties.sorted {
      $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
    }
    starts = run.rowStarts
    self.rule = rule
    self.seed = seed
    self.passed = passed
    bytes = .allocate(byteCount: room, alignment: 8)
  }

  deinit { bytes.deallocate() }

  func rows(of user: Int) -> Range<Int> { starts.rows(of: user) }

  func hasID(_ row: Int) -> Bool {
    guard let eventIDs else { return false }
    return eventIDs.validity.map { isSet($0, row) } ?? true
  }

  /// Lets pages go, now and then, of a walk that has come to a row.
  func come(to row: Int) { passed(row, &held) }

  func key(of row: Int) -> RowKey {
    size = 0
    put(users[Int(userCodes[row])])
    put(times[row])
    put(events.text(row))
    if rule == .counts {
      put(values[row] ?? absentValue)
      put(sources.text(row))
      // Only where it has a value: a run that lacks the column is equal to one where it is empty.
      for property in properties {
        guard let text = property.text(row), !text.isEmpty else { continue }
        withBytes(property.name) { put($0) }
        put(text)
      }
    }
    return RowKey(UnsafeRawBufferPointer(start: bytes, count: size), seed: seed)
  }

  @inline(__always)
  private func put(_ number: Int64) {
    makeRoom(8)
    bytes.storeBytes(of: number.littleEndian, toByteOffset: size, as: Int64.self)
    size &+= 8
  }

  /// A text after its length, so that no two rows are the same bytes unless they are equal.
  private func put(_ text: UnsafeRawBufferPointer?) {
    put(Int64(text?.count ?? 0))
    guard let text, let start = text.baseAddress else { return }
    makeRoom(text.count)
    (bytes + size).copyMemory(from: start, byteCount: text.count)
    size &+= text.count
  }

  @inline(__always)
  private func makeRoom(_ more: Int) {
    if size &+ more > room { grow(to: 2 * (size + more)) }
  }

  private func grow(to larger: Int) {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 8)
    memory.copyMemory(from: bytes, byteCount: size)
    bytes.deallocate()
    (bytes, room) = (memory, larger)
  }
}
