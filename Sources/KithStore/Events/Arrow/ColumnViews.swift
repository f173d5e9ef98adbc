import KithSystem

/// Codes of a dictionary column, read where they lie. They were checked when the file was opened.
struct CodeView: @unchecked Sendable {  // memory that is never written
  let data: UnsafeRawBufferPointer
  let bits: Int
  let validity: UnsafeRawBufferPointer?
  let owner: MappedBytes

  /// The code of a row, or ``absentCode``.
  @inline(__always)
  subscript(row: Int) -> UInt32 {
    if let validity, !isSet(validity, row) { return absentCode }
    switch bits {
    case 8: return UInt32(data[row])
    case 16: return UInt32(data.load(fromByteOffset: row &* 2, as: UInt16.self))
    default: return data.load(fromByteOffset: row &* 4, as: UInt32.self)
    }
  }

  /// Whether each code that is not null is a place of a dictionary of `count` texts.
  func areBelow(_ count: Int, rows: Int) -> Bool {
    if validity == nil { return rows == 0 || largest(rows) < count }
    for row in 0..<rows {
      let code = self[row]
      if code != absentCode, code >= count { return false }
    }
    return true
  }

  private func largest(_ rows: Int) -> Int {
    func scan<Code: FixedWidthInteger>(_: Code.Type) -> Int {
      let codes = data.bindMemory(to: Code.self)
      var largest: Code = 0
      for row in 0..<rows { largest = max(largest, codes[row]) }
      return Int(largest)
    }
    return switch bits {
    case 8: scan(UInt8.self)
    case 16: scan(UInt16.self)
    default: scan(UInt32.self)
    }
  }
}

/// A column of 64-bit integers, read where it lies.
struct IntegerView: @unchecked Sendable {  // memory that is never written
  let numbers: UnsafeBufferPointer<Int64>
  let validity: UnsafeRawBufferPointer?
  let owner: MappedBytes

  @inline(__always)
  subscript(row: Int) -> Int64? {
    if let validity, !isSet(validity, row) { return nil }
    return numbers[row]
  }
}

@inline(__always)
func isSet(_ bits: UnsafeRawBufferPointer, _ index: Int) -> Bool {
  bits[index >> 3] >> UInt8(truncatingIfNeeded: index & 7) & 1 != 0
}
