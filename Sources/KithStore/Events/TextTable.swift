import KithSystem

/// Texts laid end to end with the offsets between them, as Arrow lays them; no `String` for any of
/// them until one is asked for.
struct TextTable: @unchecked Sendable {  // memory that is never written
  let count: Int
  private let offsets: UnsafeRawBufferPointer
  private let large: Bool
  private let bytes: UnsafeRawBufferPointer
  private let owner: MappedBytes

  static let empty = TextTable([])

  /// Views texts in a file; nil where its ends lead outside. The offsets between are held against the
  /// bytes as they are used: one that leads outside gives an empty text. Cost: O(1).
  init?(
    count: Int, offsets: UnsafeRawBufferPointer, large: Bool, bytes: UnsafeRawBufferPointer,
    owner: MappedBytes
  ) {
    self.count = count
    self.offsets = offsets
    self.large = large
    self.bytes = bytes
    self.owner = owner
    guard offset(0) == 0, (0...bytes.count).contains(offset(count)) else { return nil }
  }

  /// Whether each offset is at or above the one before it. Cost: one pass over them.
  var hasSoundOffsets: Bool {
    for index in 0..<count where offset(index) > offset(index + 1) { return false }
    return true
  }

  /// A table of its own.
  init(_ texts: [String]) {
    var ends: [Int64] = [0]
    var bytes: [UInt8] = []
    for text in texts {
      bytes.append(contentsOf: text.utf8)
      ends.append(Int64(bytes.count))
    }
    self.init(ends: ends, bytes: bytes)
  }

  /// A table of its own: `ends` begins with 0.
  init(ends: [Int64], bytes: [UInt8]) {
    count = ends.count - 1
    large = true
    let size = ends.count * 8
    let memory = UnsafeMutableRawBufferPointer.aligned(size + bytes.count)
    ends.withUnsafeBytes { memory.copyMemory(from: $0) }
    UnsafeMutableRawBufferPointer(rebasing: memory[size...]).copyBytes(from: bytes)
    let all = UnsafeRawBufferPointer(memory)
    let freed = Freed(memory: memory)
    owner = MappedBytes(all) { freed.memory.deallocate() }
    offsets = UnsafeRawBufferPointer(rebasing: all[..<size])
    self.bytes = UnsafeRawBufferPointer(rebasing: all[size...])
  }

  private struct Freed: @unchecked Sendable {
    let memory: UnsafeMutableRawBufferPointer
  }

  @inline(__always)
  private func offset(_ index: Int) -> Int {
    large
      ? Int(offsets.load(fromByteOffset: index &* 8, as: Int64.self))
      : Int(offsets.load(fromByteOffset: index &* 4, as: Int32.self))
  }

  /// The bytes of a text; they live as long as the table.
  @inline(__always)
  subscript(index: Int) -> UnsafeRawBufferPointer {
    guard index < count else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    let start = offset(index)
    let end = offset(index &+ 1)
    guard start >= 0, start <= end, end <= bytes.count else {
      return UnsafeRawBufferPointer(start: nil, count: 0)
    }
    return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
  }

  /// The bytes of all texts together.
  var all: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[..<offset(count)]) }

  /// Where text `index - 1` ends among them; 0 for the first.
  func end(_ index: Int) -> Int { offset(index) }

  func text(_ index: Int) -> String {
    String(decoding: self[index], as: UTF8.self)
  }

  /// As ``text(_:)``, for a few texts that lie far from each other.
  func copiedText(_ index: Int) -> String {
    withCopiedBytes(index) { String(decoding: $0, as: UTF8.self) }
  }

  /// Lends a copy of a text's bytes: to touch them where they are maps the pages around.
  private func withCopiedBytes<Result>(
    _ index: Int, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    let none = UnsafeRawBufferPointer(start: nil, count: 0)
    guard index < count else { return body(none) }
    let size = large ? 8 : 4
    let pair = UnsafeRawBufferPointer(rebasing: offsets[(index * size)..<((index + 2) * size)])
    let (start, end) = withUnsafeTemporaryAllocation(byteCount: 16, alignment: 8) { memory in
      guard let base = memory.baseAddress else { return (0, 0) }
      owner.copy(pair, to: base)
      return large
        ? (Int(base.load(as: Int64.self)), Int(base.load(fromByteOffset: 8, as: Int64.self)))
        : (Int(base.load(as: Int32.self)), Int(base.load(fromByteOffset: 4, as: Int32.self)))
    }
    guard start >= 0, start < end, end <= bytes.count else { return body(none) }
    return withUnsafeTemporaryAllocation(byteCount: end - start, alignment: 1) { memory in
      guard let base = memory.baseAddress else { return body(none) }
      owner.copy(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), to: base)
      return body(UnsafeRawBufferPointer(memory))
    }
  }

  /// The place of a text in a table that is sorted by bytes. Cost: O(log count).
  ///
  /// - Parameter copying: for one text alone: what is looked at on the way is copied.
  func find(_ text: UnsafeRawBufferPointer, copying: Bool = false) -> Int? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      let order =
        copying ? withCopiedBytes(middle) { compare($0, text) } : compare(self[middle], text)
      if order == 0 { return middle }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  func find(_ text: String) -> Int? {
    var text = text
    return text.withUTF8 { find(UnsafeRawBufferPointer($0)) }
  }

  /// Whether each text is above the one before it, by bytes.
  var isSorted: Bool {
    count < 2 || (1..<count).allSatisfy { compare(self[$0 - 1], self[$0]) < 0 }
  }
}
