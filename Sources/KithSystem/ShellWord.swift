/// A text as one word of a command that a person may copy into a shell: in single quotes where the shell
/// would read it otherwise.
public func shellWord(_ text: String) -> String {
  let isPlain = text.unicodeScalars.allSatisfy { scalar in
    scalar.isASCII
      ? scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        || "_-./:@%+,=".unicodeScalars.contains(scalar)
      : !isControl(scalar) && !scalar.properties.isWhitespace
  }
  return isPlain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
}
