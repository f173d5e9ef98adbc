import KithSystem

/// Codes of a dictionary column, read where they lie.
///
/// Nothing was read when the file was opened: whoever uses a code as a place holds it against the
/// size of what it leads into.
package struct CodeView: @unchecked Sendable {  // memory that is never written
  package let data: UnsafeRawPointer
  /// 8, 16 or 32.
  package let bits: Int
  /// One bit a row, lowest first: whether the row has a code; nil where all have.
  package let validity: UnsafeRawPointer?
  let owner: MappedBytes

  init(
    data: UnsafeRawBufferPointer, bits: Int, validity: UnsafeRawBufferPointer?, owner: MappedBytes
  ) {
    self.data = data.baseAddress ?? owner.nothing
    self.bits = bits
    self.validity = validity?.baseAddress
    self.owner = owner
  }

  /// The code of a row, or ``absentCode``.
  @inlinable @inline(__always)
  package subscript(row: Int) -> UInt32 {
    if let validity, !isSet(validity, row) { return absentCode }
    switch bits {
    case 8: return UInt32(data.load(fromByteOffset: row, as: UInt8.self))
    case 16: return UInt32(data.load(fromByteOffset: row &* 2, as: UInt16.self))
    default: return data.load(fromByteOffset: row &* 4, as: UInt32.self)
    }
  }

  /// Whether each code that is not null is a place of a dictionary of `count` texts. Cost: one pass.
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
      let codes = data.assumingMemoryBound(to: Code.self)
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
package struct IntegerView: @unchecked Sendable {  // memory that is never written
  package let numbers: UnsafeBufferPointer<Int64>
  package let validity: UnsafeRawPointer?
  let owner: MappedBytes

  init(
    numbers: UnsafeBufferPointer<Int64>, validity: UnsafeRawBufferPointer?, owner: MappedBytes
  ) {
    self.numbers = numbers
    self.validity = validity?.baseAddress
    self.owner = owner
  }

  @inlinable @inline(__always)
  package subscript(row: Int) -> Int64? {
    if let validity, !isSet(validity, row) { return nil }
    return numbers[row]
  }
}

@inlinable @inline(__always)
package func isSet(_ bits: UnsafeRawPointer, _ index: Int) -> Bool {
  bits.load(fromByteOffset: index &>> 3, as: UInt8.self) &>> UInt8(truncatingIfNeeded: index & 7)
    & 1
    != 0
}

@inline(__always)
func isSet(_ bits: UnsafeRawBufferPointer, _ index: Int) -> Bool {
  bits[index &>> 3] &>> UInt8(truncatingIfNeeded: index & 7) & 1 != 0
}

extension MappedBytes {
  /// Somewhere to point at where there is no byte.
  var nothing: UnsafeRawPointer { UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque()) }
}
