/// A dictionary column that grows row by row; an empty text is an absent cell.
struct DictionaryBuilder {
  let name: String
  private(set) var interner: Interner
  private(set) var codes: [UInt32] = []
  private(set) var nullCount = 0

  init(_ name: String, seed: UInt64, rows: Int = 0) {
    self.name = name
    interner = Interner(seed: seed)
    pad(to: rows)
  }

  /// Bytes of memory that the column takes, with its texts once more in their order.
  var memorySize: Int { codes.capacity * 4 + interner.memorySize }

  @inline(__always)
  mutating func append(_ text: UnsafeRawBufferPointer) {
    guard text.count > 0 else {
      codes.append(absentCode)
      nullCount &+= 1
      return
    }
    codes.append(interner.code(text))
  }

  /// Some of the rows, with the texts that stand in them alone.
  func keeping(_ rows: [Int], seed: UInt64) -> DictionaryBuilder {
    var kept = DictionaryBuilder(name, seed: seed)
    var translation = [UInt32](repeating: absentCode, count: interner.count)
    for row in rows {
      let code = codes[row]
      if code == absentCode {
        kept.nullCount += 1
      } else if translation[Int(code)] == absentCode {
        translation[Int(code)] = interner.withText(code) { kept.interner.code($0) }
      }
      kept.codes.append(code == absentCode ? code : translation[Int(code)])
    }
    return kept
  }

  /// The text of a cell; empty where it is absent.
  func withText(_ row: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
    let code = codes[row]
    if code == absentCode {
      body(UnsafeRawBufferPointer(start: nil, count: 0))
    } else {
      interner.withText(code, body)
    }
  }

  /// Absent cells up to a number of rows.
  mutating func pad(to rows: Int) {
    nullCount += rows - codes.count
    codes.append(contentsOf: repeatElement(absentCode, count: rows - codes.count))
  }
}

/// A column of texts that are mostly distinct, row by row; an empty text is an absent cell.
struct TextBuilder {
  private(set) var ends: [Int] = [0]
  private(set) var bytes: [UInt8] = []
  private(set) var nullCount = 0

  mutating func append(_ text: UnsafeRawBufferPointer) {
    bytes.append(contentsOf: text)
    ends.append(bytes.count)
    if text.count == 0 { nullCount += 1 }
  }

  /// Takes back all cells from a row on.
  mutating func cut(to rows: Int) {
    while ends.count > rows + 1 {
      let end = ends.removeLast()
      let start = ends[ends.count - 1]
      if end == start { nullCount -= 1 }
      bytes.removeLast(end - start)
    }
  }

  func keeping(_ rows: [Int]) -> TextBuilder {
    var kept = TextBuilder()
    for row in rows { withText(row) { kept.append($0) } }
    return kept
  }

  func withText(_ row: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
    bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[ends[row]..<ends[row + 1]])) }
  }

  mutating func pad(to rows: Int) {
    nullCount += rows + 1 - ends.count
    ends.append(contentsOf: repeatElement(bytes.count, count: rows + 1 - ends.count))
  }
}
