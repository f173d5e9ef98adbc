/// Which scalars make up names, and which are read as their ASCII twins.

/// Whether an unquoted name may start with the scalar: a letter of any script or `_`.
func startsName(_ scalar: Unicode.Scalar) -> Bool {
  if scalar.isASCII { return isLetter(scalar) || scalar == "_" }
  switch scalar.properties.generalCategory {
  case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
    .letterNumber:
    return true
  default: return false
  }
}

/// Whether an unquoted name may go on with the scalar, `-` apart.
func continuesName(_ scalar: Unicode.Scalar) -> Bool {
  if isDigit(scalar) || startsName(scalar) { return true }
  if scalar.isASCII { return false }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber: return true
  default: return false
  }
}

/// What may stand between tokens.
func isBlank(_ scalar: Unicode.Scalar) -> Bool {
  if scalar.isASCII { return scalar == " " || ("\t"..."\r").contains(scalar) }
  return scalar.properties.isWhitespace || scalar == "\u{FEFF}"
}

func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

private func isLetter(_ scalar: Unicode.Scalar) -> Bool {
  ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
}

/// Whether a text can stand as a name without quotes.
package func isBareName(_ text: String) -> Bool {
  let scalars = Array(text.unicodeScalars)
  guard let first = scalars.first, startsName(first), Keyword(rawValue: text) == nil else {
    return false
  }
  return scalars.indices.dropFirst().allSatisfy { index in
    scalars[index] == "-" ? scalars[index - 1] != "-" : continuesName(scalars[index])
  }
}

/// The ASCII twin of a full-width mark, as a Chinese input method writes it; else the scalar itself.
func twin(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
  scalar.isASCII ? scalar : twins[scalar] ?? scalar
}

private let twins: [Unicode.Scalar: Unicode.Scalar] = [
  "（": "(", "）": ")", "，": ",", "。": ".", "：": ":", "；": ";", "＞": ">", "＜": "<", "＝": "=",
  "“": "\"", "”": "\"", "【": "[", "】": "]", "\u{3000}": " ", "！": "!", "％": "%", "～": "~", "＊": "*",
]
