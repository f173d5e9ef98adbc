/// CSV as this store writes it: RFC 4180 with LF, a field quoted only where it has to be.
enum CSV {
  /// Appends a field. One with outer blanks is quoted too, so that other readers keep them.
  ///
  /// In a header, what could be taken for the delimiter is quoted as well.
  static func append(
    _ field: UnsafeRawBufferPointer, inHeader: Bool = false, to bytes: inout [UInt8]
  ) {
    guard needsQuotes(field) || inHeader && field.contains(where: { $0 == 0x3B || $0 == 0x09 })
    else {
      bytes.append(contentsOf: field)
      return
    }
    bytes.append(0x22)
    for byte in field {
      if byte == 0x22 { bytes.append(0x22) }
      bytes.append(byte)
    }
    bytes.append(0x22)
  }

  private static func needsQuotes(_ field: UnsafeRawBufferPointer) -> Bool {
    guard let first = field.first, let last = field.last else { return false }
    if isBlank(first) || isBlank(last) { return true }
    return field.contains { byte in
      byte == 0x2C || byte == 0x22 || byte == 0x0A || byte == 0x0D
    }
  }
}
