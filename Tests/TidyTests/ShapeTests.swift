import Testing

@Suite struct `The shape of the code` {
  @Test func `a file has at most 500 lines, or says why not`() {
    for file in Tree.shared.files where file.path.hasSuffix(".swift") {
      let isExcused = file.lines[0].hasPrefix("// Long because: ")
      #expect(file.lines.count <= 500 || isExcused, "\(file.path) has \(file.lines.count) lines")
      #expect(file.lines.count > 500 || !isExcused, "\(file.path) is not long any more")
    }
  }

  /// Blank lines, comments and long texts do not count.
  @Test func `a function has at most 70 lines`() {
    for file in Tree.shared.files where file.path.hasSuffix(".swift") {
      for function in functions(file.code) {
        #expect(function.length <= 70, "\(file.path):\(function.line) has \(function.length) lines")
      }
    }
  }

  /// From the line of `func` or `init` to the closing brace at the same depth: swift-format has put
  /// both at one indentation.
  private func functions(_ lines: [String]) -> [(line: Int, length: Int)] {
    lines.indices.compactMap { start in
      let line = lines[start]
      guard line.firstMatch(of: #/^ *([a-z@()_]+ )*(func |init[(?<]|deinit )/#) != nil else {
        return nil
      }
      let indentation = String(line.prefix { $0 == " " })
      let end = lines[start...].firstIndex {
        $0.hasPrefix(indentation + "}") || ($0.hasSuffix("}") && $0 == line)
      }
      let body = lines[start...(end ?? start)]
      return (start + 1, body.count { $0.contains { $0 != " " } })
    }
  }

  @Test func `functions are found, with their lengths`() {
    let code = ["struct A {", "  init() {}", "  private static func f() {", "    g()", "  }", "}"]
    #expect(functions(code).map(\.line) == [2, 3])
    #expect(functions(code).map(\.length) == [1, 3])
  }

  @Test func `every public type and function is documented`() {
    let requirements = Set(Tree.shared.sources.flatMap(requirements))
    for file in Tree.shared.sources {
      for index in undocumented(file, requirements) {
        Issue.record("\(file.path):\(index + 1) has no comment: \(file.lines[index])")
      }
    }
  }

  /// Lines of public functions and of public types at the top of a file that have no `///` above.
  /// Operators need none, nor does what a protocol of the house asks for and documents.
  private func undocumented(_ file: Tree.File, _ requirements: Set<Substring>) -> [Int] {
    let code = file.code
    return code.indices.filter { index in
      guard
        let match = code[index].firstMatch(
          of:
            #/^(?: *public ([a-z()]+ )*func|public (?:[a-z()]+ )*(?:struct|class|enum|protocol|actor|typealias)) (\w+)/#
        ), !requirements.contains(match.2)
      else { return false }
      var above = index - 1
      while above >= 0, file.lines[above].drop(while: { $0 == " " }).hasPrefix("@") { above -= 1 }
      return above < 0 || !file.lines[above].drop { $0 == " " }.hasPrefix("///")
    }
  }

  /// Names of the functions that the public protocols of a file ask for.
  private func requirements(_ file: Tree.File) -> [Substring] {
    var isInside = false
    return file.code.compactMap { line in
      if line.hasPrefix("public protocol ") { isInside = true }
      if line.hasPrefix("}") { isInside = false }
      return isInside ? line.firstMatch(of: #/^  func (\w+)/#)?.1 : nil
    }
  }
}
