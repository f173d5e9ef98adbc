internal import CMachine

/// CRC-32C (Castagnoli, RFC 3720): the checksum of journal lines, delivery logs and runs.
///
/// By the processor's own instruction, or, where it has none, eight bytes a step by eight tables
/// (Intel's slicing-by-8).
public struct CRC32C: Sendable {
  private var state: UInt32 = 0xFFFF_FFFF

  public init() {}

  public var value: UInt32 { ~state }

  /// Takes in further bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    if hasInstruction {
      state = cm_crc32c(state, bytes.baseAddress, Int64(bytes.count))
    } else {
      updateByTables(bytes)
    }
  }

  /// The twin of the instruction.
  mutating func updateByTables(_ bytes: UnsafeRawBufferPointer) {
    var crc = state
    var index = 0
    crcTables.withUnsafeBufferPointer { table in
      while index + 8 <= bytes.count {
        let word =
          UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
          ^ UInt64(crc)
        var next: UInt32 = 0
        for lane in 0..<8 {
          next ^=
            table[(7 - lane) * 256 + Int(truncatingIfNeeded: word >> (UInt64(lane) * 8) & 0xFF)]
        }
        crc = next
        index += 8
      }
      while index < bytes.count {
        crc = table[Int(truncatingIfNeeded: (crc ^ UInt32(bytes[index])) & 0xFF)] ^ crc >> 8
        index += 1
      }
    }
    state = crc
  }

  /// The checksum of some bytes.
  public static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var crc = CRC32C()
    crc.update(bytes)
    return crc.value
  }

  /// The checksum of some bytes.
  public static func of(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBytes { of($0) }
  }
}

extension CRC32C {
  /// The checksums of the four quarters of some bytes, whose number is a multiple of four.
  public static func ofQuarters(_ bytes: UnsafeRawBufferPointer) -> (UInt32, UInt32, UInt32, UInt32)
  {
    let size = bytes.count / 4
    guard hasInstruction else {
      func quarter(_ index: Int) -> UInt32 {
        of(UnsafeRawBufferPointer(rebasing: bytes[(index * size)..<((index + 1) * size)]))
      }
      return (quarter(0), quarter(1), quarter(2), quarter(3))
    }
    var states = (UInt32.max, UInt32.max, UInt32.max, UInt32.max)
    withUnsafeMutablePointer(to: &states) { pointer in
      pointer.withMemoryRebound(to: UInt32.self, capacity: 4) { states in
        cm_crc32c_four(states, bytes.baseAddress, Int64(size))
      }
    }
    return (~states.0, ~states.1, ~states.2, ~states.3)
  }
}

private let hasInstruction = cm_crc32c_is_there() != 0

private let crcTables: [UInt32] = {
  var tables = [UInt32](repeating: 0, count: 8 * 256)
  for byte in 0..<256 {
    var crc = UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
    tables[byte] = crc
  }
  for index in 256..<(8 * 256) {
    let before = tables[index - 256]
    tables[index] = tables[Int(before & 0xFF)] ^ before >> 8
  }
  return tables
}()
