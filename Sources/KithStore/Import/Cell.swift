/// A cell of a row; one that a short row does not have is empty.
@inline(__always)
func cell(_ fields: [UnsafeRawBufferPointer], _ column: Int?) -> UnsafeRawBufferPointer {
  guard let column, column < fields.count else {
    return UnsafeRawBufferPointer(start: nil, count: 0)
  }
  return fields[column]
}

/// What is wrong with a user's id: it is empty, too long, or has a control character (C0, DEL, C1).
@inline(__always)
func userProblem(_ user: UnsafeRawBufferPointer) -> RejectReason? {
  if user.isEmpty { return .userMissing }
  if user.count > 1024 { return .userTooLong }
  var previous: UInt8 = 0
  for byte in user {
    if byte < 0x20 || byte == 0x7F || (previous == 0xC2 && byte < 0xA0) { return .userControl }
    previous = byte
  }
  return nil
}
