// The rows of a run as words of eight bytes, in the order of the run.
//
// A word packs as many fields of a row as go into 64 bits: the time, counted from the earliest, and the
// places of its texts in their dictionaries. Mostly all are in the first word, so that rows are put into
// their order once, by one write each to a place that is nowhere near the one before. What does not fit
// is in further words; as columns are written one after the other, one word of each row is in memory at a
// time, and none while values are written.

import KithSystem

/// Where in the words of a row a number stands.
struct WordField {
  let word: Int
  private let shift: UInt64
  private let mask: UInt64

  fileprivate init(word: Int, shift: Int, bits: Int) {
    self.word = word
    self.shift = UInt64(shift)
    mask = bits >= 64 ? .max : 1 << UInt64(bits) - 1
  }

  @inline(__always)
  func read(_ word: UInt64) -> UInt64 { word &>> shift & mask }

  @inline(__always)
  func put(_ number: UInt64, into word: inout UInt64) { word |= number &<< shift }
}

/// Gives each field its place: in the word where there is room, else in a new one.
struct WordLayout {
  private(set) var words = 1
  /// How many bits of the first word are taken.
  private(set) var firstBits = 0
  private var used = 0

  /// Leaves what is free of the present word.
  mutating func beginWord() { used = 64 }

  /// A field for numbers up to `most`.
  mutating func field(upTo most: UInt64) -> WordField {
    let bits = 64 - most.leadingZeroBitCount
    if used + max(bits, 1) > 64 {
      words += 1
      used = 0
    }
    defer {
      used += bits
      if words == 1 { firstBits = used }
    }
    return WordField(word: words - 1, shift: used, bits: bits)
  }
}

/// Times as they stand in a word: in whole seconds where all of them are such.
struct PackedTimes {
  let field: WordField
  /// The earliest and the latest time.
  let span: ClosedRange<Int64>
  private let base: Int64
  private let unit: Int64

  init(_ blocks: [RowBlock], _ layout: inout WordLayout) {
    let first = blocks.map(\.times.span.lowerBound).min() ?? 0
    let last = blocks.map(\.times.span.upperBound).max() ?? 0
    unit = blocks.map(\.times.unit).min() ?? 1
    base = first
    span = first...max(first, last)
    field = layout.field(upTo: UInt64((last - first) / unit))
  }

  @inline(__always)
  func time(_ word: UInt64) -> Int64 {
    base &+ Int64(truncatingIfNeeded: field.read(word)) &* unit
  }

  fileprivate func pack(_ block: RowBlock, _ words: UnsafeMutablePointer<UInt64>) {
    let start = UInt64((block.times.span.lowerBound - base) / unit)
    let scale = UInt64(block.times.unit / unit)
    block.times.forEach(block.rows) { row, step in
      field.put(start &+ step &* scale, into: &words[row])
    }
  }
}

/// Texts of one column as they stand in a word: the place in the dictionary, from 1; 0: absent.
struct PackedCodes {
  let names: RankedNames
  let field: WordField
  /// How many rows have none.
  let absent: Int
  private let codes: (RowBlock) -> RowBlock.Codes?

  /// `codes` gives a block's codes, where it has any, and `indices` what they stand for, by thread.
  init(
    _ blocks: SharedBlocks, _ indices: [TextIndex?], mayHoldUnused: Bool,
    _ layout: inout WordLayout, _ codes: @escaping (RowBlock) -> RowBlock.Codes?
  ) {
    names = RankedNames(indices, uses: mayHoldUnused ? blocks.uses(indices, codes) : nil)
    field = layout.field(upTo: UInt64(names.count))
    absent = blocks.all.reduce(0) { $0 + (codes($1)?.absent ?? $1.rows) }
    self.codes = codes
  }

  fileprivate func pack(_ block: RowBlock, _ words: UnsafeMutablePointer<UInt64>) {
    guard let codes = codes(block) else { return }
    names.ranks[block.worker].withUnsafeBufferPointer { ranks in
      func pack<Code: FixedWidthInteger>(_ codes: UnsafePointer<Code>) {
        for row in 0..<block.rows where codes[row] != .max {
          field.put(UInt64(ranks[Int(codes[row])]), into: &words[row])
        }
      }
      switch codes.width {
      case 1: pack(codes.of(UInt8.self))
      case 2: pack(codes.of(UInt16.self))
      default: pack(codes.of(UInt32.self))
      }
    }
  }
}

/// What the words of a row hold.
struct Packing {
  let times: PackedTimes
  /// Of all columns of texts.
  let codes: [PackedCodes]
  /// How many words the fields need.
  let words: Int
  /// How many bits of the first word they take, from the lowest on.
  let bits: Int

  func pack(_ block: RowBlock, _ word: Int, _ words: UnsafeMutablePointer<UInt64>) {
    words.update(repeating: 0, count: block.rows)
    if times.field.word == word { times.pack(block, words) }
    for column in codes where column.field.word == word { column.pack(block, words) }
  }
}

/// One word of each row.
final class RowWords {
  let packing: Packing
  private let blocks: SharedBlocks
  private var memory: LargeMemory
  /// The word that is in memory.
  private var word = 0

  /// `memory` holds the first word, once it has been put there.
  init(_ blocks: SharedBlocks, _ packing: Packing, _ memory: LargeMemory) {
    self.blocks = blocks
    self.packing = packing
    self.memory = memory
  }

  var rows: Int { blocks.rows }
  /// Of each row, from a ``load(_:)`` to ``letGo()``.
  var numbers: UnsafeMutablePointer<UInt64> { memory.of(UInt64.self) }

  /// Gives the memory back, until another word is asked for.
  func letGo() { (memory, word) = (LargeMemory(0), -1) }

  /// Puts a word of each row into memory, where the last one was.
  func load(_ word: Int) {
    guard self.word != word else { return }
    self.word = word
    if memory.size == 0 { memory = LargeMemory(blocks.rows * 8) }
    let out = numbers
    blocks.forEachShare { blocks in
      withUnsafeTemporaryAllocation(of: UInt64.self, capacity: EventRows.blockRows) { words in
        guard let words = words.baseAddress else { return }
        for block in blocks {
          packing.pack(block, word, words)
          for row in 0..<block.rows { out[Int(block.users[row])] = words[row] }
        }
      }
    }
  }
}
