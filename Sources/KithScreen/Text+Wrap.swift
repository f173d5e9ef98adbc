extension Text {
  /// The text in lines of at most `cells` cells, broken at blanks, and anywhere beside wide
  /// characters (Chinese, Japanese, Korean); a word longer than a line is broken where it must.
  ///
  /// Newlines start a paragraph. Blanks at a break are dropped. A cluster wider than the line stands
  /// alone in its own.
  public static func wrap(_ text: String, to cells: Int) -> [String] {
    let paragraphs = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    return paragraphs.flatMap { wrapParagraph($0, to: max(1, cells)) }
  }

  private static func wrapParagraph(_ paragraph: Substring, to cells: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    var used = 0
    var blanks = 0
    for piece in pieces(of: paragraph) {
      if piece.text == " " {
        blanks += 1
        continue
      }
      if used + blanks + piece.width <= cells {
        line += String(repeating: " ", count: blanks) + piece.text
        used += blanks + piece.width
        blanks = 0
        continue
      }
      if used > 0 { lines.append(line) }
      (line, used, blanks) = ("", 0, 0)
      for character in piece.text {  // more than one line only where the piece is longer than one
        let width = character.cellCount
        if used > 0 && used + width > cells {
          lines.append(line)
          (line, used) = ("", 0)
        }
        line.append(character)
        used += width
      }
    }
    lines.append(line)
    return lines
  }

  /// Words, single wide characters, and single blanks.
  private static func pieces(of paragraph: Substring) -> [(text: Substring, width: Int)] {
    var pieces: [(text: Substring, width: Int)] = []
    var isOpen = false
    for index in paragraph.indices {
      let character = paragraph[index]
      let text = paragraph[index...index]
      let width = character.cellCount
      let isWord = character != " " && width < 2
      if isWord && isOpen, let last = pieces.last {
        pieces[pieces.count - 1] = (paragraph[last.text.startIndex...index], last.width + width)
      } else {
        pieces.append((text, width))
      }
      isOpen = isWord
    }
    return pieces
  }
}
