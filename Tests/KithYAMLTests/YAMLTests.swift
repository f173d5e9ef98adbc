import Testing

@testable import KithYAML

struct YAMLTests {
  @Test func `nodes keep their order, their texts and their places`() throws {
    let root = try #require(
      try readYAML("# a note\nformat: 1\n名: { b: 'it''s', a: [x, \"y\"] }\nrule: >\n  one\n  two\n")
    )
    let mapping = try #require(root.mapping)
    #expect(mapping.map { $0.key.string } == ["format", "名", "rule"])
    let inner = try #require(mapping["名"])
    #expect(inner.mark == Mark(line: 3, column: 4))
    #expect(inner.mapping?.map { $0.key.string } == ["b", "a"])
    #expect(inner.mapping?["b"]?.scalar?.style == .singleQuoted)
    #expect(inner.mapping?["b"]?.string == "it's")
    #expect(inner.mapping?["a"]?.sequence?.map(\.string) == ["x", "y"])
    #expect(inner.mapping?["a"]?.sequence?.last?.scalar?.style == .doubleQuoted)
    #expect(mapping["rule"]?.string == "one two\n")
    #expect(mapping["rule"]?.scalar?.style == .folded)
    #expect(mapping["nothing"] == nil)
  }

  @Test func `scalars are what is written, whatever YAML would make of them`() throws {
    let root = try #require(try readYAML("- true\n- 1.50\n- ~\n- 2026-01-01\n- ''\n- |\n  x\n"))
    #expect(root.sequence?.map(\.string) == ["true", "1.50", "~", "2026-01-01", "", "x\n"])
  }

  @Test func `a text without a value has no root`() throws {
    #expect(try readYAML("") == nil)
    #expect(try readYAML("# nothing\n") == nil)
    for text in ["---", "---\n", "--- # nothing\n", "---\n...\n"] {
      #expect(try readYAML(text) == nil, "\(text)")
    }
    #expect(try readYAML("--- ''\n")?.string == "")
    #expect(throws: YAMLError.self) { try readYAML("---\n---\n") }
  }

  @Test func `an alias is the node at its anchor`() throws {
    let root = try #require(try readYAML("a: &x { k: v }\nb: *x\nc: &x w\nd: *x\n"))
    #expect(root.mapping?["b"]?.mapping?["k"]?.string == "v")
    #expect(root.mapping?["d"]?.string == "w")
  }

  @Test(arguments: [
    ("a: *x", "found undefined alias", 1, 4),
    ("a: 1\n---\nb: 2\n", "but found another document", 2, 1),
    ("a: [1, 2\nb: 3\n", "did not find expected ',' or ']'", 2, 2),
    ("é: \"open\n", "found unexpected end of stream", 2, 1),
    ("\tа: 1", "found character that cannot start any token", 1, 1),
  ])
  func `what is no YAML is shown at its place`(
    text: String, problem: String, line: Int, column: Int
  ) {
    #expect(throws: YAMLError.syntax(problem: problem, Mark(line: line, column: column))) {
      try readYAML(text)
    }
  }

  @Test func `a key stands once`() {
    let error = YAMLError.duplicates(["a", "b"], Mark(line: 2, column: 1))
    #expect(throws: error) { try readYAML("b: 1\na: 2\n'a': 3\nb: 4\nc: 5\n") }
  }

  @Test func `characters that no text has are refused`() {
    #expect(throws: YAMLError.unreadable) { try readYAML("a: \u{0}") }
  }

  @Test func `nothing is nested without end`() {
    #expect(throws: YAMLError.self) { try readYAML(String(repeating: "[", count: 100_000)) }
    let deep = String(repeating: "[", count: 101) + String(repeating: "]", count: 101)
    #expect(
      throws: YAMLError.syntax(problem: "it is nested too deeply", Mark(line: 1, column: 101))
    ) {
      try readYAML(deep)
    }
    #expect(throws: Never.self) { try readYAML(String(deep.dropFirst().dropLast())) }
  }
}
