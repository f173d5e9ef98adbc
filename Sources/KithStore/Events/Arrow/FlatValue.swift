/// A FlatBuffers value to be written (https://flatbuffers.dev/internals/): as much of the format as
/// Arrow's metadata needs.
///
/// A table is laid out forwards: vtable, table, then whatever it points to, whose place is patched in.
/// Tables start at multiples of 8, so that fields are aligned by their offset within the table.
indirect enum FlatValue {
  case bool(Bool)
  case byte(UInt8)
  case short(Int16)
  case int(Int32)
  case long(Int64)
  case text(String)
  /// Fields by their number in the schema; a union takes two, its type as a byte before it.
  case table([Int: FlatValue])
  case tables([FlatValue])
  /// Structs of 8-byte parts, laid end to end.
  case structs(count: Int, [Int64])
}

/// The bytes of a buffer whose root is the given table.
func flatBuffer(_ root: FlatValue) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: 4)
  let place = append(root, to: &bytes)
  patch(&bytes, at: 0, UInt32(place))
  pad(&bytes, to: 8)
  return bytes
}

extension FlatValue {
  /// Bytes within the table; a value that stands elsewhere takes the 4 of its offset.
  fileprivate var size: Int {
    switch self {
    case .bool, .byte: 1
    case .short: 2
    case .int, .text, .table, .tables, .structs: 4
    case .long: 8
    }
  }
}

/// Appends a value that stands on its own; returns where it starts.
private func append(_ value: FlatValue, to bytes: inout [UInt8]) -> Int {
  switch value {
  case .bool, .byte, .short, .int, .long:
    preconditionFailure("a scalar stands within its table")
  case .text(let text):
    pad(&bytes, to: 4)
    let start = bytes.count
    append(UInt32(text.utf8.count), to: &bytes)
    bytes.append(contentsOf: text.utf8)
    bytes.append(0)
    return start
  case .table(let fields):
    return append(fields, to: &bytes)
  case .tables(let elements):
    pad(&bytes, to: 4)
    let start = bytes.count
    append(UInt32(elements.count), to: &bytes)
    bytes.append(contentsOf: repeatElement(0, count: 4 * elements.count))
    for (index, element) in elements.enumerated() {
      let place = append(element, to: &bytes)
      let slot = start + 4 + 4 * index
      patch(&bytes, at: slot, UInt32(place - slot))
    }
    return start
  case .structs(let count, let parts):
    pad(&bytes, to: 8)
    bytes.append(contentsOf: repeatElement(0, count: 4))
    let start = bytes.count
    append(UInt32(count), to: &bytes)
    for part in parts { append(part, to: &bytes) }
    return start
  }
}

private func append(_ fields: [Int: FlatValue], to bytes: inout [UInt8]) -> Int {
  let slots = (fields.keys.max() ?? -1) + 1
  var offsets = [Int](repeating: 0, count: slots)
  var end = 4
  for (number, value) in fields.sorted(by: { $0.key < $1.key }) {
    end = (end + value.size - 1) / value.size * value.size
    offsets[number] = end
    end += value.size
  }
  pad(&bytes, to: 2)
  let vtable = bytes.count
  append(UInt16(4 + 2 * slots), to: &bytes)
  append(UInt16(end), to: &bytes)
  for offset in offsets { append(UInt16(offset), to: &bytes) }
  pad(&bytes, to: 8)
  let table = bytes.count
  bytes.append(contentsOf: repeatElement(0, count: end))
  patch(&bytes, at: table, Int32(table - vtable))
  for (number, value) in fields.sorted(by: { $0.key < $1.key }) {
    let place = table + offsets[number]
    switch value {
    case .bool(let flag): bytes[place] = flag ? 1 : 0
    case .byte(let byte): bytes[place] = byte
    case .short(let number): patch(&bytes, at: place, number)
    case .int(let number): patch(&bytes, at: place, number)
    case .long(let number): patch(&bytes, at: place, number)
    case .text, .table, .tables, .structs:
      let target = append(value, to: &bytes)
      patch(&bytes, at: place, UInt32(target - place))
    }
  }
  return table
}

private func pad(_ bytes: inout [UInt8], to alignment: Int) {
  while bytes.count % alignment != 0 { bytes.append(0) }
}

private func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
  withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
}

private func patch(_ bytes: inout [UInt8], at place: Int, _ number: some FixedWidthInteger) {
  withUnsafeBytes(of: number.littleEndian) { source in
    for (index, byte) in source.enumerated() { bytes[place + index] = byte }
  }
}
