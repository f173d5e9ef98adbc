import KithStore
import KithSystem
import KithTestSupport
import Testing

@testable import KithSegments

/// Saved segments as texts, and texts as everyone would write them.
struct SavedSegmentTests {
  @Test(arguments: [
    ("-- why\n-- twice\nage > 3d\n", "why\ntwice", "age > 3d"),
    ("--why\n\n  age > 3d -- here\n", "why", "age > 3d -- here"),
    ("age > 3d", "", "age > 3d"), ("age\r\n> 3d\r\n", "", "age\n> 3d"),
    ("\u{FEFF}-- why\r\nage > 3d\r\n", "why", "age > 3d"),
    ("-- only a note\n", "only a note", ""), ("", "", ""), ("--\n--  x\ntrue", "\nx", "true"),
  ])
  func `the comments at the top say what it is for`(text: String, note: String, rest: String) {
    let segment = SavedSegment(name: "a", text: text)
    #expect(segment.note == note)
    #expect(segment.expression == rest)
    #expect(SavedSegment(name: "a", text: segment.text) == segment)
  }

  @Test(arguments: [UInt64(51), 52, 53])
  func `formatting keeps the tree and every comment`(seed: UInt64) throws {
    var random = RandomSyntax(chance: SeededGenerator(seed: seed))
    for number in 0..<100 {
      let tree = random.tree()
      let text = "-- first \(number)\n" + Formatter.text(tree) + " -- \"last\"\n\n-- end"
      let formatted = try formattedSegment(SourceText(text))
      #expect(try Parser.parse(formatted) == tree)
      #expect(formatted.hasPrefix("-- first \(number)\n-- \"last\"\n-- end\n"))
      #expect(try formattedSegment(SourceText(formatted)) == formatted)
    }
  }

  @Test func `the segments that an expression names are found wherever they stand`() throws {
    let text = """
      in("a") and not (was(in(b), 3d) or top(3, count(any)) and in("c") = true) or tag("d")
      """
    #expect(try Parser.parse(text).segments == Set(["a", "b", "c"].map(ByteText.init)))
  }
}
