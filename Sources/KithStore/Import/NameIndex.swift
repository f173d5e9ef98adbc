/// Distinct texts of which few come again and again: names of events, sources, most properties.
///
/// In front of the index stands a small table of texts of up to 16 bytes, which are compared as two
/// numbers.
struct NameIndex {
  let name: String
  private(set) var index: TextIndex
  let recent: RecentNames

  init(_ name: String, seed: UInt64) {
    self.name = name
    index = TextIndex(seed: seed)
    recent = RecentNames()
  }

  func free() {
    index.free()
    recent.free()
  }

  /// The code of a text that was taken in before, or ``absentCode``; not for an empty one.
  @inline(__always)
  func find(_ text: UnsafeRawPointer, _ size: Int) -> UInt32 {
    let code = recent.find(text, size)
    return code == absentCode ? findInIndex(text, size) : code
  }

  private func findInIndex(_ text: UnsafeRawPointer, _ size: Int) -> UInt32 {
    let code = index.find(text, size, index.hash(text, size))
    if code != absentCode { recent.keep(text, size, code) }
    return code
  }

  /// The code of a text, a new one where it is new; ``absentCode`` of an empty one.
  mutating func code(_ text: UnsafeRawBufferPointer) -> UInt32 {
    guard let start = text.baseAddress, text.count > 0 else { return absentCode }
    return index.code(start, text.count, index.hash(start, text.count))
  }
}

/// Names that were met lately, by their bytes. A pointer, so that a loop can hold it in a register.
struct RecentNames {
  private struct Entry {
    var first: UInt64
    var last: UInt64
    var size: UInt32
    var code: UInt32
  }

  private static let bits: UInt64 = 8
  private static let sizeMax = 16

  private let entries: UnsafeMutablePointer<Entry>

  fileprivate init() {
    entries = .allocate(capacity: 1 << Int(Self.bits))
    entries.initialize(
      repeating: Entry(first: 0, last: 0, size: 0, code: absentCode), count: 1 << Int(Self.bits))
  }

  fileprivate func free() { entries.deallocate() }

  /// The code of a text, or ``absentCode``. Loads up to eight bytes from its start on.
  @inline(__always)
  func find(_ text: UnsafeRawPointer, _ size: Int) -> UInt32 {
    guard size <= Self.sizeMax else { return absentCode }
    let (first, last) = Self.key(text, size)
    let entry = entry(first, last)
    let isEqual =
      (entry.pointee.first ^ first) | (entry.pointee.last ^ last)
      | UInt64(entry.pointee.size ^ UInt32(truncatingIfNeeded: size)) == 0
    return isEqual ? entry.pointee.code : absentCode
  }

  fileprivate func keep(_ text: UnsafeRawPointer, _ size: Int, _ code: UInt32) {
    guard size <= Self.sizeMax else { return }
    let (first, last) = Self.key(text, size)
    entry(first, last).pointee = Entry(
      first: first, last: last, size: UInt32(truncatingIfNeeded: size), code: code)
  }

  /// The first and the last eight bytes; of a shorter text all of it twice.
  @inline(__always)
  private static func key(_ text: UnsafeRawPointer, _ size: Int) -> (UInt64, UInt64) {
    let mask = leading(size)
    return (
      text.loadUnaligned(as: UInt64.self) & mask,
      text.loadUnaligned(fromByteOffset: max(size &- 8, 0), as: UInt64.self) & mask
    )
  }

  @inline(__always)
  private func entry(_ first: UInt64, _ last: UInt64) -> UnsafeMutablePointer<Entry> {
    let mix = (first ^ last &* 0x9E37_79B9_7F4A_7C15) &* 0xE703_7ED1_A0B4_28DB
    return entries + Int(truncatingIfNeeded: mix &>> (64 &- Self.bits))
  }
}
