/// Distinct texts of which few come again and again: names of events, sources, most properties.
///
/// In front of the index stands a small table of texts of up to 16 bytes, which are compared as two
/// numbers.
struct NameIndex {
  private struct Recent {
    var first: UInt64
    var second: UInt64
    var size: UInt32
    var code: UInt32
  }

  private static let recentCount = 256

  let name: String
  private(set) var index: TextIndex
  /// Whether a text holds a CR, as only a quoted cell can.
  private(set) var holdsCR = false
  private let recent: UnsafeMutablePointer<Recent>

  init(_ name: String, seed: UInt64) {
    self.name = name
    index = TextIndex(seed: seed)
    recent = .allocate(capacity: Self.recentCount)
    recent.initialize(
      repeating: Recent(first: 0, second: 0, size: 0, code: absentCode),
      count: Self.recentCount)
  }

  func free() {
    index.free()
    recent.deallocate()
  }

  /// The code of a text that was taken in before, or ``absentCode``; not for an empty one. Loads up to
  /// 16 bytes from its start on.
  @inline(__always)
  func find(_ text: UnsafeRawPointer, _ size: Int) -> UInt32 {
    guard size <= 16 else { return index.find(text, size, index.hashed(text, size)) }
    var first = text.loadUnaligned(as: UInt64.self)
    var second: UInt64 = 0
    if size < 8 {
      first = firstBytes(first, size)
    } else if size > 8 {
      second = text.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
      if size < 16 { second = firstBytes(second, size &- 8) }
    }
    let mix = (first ^ second &* 0x9E37_79B9_7F4A_7C15) &* 0xE703_7ED1_A0B4_28DB
    let place = recent + Int(truncatingIfNeeded: mix >> 56)
    if place.pointee.first == first, place.pointee.second == second,
      place.pointee.size == UInt32(truncatingIfNeeded: size)
    {
      return place.pointee.code
    }
    let code = index.find(text, size, index.hashed(text, size))
    if code != absentCode {
      place.pointee = Recent(
        first: first, second: second, size: UInt32(truncatingIfNeeded: size), code: code)
    }
    return code
  }

  /// The code of a text, a new one where it is new; ``absentCode`` of an empty one.
  mutating func code(_ text: UnsafeRawBufferPointer) -> UInt32 {
    guard let start = text.baseAddress, text.count > 0 else { return absentCode }
    let hash = index.hashed(start, text.count)
    let code = index.find(start, text.count, hash)
    guard code == absentCode else { return code }
    holdsCR = holdsCR || text.contains(0x0D)
    return index.insert(start, text.count, hash)
  }
}
