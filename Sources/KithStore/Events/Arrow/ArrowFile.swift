import KithSystem

/// An Arrow IPC file as the store writes them, opened in place.
///
/// Every size and offset is checked here, once; columns are handed out as views that lie within the
/// file. Cost of opening: the metadata alone.
struct ArrowFile {
  let name: String
  let schema: ArrowSchema
  let rows: Int
  private let mapped: MappedBytes
  private let columns: [Parts]
  /// By id; a list, since there are few.
  private let dictionaries: [(id: Int, parts: Parts)]
  /// Where each appendix lies, as the footer notes it.
  private let appendices: ArrowNotes

  /// A column's or a dictionary's buffers: their places in the file.
  private struct Parts {
    var rows: Int
    var nullCount: Int
    var buffers: [Place]
  }

  /// Some bytes of the file. A type of our own, since the first range that an array holds costs a start a
  /// search through all conformances.
  private struct Place {
    var start: Int
    var count: Int
  }

  /// Opens a file of one kind, `kith:events` or `kith:users`.
  init(_ mapped: MappedBytes, name: String, kind: String) throws(DamagedFile) {
    self.name = name
    self.mapped = mapped
    do throws(FlatTable.Malformed) {
      let footer = try Self.footer(mapped.bytes)
      guard let table = try footer.table(1), let schema = try ArrowSchema(table) else {
        throw FlatTable.Malformed()
      }
      self.schema = schema
      var dictionaries: [(id: Int, parts: Parts)] = []
      for block in try footer.structs(2, parts: 3) {
        let (header, body) = try Self.message(mapped.bytes, block, type: 2)
        guard let batch = try header.table(1) else { throw FlatTable.Malformed() }
        dictionaries.append(
          (
            id: Int(try header.scalar(0, default: Int64(0))),
            parts: try Self.parts(batch, body, bufferCounts: [3])[0]
          ))
      }
      self.dictionaries = dictionaries
      appendices = try ArrowNotes(footer, 4)
      let blocks = try footer.structs(3, parts: 3)
      guard blocks.count == 1 else { throw FlatTable.Malformed() }
      let (batch, body) = try Self.message(mapped.bytes, blocks[0], type: 3)
      rows = Int(try batch.scalar(0, default: Int64(0)))
      columns = try Self.parts(batch, body, bufferCounts: schema.fields.map(\.type.bufferCount))
    } catch {
      throw DamagedFile(name, .metadata)
    }
    guard schema.notes["kind"] == kind else { throw DamagedFile(name, .wrongKind(want: kind)) }
    guard schema.notes["format"] == "1" else {
      throw DamagedFile(name, .format(visible(schema.notes["format"] ?? "")))
    }
  }

  /// What a run says beside its columns; nil where it does not, or what is noted lies elsewhere than it
  /// can.
  func appendix(_ name: String) -> (bytes: UnsafeRawBufferPointer, owner: MappedBytes)? {
    guard let note = appendices[name], let blank = note.firstIndex(of: " "),
      let start = Int(note[..<blank]), let size = Int(note[note.index(after: blank)...]),
      start >= 0, size >= 0, start % arrowAlignment == 0, start <= mapped.bytes.count,
      size <= mapped.bytes.count - start
    else { return nil }
    return (UnsafeRawBufferPointer(rebasing: mapped.bytes[start..<(start + size)]), mapped)
  }

  private static func footer(
    _ bytes: UnsafeRawBufferPointer
  ) throws(FlatTable.Malformed) -> FlatTable {
    let tail = bytes.count - 10
    guard tail >= 8, bytes.prefix(6).elementsEqual(magic), bytes.suffix(6).elementsEqual(magic)
    else { throw FlatTable.Malformed() }
    let size = Int(bytes.loadUnaligned(fromByteOffset: tail, as: UInt32.self).littleEndian)
    guard size <= tail - 8 else { throw FlatTable.Malformed() }
    return try FlatTable(root: UnsafeRawBufferPointer(rebasing: bytes[(tail - size)..<tail]))
  }

  /// A message's header and the range of its body; `block` is offset, metadata's size, body's size.
  private static func message(
    _ bytes: UnsafeRawBufferPointer, _ block: [Int64], type: UInt8
  ) throws(FlatTable.Malformed) -> (header: FlatTable, body: Range<Int>) {
    let (offset, body) = (block[0], block[2])
    let metadata = block[1] & 0xFFFF_FFFF  // an int and its padding
    let size = Int64(bytes.count)
    guard offset >= 0, metadata >= 16, body >= 0, offset < size, metadata <= size - offset,
      body <= size - offset - metadata
    else { throw FlatTable.Malformed() }
    let start = Int(offset)
    let end = start + Int(metadata)
    let message = try FlatTable(
      root: UnsafeRawBufferPointer(rebasing: bytes[(start + 8)..<end]))
    guard try message.scalar(1, default: UInt8(0)) == type, let header = try message.table(2) else {
      throw FlatTable.Malformed()
    }
    return (header, end..<(end + Int(body)))
  }

  private static func parts(
    _ batch: FlatTable, _ body: Range<Int>, bufferCounts: [Int]
  ) throws(FlatTable.Malformed) -> [Parts] {
    let rows = try batch.scalar(0, default: Int64(0))
    let nodes = try batch.structs(1, parts: 2)
    let buffers = try batch.structs(2, parts: 2)
    // Far above any file, and low enough that no product of it overflows.
    guard rows >= 0, rows < 1 << 48, try batch.table(3) == nil, nodes.count == bufferCounts.count,
      buffers.count == bufferCounts.reduce(0, +)
    else { throw FlatTable.Malformed() }
    var all: [Parts] = []
    var next = 0
    for (node, count) in zip(nodes, bufferCounts) {
      guard node[0] == rows, node[1] >= 0, node[1] <= rows else { throw FlatTable.Malformed() }
      var places: [Place] = []
      for buffer in buffers[next..<(next + count)] {
        guard buffer[0] >= 0, buffer[1] >= 0, buffer[0] % 8 == 0, buffer[0] <= body.count,
          buffer[1] <= body.count - Int(buffer[0])
        else { throw FlatTable.Malformed() }
        places.append(Place(start: body.lowerBound + Int(buffer[0]), count: Int(buffer[1])))
      }
      next += count
      all.append(Parts(rows: Int(rows), nullCount: Int(node[1]), buffers: places))
    }
    return all
  }
}

extension ArrowType {
  /// Validity, then what the type has.
  fileprivate var bufferCount: Int { if case .text = self { 3 } else { 2 } }
}

extension ArrowFile {
  /// The bits of a column that say where it has a value; nil where nothing is null.
  private func validity(_ column: Parts) throws(DamagedFile) -> UnsafeRawBufferPointer? {
    guard column.nullCount > 0 else { return nil }
    let bits = buffer(column.buffers[0])
    guard bits.count >= (column.rows + 7) / 8 else { throw DamagedFile(name, .size) }
    return bits
  }

  private func buffer(_ place: Place) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: mapped.bytes[place.start..<(place.start + place.count)])
  }

  /// The place of a column by its name.
  func column(_ column: String) -> Int? {
    schema.fields.firstIndex { $0.name == column }
  }

  /// A column of 64-bit integers: a timestamp or a decimal.
  func integers(_ index: Int) throws(DamagedFile) -> IntegerView {
    let column = columns[index]
    guard schema.fields[index].type == .timestamp || schema.fields[index].type == .decimal else {
      throw DamagedFile(name, .type(column: schema.fields[index].name))
    }
    let data = buffer(column.buffers[1])
    guard data.count >= rows * 8, isAligned(data, to: 8) else { throw DamagedFile(name, .size) }
    return IntegerView(
      numbers: data.bindMemory(to: Int64.self), validity: try validity(column), owner: mapped)
  }

  /// A dictionary column: its codes, which are not looked at here, and its texts.
  func codes(_ index: Int) throws(DamagedFile) -> (codes: CodeView, texts: TextTable) {
    let column = columns[index]
    let field = schema.fields[index]
    guard case .dictionary(let id, let bits, let large) = field.type,
      let dictionary = dictionaries.last(where: { $0.id == id })?.parts
    else { throw DamagedFile(name, .type(column: field.name)) }
    let texts = try table(dictionary, large: large)
    let data = buffer(column.buffers[1])
    guard data.count >= rows * bits / 8, isAligned(data, to: bits / 8) else {
      throw DamagedFile(name, .size)
    }
    let codes = CodeView(data: data, bits: bits, validity: try validity(column), owner: mapped)
    return (codes, texts)
  }

  /// A column of texts that stand in it one by one.
  func texts(
    _ index: Int
  ) throws(DamagedFile) -> (texts: TextTable, validity: UnsafeRawBufferPointer?) {
    guard case .text(let large) = schema.fields[index].type else {
      throw DamagedFile(name, .type(column: schema.fields[index].name))
    }
    return (try table(columns[index], large: large), try validity(columns[index]))
  }

  private func table(_ parts: Parts, large: Bool) throws(DamagedFile) -> TextTable {
    let offsets = buffer(parts.buffers[1])
    guard offsets.count >= (parts.rows + 1) * (large ? 8 : 4), isAligned(offsets, to: 8),
      let table = TextTable(
        count: parts.rows, offsets: offsets, large: large, bytes: buffer(parts.buffers[2]),
        owner: mapped)
    else { throw DamagedFile(name, .size) }
    return table
  }

  private func isAligned(_ buffer: UnsafeRawBufferPointer, to alignment: Int) -> Bool {
    Int(bitPattern: buffer.baseAddress) % alignment == 0
  }
}
