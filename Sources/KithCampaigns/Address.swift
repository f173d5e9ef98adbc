/// How addresses are compared, and which are taken: trimmed and lower-cased, nothing in them that
/// could end a header or begin a second recipient.
package enum Address {
  /// Trimmed and lower-cased; nil where it is empty or holds a control character, a blank, `<` or `>`.
  package static func plain(_ text: String) -> String? {
    let lowered = trimmed(text).lowercased()
    let fits = lowered.unicodeScalars.allSatisfy { scalar in
      !isControlOrBlank(scalar) && scalar != "<" && scalar != ">"
    }
    return fits && !lowered.isEmpty && lowered.utf8.count <= 1024 ? lowered : nil
  }

  /// A mail address as ``plain(_:)``, of the form `dot-atom@domain` (RFC 5321, ASCII); else nil.
  package static func mail(_ text: String) -> String? {
    guard let plain = plain(text), plain.utf8.count <= 254 else { return nil }
    let parts = plain.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard parts.count == 2, let local = parts.first, let domain = parts.last,
      (1...64).contains(local.count), local.first != UInt8(ascii: "-"),
      local.allSatisfy({ isAlphanumeric($0) || atomMarks.contains($0) })
    else { return nil }
    let labels = domain.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let named = labels.allSatisfy { label in
      (1...63).contains(label.count) && label.first != UInt8(ascii: "-")
        && label.last != UInt8(ascii: "-")
        && label.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }
    return named ? plain : nil
  }

  private static let atomMarks = Set("!#$%&'*+-/=?^_`{|}~.".utf8)

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
  }
}

/// Without the blanks around it.
func trimmed(_ text: String) -> String {
  let isBlank = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace }
  let scalars = text.unicodeScalars
  guard let first = scalars.firstIndex(where: { !isBlank($0) }),
    let last = scalars.lastIndex(where: { !isBlank($0) })
  else { return "" }
  return String(scalars[first...last])
}

private func isControlOrBlank(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator: true
  default: false
  }
}
