import KithScreen
import KithTestSupport
import Testing

@Suite struct TextTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("漢字", 4), ("e\u{301}", 1), ("ｶﾞ", 2), ("Ａ", 2), ("😀", 2),
    ("👩‍👩‍👧", 2), ("👍🏽", 2), ("🇨🇳", 2), ("⚠️", 1), ("\u{1B}[31m", 5), ("\r\n", 2), ("\u{202E}", 1),
    ("\u{301}", 1), ("\u{200B}", 0), ("한국어", 6), ("ᄒ\u{1161}\u{11AB}", 2), ("क्षि", 3),
    ("العربية", 7), ("\u{9B}", 1), ("ﷺ", 1), ("\u{AD}", 1), ("\u{E0001}", 0),
  ])
  func `a text is as wide as its glyphs`(text: String, width: Int) {
    #expect(Text.width(text) == width)
    var surface = Surface(size: Size(width: 20, height: 1))
    let drawnWidth = surface.put(text, at: .zero)
    #expect(drawnWidth == width)
    surface.put("|", at: Point(x: width, y: 0))
    let drawn = surface.text.dropLast()
    #expect(drawn.last == "|")
    #expect(Text.width(drawn) == width + 1)
  }

  @Test(arguments: [
    ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("abc", 1, "…"), ("abc", 0, ""), ("abc", -1, ""),
    ("漢字", 4, "漢字"), ("漢字x", 4, "漢…"), ("漢字", 3, "漢…"), ("漢字", 2, "…"), ("漢", 1, "…"),
    ("e\u{301}e\u{301}", 1, "…"), ("", 0, ""), ("👩‍👩‍👧ab", 3, "👩‍👩‍👧…"), ("é", 1, "é"),
  ])
  func `what does not fit is cut between clusters`(text: String, cells: Int, fitted: String) {
    #expect(Text.fit(text, to: cells) == fitted)
  }

  @Test(arguments: [
    ("漢字", 5, Alignment.left, "漢字 "), ("漢字", 5, .right, " 漢字"), ("漢字", 3, .right, "漢…"),
    ("漢字漢", 4, .left, "漢… "), ("ab", 5, .centre, " ab  "), ("ab", 0, .left, ""),
  ])
  func `a field is filled to the cell`(
    text: String, cells: Int, alignment: Alignment, padded: String
  ) {
    #expect(Text.pad(text, to: cells, alignment) == padded)
  }

  @Test(arguments: [
    ("", 5, [""]), ("one two", 7, ["one two"]), ("one two", 5, ["one", "two"]),
    ("one  two", 4, ["one", "two"]), ("  one", 5, ["  one"]),
    ("abcdefgh ij", 3, ["abc", "def", "gh", "ij"]),
    ("漢字漢字", 5, ["漢字", "漢字"]), ("say 漢字 now", 6, ["say 漢", "字 now"]), ("漢", 1, ["漢"]),
    ("a\n\nb", 3, ["a", "", "b"]), ("a\r\nb", 3, ["a", "b"]), ("ab", 0, ["a", "b"]),
  ])
  func `words are wrapped and wide characters break anywhere`(
    text: String, cells: Int, lines: [String]
  ) {
    #expect(Text.wrap(text, to: cells) == lines)
  }

  @Test func `random text fits and wraps within its cells and loses nothing`() {
    let alphabet = ["a", "b", " ", "漢", "😀", "e\u{301}", "🇨🇳", "क्षि", "\u{1B}", "👩‍👩‍👧", "ｶ"]
    var random = SeededGenerator(seed: 7)
    for _ in 0..<500 {
      let text = (0..<Int.random(in: 0...30, using: &random)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
      }.joined()
      let cells = Int.random(in: 3...20, using: &random)
      #expect(Text.width(text) == text.map { Text.width(String($0)) }.reduce(0, +))
      let fitted = Text.fit(text, to: cells)
      #expect(Text.width(fitted) <= cells)
      #expect(fitted == text || Text.width(text) > cells)
      let lines = Text.wrap(text, to: cells)
      #expect(lines.allSatisfy { Text.width($0) <= cells })
      #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
    }
  }
}
