// The columns of a run as they are read from the words of its rows.

import KithSystem

extension RowWords {
  /// The time of each row.
  func timeColumn() -> ArrowColumn {
    let times = packing.times
    var numbers = ArrowBuffer(size: rows * 8) { range, out in
      let words = self.numbers + range.lowerBound / 8
      let out = out.assumingMemoryBound(to: Int64.self)
      for row in 0..<(range.count / 8) { out[row] = times.time(words[row]) }
    }
    numbers.prepare = { self.load(times.field.word) }
    return ArrowColumn(
      field: ArrowField(name: "time", type: .timestamp, nullable: false), nullCount: 0,
      buffers: [.empty, numbers])
  }

  /// A column of texts. `id` is the number of its dictionary in the file.
  func column(_ codes: PackedCodes, _ name: String, role: String?, id: Int) -> ArrowColumn {
    let (field, names) = (codes.field, codes.names)
    let bits = names.count <= 1 << 8 ? 8 : names.count <= 1 << 16 ? 16 : 32
    let data: ArrowBuffer =
      switch bits {
      case 8: self.data(field, UInt8.self)
      case 16: self.data(field, UInt16.self)
      default: self.data(field, UInt32.self)
      }
    let (ends, bytes) = (names.ends, names.bytes)
    return ArrowColumn(
      field: ArrowField(
        name: name, type: .dictionary(id: id, codeBits: bits, large: false),
        nullable: codes.absent > 0, notes: role.map { ["role": $0] } ?? [:]),
      nullCount: codes.absent,
      buffers: [present(absent: codes.absent, field), data].map { buffer in
        buffer.prepared { self.load(field.word) }
      },
      dictionary: (
        names.count, .numbers(ends.count) { Int32(truncatingIfNeeded: ends[$0]) }, .numbers(bytes)
      ))
  }

  private func data<Number: FixedWidthInteger>(
    _ field: WordField, _ type: Number.Type
  ) -> ArrowBuffer {
    let width = MemoryLayout<Number>.size
    return ArrowBuffer(size: rows * width) { range, out in
      let words = self.numbers + range.lowerBound / width
      let out = out.assumingMemoryBound(to: type)
      for row in 0..<(range.count / width) {
        // An absent cell, 0, stays 0.
        let code = field.read(words[row])
        out[row] = Number(truncatingIfNeeded: code &- (code == 0 ? 0 : 1))
      }
    }
  }

  /// A bitmap of the rows whose number is not 0; empty where there are none.
  private func present(absent: Int, _ field: WordField) -> ArrowBuffer {
    guard absent > 0 else { return .empty }
    let rows = rows
    return ArrowBuffer(size: (rows + 7) / 8) { range, out in
      let words = self.numbers
      for place in range {
        var byte: UInt8 = 0
        for bit in 0..<min(8, rows &- place &* 8) {
          let isPresent: UInt8 = field.read(words[place &* 8 &+ bit]) == 0 ? 0 : 1
          byte |= isPresent &<< UInt8(truncatingIfNeeded: bit)
        }
        out.storeBytes(of: byte, toByteOffset: place &- range.lowerBound, as: UInt8.self)
      }
    }
  }
}

extension ArrowBuffer {
  /// The buffer with what comes before its first byte.
  fileprivate func prepared(_ prepare: @escaping () -> Void) -> ArrowBuffer {
    var buffer = self
    buffer.prepare = prepare
    return buffer
  }
}
