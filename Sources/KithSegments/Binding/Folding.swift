/// Simple case folding (CaseFolding.txt, status C and S), scalar by scalar: to upper case and back to
/// lower, where either is one scalar. The dotless i stays itself: its folding is Turkish alone.
func folded(_ text: String) -> String {
  var view = String.UnicodeScalarView()
  for scalar in text.unicodeScalars { view.append(folded(scalar)) }
  return String(view)
}

private func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
  if scalar.isASCII {
    return ("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar
  }
  if scalar == "\u{131}" { return scalar }
  let upper = single(scalar.properties.uppercaseMapping) ?? scalar
  return single(upper.properties.lowercaseMapping) ?? upper
}

private func single(_ mapping: String) -> Unicode.Scalar? {
  mapping.unicodeScalars.count == 1 ? mapping.unicodeScalars.first : nil
}

/// Whether the bytes of one text stand in those of another.
func contains(_ text: String, _ part: String) -> Bool {
  let bytes = Array(text.utf8)
  let wanted = Array(part.utf8)
  guard bytes.count >= wanted.count else { return false }
  return (0...bytes.count - wanted.count).contains { start in
    bytes[start..<start + wanted.count].elementsEqual(wanted)
  }
}
