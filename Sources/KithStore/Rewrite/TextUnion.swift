/// Sorted dictionaries of several runs made one, without the texts that no row has any more.
///
/// The texts stay where they lie; what is kept is where each of the union comes from. Cost: one
/// comparison of 8 bytes for each text and table, of whole texts where those are equal.
struct TextUnion {
  /// For each table its codes in the union; ``absentCode`` where a text is left out.
  private(set) var translations: [[UInt32]]
  private(set) var size = 0
  private let tables: [TextTable]
  private var origins: [Origin] = []

  private struct Origin {
    var table: UInt32
    var code: UInt32
  }

  /// `used` tells for each table which of its texts to keep; nil: all.
  init(_ tables: [TextTable], used: [[Bool]?]) {
    self.tables = tables
    translations = tables.map { [UInt32](repeating: absentCode, count: $0.count) }
    var heads = tables.indices.map { Head(tables[$0], used[$0]) }
    origins.reserveCapacity(tables.map(\.count).max() ?? 0)
    while true {
      var least: Int?
      for index in heads.indices where !heads[index].isAtEnd {
        if let other = least, !heads[index].precedes(heads[other]) { continue }
        least = index
      }
      guard let least else { return }
      let code = UInt32(truncatingIfNeeded: origins.count)
      origins.append(
        Origin(
          table: UInt32(truncatingIfNeeded: least),
          code: UInt32(truncatingIfNeeded: heads[least].code)))
      size += tables[least][heads[least].code].count
      // Those before the least are above it; those after it may be equal.
      for index in heads.indices.dropFirst(least + 1)
      where !heads[index].isAtEnd && heads[index].equals(heads[least]) {
        translations[index][heads[index].code] = code
        heads[index].advance()
      }
      translations[least][heads[least].code] = code
      heads[least].advance()
    }
  }

  var count: Int { origins.count }

  subscript(code: Int) -> UnsafeRawBufferPointer {
    tables[Int(origins[code].table)][Int(origins[code].code)]
  }

  /// Where a walk over one table stands.
  private struct Head {
    let table: TextTable
    let used: [Bool]?
    private(set) var code = -1
    /// The first 8 bytes as one number.
    private(set) var prefix: UInt64 = 0

    init(_ table: TextTable, _ used: [Bool]?) {
      self.table = table
      self.used = used
      advance()
    }

    var isAtEnd: Bool { code == table.count }

    mutating func advance() {
      repeat { code &+= 1 } while code < table.count && !(used?[code] ?? true)
      if code < table.count { prefix = prefixOfText(table[code]) }
    }

    @inline(__always)
    func precedes(_ other: Head) -> Bool {
      prefix == other.prefix
        ? compare(table[code], other.table[other.code]) < 0 : prefix < other.prefix
    }

    @inline(__always)
    func equals(_ other: Head) -> Bool {
      prefix == other.prefix && compare(table[code], other.table[other.code]) == 0
    }
  }
}

/// The first 8 bytes of a text as a number that is ordered as the bytes are.
@inline(__always)
func prefixOfText(_ text: UnsafeRawBufferPointer) -> UInt64 {
  guard text.count < 8 else { return text.loadUnaligned(as: UInt64.self).bigEndian }
  var prefix: UInt64 = 0
  for (index, byte) in text.enumerated() { prefix |= UInt64(byte) << UInt64(56 - 8 * index) }
  return prefix
}
