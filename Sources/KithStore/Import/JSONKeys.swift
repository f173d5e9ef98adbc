/// The names of members in JSON lines: a column for each, in the order in which they are first seen.
///
/// A name is looked for from behind the one found last, since lines mostly keep one order; names lie
/// end to end, so that a look-up touches no String.
struct JSONKeys {
  /// Each costs a cell in every row, so a file cannot have any number.
  static let countMax = 1024

  private var bytes: [UInt8] = []
  private var ends: [Int] = [0]
  private var last = -1

  var count: Int { ends.count - 1 }

  var names: [String] {
    (0..<count).map { String(decoding: bytes[ends[$0]..<ends[$0 + 1]], as: UTF8.self) }
  }

  mutating func column(_ name: UnsafeRawBufferPointer) -> Int? {
    let count = count
    var column = last
    for _ in 0..<count {
      column = column &+ 1 < count ? column &+ 1 : 0
      let start = ends[column]
      guard ends[column &+ 1] &- start == name.count else { continue }
      let isEqual = bytes.withUnsafeBytes { all in
        compare(UnsafeRawBufferPointer(rebasing: all[start..<(start &+ name.count)]), name) == 0
      }
      if isEqual {
        last = column
        return column
      }
    }
    return nil
  }

  mutating func add(_ name: UnsafeRawBufferPointer) -> Int {
    bytes.append(contentsOf: name)
    ends.append(bytes.count)
    last = count - 1
    return last
  }

  /// The next line begins, most likely with the first name.
  mutating func beginLine() { last = -1 }
}
