// What loops do for each row. A call into another room for each row costs more than the row does, so
// the few lines stand here, where they become part of the loop.

import KithStore

/// As ``absentValue``, where a loop sees what it is.
let absentAmount = Int64.min

extension CodeView {
  /// The code of a row, or ``absentCode``.
  @inline(__always)
  func code(_ row: Int) -> UInt32 {
    if let validity {
      let byte = validity.load(fromByteOffset: row &>> 3, as: UInt8.self)
      if byte &>> UInt8(truncatingIfNeeded: row & 7) & 1 == 0 { return .max }
    }
    switch bits {
    case 8: return UInt32(data.load(fromByteOffset: row, as: UInt8.self))
    case 16: return UInt32(data.load(fromByteOffset: row &* 2, as: UInt16.self))
    default: return data.load(fromByteOffset: row &* 4, as: UInt32.self)
    }
  }

  /// Copies the codes of some rows, as the snapshot's: `translation` gives them, where they differ.
  func copy(
    _ rows: Range<Int>, _ translation: [UInt32]?, to codes: UnsafeMutablePointer<UInt32>
  ) {
    func widen<Code: FixedWidthInteger>(_: Code.Type) {
      let all = data.assumingMemoryBound(to: Code.self) + rows.lowerBound
      for place in 0..<rows.count { codes[place] = UInt32(truncatingIfNeeded: all[place]) }
    }
    if validity != nil {
      for place in 0..<rows.count { codes[place] = code(rows.lowerBound &+ place) }
    } else if bits == 8 {
      widen(UInt8.self)
    } else if bits == 16 {
      widen(UInt16.self)
    } else {
      widen(UInt32.self)
    }
    guard let translation else { return }
    for place in 0..<rows.count {
      let code = Int(codes[place])
      codes[place] = code < translation.count ? translation[code] : .max
    }
  }
}

extension RunColumns {
  /// A row's value, or ``absentAmount``.
  @inline(__always)
  func amount(_ row: Int) -> Int64 {
    if let valueBits {
      let byte = valueBits.load(fromByteOffset: row &>> 3, as: UInt8.self)
      if byte &>> UInt8(truncatingIfNeeded: row & 7) & 1 == 0 { return absentAmount }
    }
    return values[row]
  }

  /// As ``rows(of:)``.
  @inline(__always)
  func span(of user: Int) -> Range<Int> {
    let start = min(Int(starts[user]), rows)
    return start..<min(max(start, Int(starts[user &+ 1])), rows)
  }
}
