/// A table of a FlatBuffers message that is read where it lies; every offset is checked before use.
struct FlatTable {
  /// The offsets of a message that lead outside of it.
  struct Malformed: Error {}

  private let bytes: UnsafeRawBufferPointer
  private let start: Int
  private let vtable: Int
  private let vtableSize: Int

  /// The root table of a message.
  init(root bytes: UnsafeRawBufferPointer) throws(Malformed) {
    let offset: UInt32 = try load(bytes, at: 0)
    try self.init(bytes, at: Int(offset))
  }

  private init(_ bytes: UnsafeRawBufferPointer, at start: Int) throws(Malformed) {
    let back: Int32 = try load(bytes, at: start)
    let vtable = start - Int(back)
    let size: UInt16 = try load(bytes, at: vtable)
    guard size >= 4, vtable + Int(size) <= bytes.count else { throw Malformed() }
    self.bytes = bytes
    self.start = start
    self.vtable = vtable
    vtableSize = Int(size)
  }

  /// Where a field stands; nil where it is left out.
  private func place(_ field: Int) throws(Malformed) -> Int? {
    let slot = 4 + 2 * field
    guard slot + 2 <= vtableSize else { return nil }
    let offset: UInt16 = try load(bytes, at: vtable + slot)
    return offset == 0 ? nil : start + Int(offset)
  }

  func scalar<Number: FixedWidthInteger>(
    _ field: Int, default number: Number
  ) throws(Malformed) -> Number {
    guard let place = try place(field) else { return number }
    return try load(bytes, at: place)
  }

  func table(_ field: Int) throws(Malformed) -> FlatTable? {
    guard let place = try place(field) else { return nil }
    return try FlatTable(bytes, at: try target(of: place))
  }

  func text(_ field: Int) throws(Malformed) -> String? {
    guard let place = try place(field) else { return nil }
    let start = try target(of: place)
    let size: UInt32 = try load(bytes, at: start)
    guard start + 4 + Int(size) <= bytes.count else { throw Malformed() }
    return String(decoding: bytes[(start + 4)..<(start + 4 + Int(size))], as: UTF8.self)
  }

  func tables(_ field: Int) throws(Malformed) -> [FlatTable] {
    guard let place = try place(field) else { return [] }
    let start = try target(of: place)
    let count: UInt32 = try load(bytes, at: start)
    guard start + 4 + 4 * Int(count) <= bytes.count else { throw Malformed() }
    var tables: [FlatTable] = []
    for index in 0..<Int(count) {
      tables.append(try FlatTable(bytes, at: try target(of: start + 4 + 4 * index)))
    }
    return tables
  }

  /// A vector of structs that consist of `parts` 8-byte numbers each.
  func structs(_ field: Int, parts: Int) throws(Malformed) -> [[Int64]] {
    guard let place = try place(field) else { return [] }
    let start = try target(of: place)
    let count: UInt32 = try load(bytes, at: start)
    guard start + 4 + 8 * parts * Int(count) <= bytes.count else { throw Malformed() }
    var structs: [[Int64]] = []
    for index in 0..<Int(count) {
      var numbers: [Int64] = []
      for part in 0..<parts {
        numbers.append(try load(bytes, at: start + 4 + 8 * (index * parts + part)))
      }
      structs.append(numbers)
    }
    return structs
  }

  private func target(of place: Int) throws(Malformed) -> Int {
    let offset: UInt32 = try load(bytes, at: place)
    return place + Int(offset)
  }
}

private func load<Number: FixedWidthInteger>(
  _ bytes: UnsafeRawBufferPointer, at place: Int
) throws(FlatTable.Malformed) -> Number {
  guard place >= 0, place <= bytes.count - MemoryLayout<Number>.size else {
    throw FlatTable.Malformed()
  }
  return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Number.self))
}
