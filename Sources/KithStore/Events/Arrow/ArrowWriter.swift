/// Writes an Arrow IPC file: one record batch, whole dictionaries, no compression.
///
///     ARROW1␀␀ · schema · dictionary 0 … · record batch · end mark · appendix · footer · its size · ARROW1
///
/// Each message is `FF FF FF FF`, the metadata's size, the metadata (FlatBuffers), then the buffers.
/// Messages and buffers are padded to 64 bytes, so that a mapping of the file can be scanned in place.
/// Sizes come before contents, so nothing is held: a buffer is made when its turn comes. The appendix is
/// the store's own: readers of Arrow go by the footer, which notes where it lies.
struct ArrowWriter<Failure: Error> {
  typealias Sink = (UnsafeRawBufferPointer) throws(Failure) -> Void

  /// The bytes of one buffer: their number, and who writes exactly that many.
  struct Buffer {
    var size: Int
    var write: (Sink) throws(Failure) -> Void
    /// Stands in for ``write`` where the bytes have a way of their own to where the sink puts others.
    var put: (() throws(Failure) -> Void)?
  }

  struct Column {
    var field: ArrowField
    var nullCount: Int
    /// The validity bitmap (of size 0 where nothing is null), then what the type has.
    var buffers: [Buffer]
    /// For a dictionary: number of texts, offsets, bytes.
    var dictionary: (count: Int, offsets: Buffer, bytes: Buffer)?
  }

  /// What a run says beside its columns; made once these are written.
  struct Appendix {
    /// By what the footer notes it.
    var name: String
    var write: (Sink) throws(Failure) -> Void
  }

  private struct Block {
    var offset: Int
    var metadataSize: Int
    var bodySize: Int
  }

  private let sink: Sink
  private var offset = 0

  private init(_ sink: @escaping Sink) {
    self.sink = sink
  }

  /// Writes a whole file.
  static func write(
    rows: Int, columns: [Column], notes: ArrowNotes, _ appendix: Appendix? = nil,
    to sink: @escaping Sink
  ) throws(Failure) {
    var writer = ArrowWriter(sink)
    let schema = ArrowSchema(fields: columns.map(\.field), notes: notes)
    try writer.put(magic + [0, 0])
    _ = try writer.message(headerType: 1, schema.flatValue, [])
    var dictionaries: [Block] = []
    for column in columns {
      guard let dictionary = column.dictionary, case .dictionary(let id, _, _) = column.field.type
      else { continue }
      let buffers = [Buffer.empty, dictionary.offsets, dictionary.bytes]
      let header = FlatValue.table([
        0: .long(Int64(id)), 1: batch(rows: dictionary.count, nodes: [0], buffers),
      ])
      dictionaries.append(try writer.message(headerType: 2, header, buffers))
    }
    let buffers = columns.flatMap(\.buffers)
    let header = batch(rows: rows, nodes: columns.map(\.nullCount), buffers)
    let record = try writer.message(headerType: 3, header, buffers)
    try writer.put([0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0])
    var directory: [Int: FlatValue] = [
      0: .short(version), 1: schema.flatValue, 2: blocks(dictionaries), 3: blocks([record]),
    ]
    if let appendix {
      let place = try writer.append(appendix)
      let note: ArrowNotes = [appendix.name: "\(place.lowerBound) \(place.count)"]
      directory[4] = note.flatValue
    }
    let footer = flatBuffer(.table(directory))
    try writer.put(footer)
    try writer.put(littleEndian(UInt32(footer.count)) + magic)
  }

  private static func batch(rows: Int, nodes: [Int], _ buffers: [Buffer]) -> FlatValue {
    var places: [Int64] = []
    var end = 0
    for buffer in buffers {
      places += [Int64(end), Int64(buffer.size)]
      end += padded(buffer.size)
    }
    return .table([
      0: .long(Int64(rows)),
      1: .structs(count: nodes.count, nodes.flatMap { [Int64(rows), Int64($0)] }),
      2: .structs(count: buffers.count, places),
    ])
  }

  private static func blocks(_ blocks: [Block]) -> FlatValue {
    .structs(
      count: blocks.count,
      blocks.flatMap { [Int64($0.offset), Int64($0.metadataSize), Int64($0.bodySize)] })
  }

  private mutating func message(
    headerType: UInt8, _ header: FlatValue, _ buffers: [Buffer]
  ) throws(Failure) -> Block {
    let bodySize = buffers.reduce(0) { $0 + padded($1.size) }
    let metadata = flatBuffer(
      .table([0: .short(version), 1: .byte(headerType), 2: header, 3: .long(Int64(bodySize))]))
    let start = offset
    let end = padded(start + 8 + metadata.count)
    try put([0xFF, 0xFF, 0xFF, 0xFF] + littleEndian(UInt32(end - start - 8)))
    try put(metadata)
    try pad()
    for buffer in buffers {
      let before = offset
      var written = 0
      if let put = buffer.put {
        try put()
        written = buffer.size
      } else {
        try buffer.write { (bytes) throws(Failure) in
          written += bytes.count
          try sink(bytes)
        }
      }
      precondition(written == buffer.size, "a buffer has the size that was announced")
      offset = before + written
      try pad()
    }
    return Block(offset: start, metadataSize: end - start, bodySize: bodySize)
  }

  private mutating func append(_ appendix: Appendix) throws(Failure) -> Range<Int> {
    try pad()
    let start = offset
    var end = start
    try appendix.write { (bytes) throws(Failure) in
      end += bytes.count
      try sink(bytes)
    }
    offset = end
    return start..<end
  }

  private mutating func put(_ bytes: [UInt8]) throws(Failure) {
    offset += bytes.count
    try send(bytes)
  }

  private func send(_ bytes: [UInt8]) throws(Failure) {
    try KithStore.send(bytes, to: sink)
  }

  private mutating func pad() throws(Failure) {
    try put([UInt8](repeating: 0, count: padded(offset) - offset))
  }
}

extension ArrowWriter.Buffer {
  static var empty: Self { Self(size: 0) { _ in } }

  /// Numbers that are there already.
  static func numbers<Number: FixedWidthInteger>(_ numbers: [Number]) -> Self {
    Self(size: numbers.count * MemoryLayout<Number>.size) { (sink) throws(Failure) in
      try send(numbers, to: sink)
    }
  }

  /// `count` numbers, each made when its turn comes, a block at a time.
  static func numbers<Number: FixedWidthInteger>(
    _ count: Int, _ number: @escaping (Int) -> Number
  ) -> Self {
    Self(size: count * MemoryLayout<Number>.size) { (sink) throws(Failure) in
      var block: [Number] = []
      var index = 0
      while index < count {
        let end = min(count, index + 65_536)
        block.removeAll(keepingCapacity: true)
        for place in index..<end { block.append(number(place)) }
        try send(block, to: sink)
        index = end
      }
    }
  }

  /// A bitmap, lowest bit first.
  static func bits(_ count: Int, _ bit: @escaping (Int) -> Bool) -> Self {
    numbers((count + 7) / 8) { place in
      var byte: UInt8 = 0
      for index in (place * 8)..<min(count, place * 8 + 8) where bit(index) {
        byte |= 1 << UInt8(index & 7)
      }
      return byte
    }
  }
}

/// Hands an array's bytes over; the closure of `withUnsafeBytes` cannot throw a generic error itself.
func send<Number, Failure: Error>(
  _ numbers: [Number], to sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
) throws(Failure) {
  let outcome = numbers.withUnsafeBytes { (bytes) -> Result<Void, Failure> in
    Result { () throws(Failure) in try sink(bytes) }
  }
  try outcome.get()
}

let magic = Array("ARROW1".utf8)
/// Metadata version V5.
private let version: Int16 = 4
/// Buffers begin at multiples of this many bytes.
let arrowAlignment = 64

func padded(_ size: Int) -> Int {
  (size + arrowAlignment - 1) / arrowAlignment * arrowAlignment
}

private func littleEndian(_ number: UInt32) -> [UInt8] {
  (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32($0))) }
}
