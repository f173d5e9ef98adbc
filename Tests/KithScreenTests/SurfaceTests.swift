import KithTestSupport
import Testing

@testable import KithScreen

@Suite struct SurfaceTests {
  @Test(arguments: [
    (-1, "b"), (-2, ""), (0, "ab"), (8, "        ab"), (9, "         a"), (10, ""), (1000, ""),
  ])
  func `text is clipped at both edges`(x: Int, row: String) {
    var surface = Surface(size: Size(width: 10, height: 1))
    surface.put("ab", at: Point(x: x, y: 0))
    #expect(surface.text == row + "\n")
  }

  @Test(arguments: [
    (0, 0, "x 字"), (1, 0, " x字"), (2, 0, "漢x"), (3, 0, "漢 x"), (-1, 0, "漢字"), (0, 1, "漢字"),
  ])
  func `overwriting one half blanks the other`(x: Int, y: Int, row: String) {
    var surface = Surface(size: Size(width: 4, height: 1))
    surface.put("漢字", at: .zero)
    surface.put("x", at: Point(x: x, y: y))
    #expect(surface.text == row + "\n")
  }

  @Test func `a wide character over two halves leaves two blanks`() {
    var surface = Surface(size: Size(width: 4, height: 1))
    surface.put("漢字", at: .zero)
    surface.put("語", at: Point(x: 1, y: 0))
    #expect(surface.text == " 語\n")
  }

  @Test(arguments: [(0, "漢"), (-1, " 字"), (2, "  漢"), (-3, "")])
  func `a wide character at an edge is a blank`(x: Int, row: String) {
    var surface = Surface(size: Size(width: 3, height: 1))
    surface.put(x == 2 ? "漢" : "漢字", at: Point(x: x, y: 0))
    #expect(surface.text == (x == 2 ? "" : row) + "\n")
  }

  @Test func `a part is drawn in its own coordinates and nothing leaks out of it`() {
    var surface = Surface(size: Size(width: 8, height: 3))
    surface.fill(surface.bounds, with: ".")
    surface.inside(Rect(x: 2, y: 1, width: 3, height: 1)) { part in
      #expect(part.size == Size(width: 3, height: 1))
      part.put("abcdef", at: Point(x: -1, y: 0))
      part.put("zzz", at: Point(x: 0, y: 1))
      part.inside(Rect(x: 2, y: 0, width: 9, height: 9)) { $0.put("漢", at: .zero) }
    }
    #expect(surface.text == "........\n..bc ...\n........\n")
  }

  @Test func `nothing from data can act on a terminal`() {
    var surface = Surface(size: Size(width: 40, height: 1))
    let hostile = "\u{1B}]0;x\u{07}\u{9B}2J\r\n\t\u{7F}\u{202E}\u{2066}\u{200F}\u{2028}\u{0}"
    surface.put(hostile, at: .zero)
    #expect(surface.text == "␛]0;x␇\u{FFFD}2J␍␊␉␡\u{FFFD}\u{FFFD}\u{FFFD}␀\n")
    for scalar in surface.text.unicodeScalars where scalar != "\n" {
      #expect(scalar.properties.generalCategory != .control)
      #expect(scalar.properties.generalCategory != .format)
    }
  }

  @Test func `marks beyond what a cell holds are dropped`() {
    var surface = Surface(size: Size(width: 4, height: 1))
    surface.put("a" + String(repeating: "\u{301}", count: 1000) + "b", at: .zero)
    #expect(surface.text == "a\u{301}\u{301}\u{301}\u{301}b\n")
  }

  @Test func `no size and no place crashes`() {
    for width in 0...5 {
      for height in 0...3 {
        var surface = Surface(size: Size(width: width, height: height))
        for x in -3...6 {
          for y in -2...4 {
            let point = Point(x: x, y: y)
            let rect = Rect(x: x, y: y, width: 3, height: 2)
            surface.put("漢a", at: point)
            surface.frame(rect)
            surface.fill(rect, with: "x")
            surface.restyle(rect) { $0.attributes = .bold }
            surface.pane(rect, title: [Run("title")], trailing: [Run("r")])
            surface.paragraphs("one two", in: rect)
            surface.inside(rect) { $0.put("漢漢", at: Point(x: -1, y: 0)) }
          }
        }
        expectPaired(surface)
      }
    }
  }

  @Test func `no half of a wide character is ever alone`() {
    var random = SeededGenerator(seed: 11)
    var surface = Surface(size: Size(width: 12, height: 3))
    for _ in 0..<3000 {
      let point = Point(
        x: Int.random(in: -3...13, using: &random), y: Int.random(in: -1...3, using: &random))
      let texts = ["漢", "a", "漢a字", "😀x", "e\u{301}"]
      surface.inside(
        Rect(
          x: Int.random(in: -2...9, using: &random), y: 0,
          width: Int.random(in: 0...9, using: &random), height: 3)
      ) { $0.put(texts[Int.random(in: 0..<texts.count, using: &random)], at: point) }
      expectPaired(surface)
    }
  }

  /// Every wide lead has its continuation, and every continuation its lead.
  private func expectPaired(_ surface: Surface) {
    for (index, cell) in surface.cells.enumerated() {
      let isWide =
        cell.content != Surface.continuation && cell.content < Surface.clusterBase
        && cellWidth(of: cell.content) == 2
      let hasHalf =
        (index + 1) % surface.stride != 0 && index + 1 < surface.cells.count
        && surface.cells[index + 1].content == Surface.continuation
      #expect(isWide == hasHalf)
      if cell.content == Surface.continuation { #expect(index % surface.stride != 0) }
    }
  }

  @Test func `lines that meet are joined`() {
    var surface = Surface(size: Size(width: 9, height: 5))
    surface.frame(Rect(x: 0, y: 0, width: 5, height: 3))
    surface.frame(Rect(x: 4, y: 0, width: 5, height: 3))
    surface.frame(Rect(x: 0, y: 2, width: 9, height: 3))
    expectSnapshot(surface.text, "joined-lines")
    var plain = Surface(size: Size(width: 5, height: 4))
    plain.frame(plain.bounds, border: .ascii)
    plain.horizontal(from: Point(x: 0, y: 2), length: 5, border: .ascii)
    #expect(plain.text == "+---+\n|   |\n+---+\n+---+\n")
  }
}
