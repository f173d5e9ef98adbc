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

  /// From the line of `func` or `init` to the brace that closes it. swift-format has put that brace at
  /// the same indentation, and nothing between but the end of a long signature.
  private func functions(_ lines: [String]) -> [(line: Int, length: Int)] {
    let declaration = #/^ *([a-z@()_]+ )*(func |init[(?<]|deinit )/#
    return lines.indices.compactMap { start in
      let line = lines[start]
      guard line.firstMatch(of: declaration) != nil else { return nil }
      let depth = indentation(line)
      let next = lines[(start + 1)...].firstIndex {
        indentation($0) <= depth && !$0.isEmpty && !$0.dropFirst(depth).hasPrefix(")")
      }
      guard !line.hasSuffix("}"), let next, lines[next].dropFirst(depth).hasPrefix("}") else {
        return (start + 1, 1)
      }
      return (start + 1, lines[start...next].count { indentation($0) < $0.utf8.count })
    }
  }

  private func indentation(_ line: String) -> Int {
    line.utf8.prefix { $0 == UInt8(ascii: " ") }.count
  }

  @Test func `functions are found, with their lengths`() {
    let code = [
      "struct A: B {", "  init() {}", "  private static func f(", "    a: Int", "  ) throws {",
      "    g()",
      "", "  }", "}", "protocol B {", "  func f(a: Int) throws", "  init()", "}",
    ]
    #expect(functions(code).map(\.line) == [2, 3, 11, 12])
    #expect(functions(code).map(\.length) == [1, 5, 1, 1])
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
    let function = #/^ *public (?:[a-z()]+ )*func (\w+)/#
    let type = #/^public (?:[a-z()]+ )*(?:struct|class|enum|protocol|actor|typealias) (\w+)/#
    return file.code.indices.filter { index in
      let line = file.code[index]
      guard line.drop(while: { $0 == " " }).hasPrefix("public "),
        let name = line.firstMatch(of: function)?.1 ?? line.firstMatch(of: type)?.1,
        !requirements.contains(name)
      else { return false }
      var above = index - 1
      while above >= 0, file.lines[above].drop(while: { $0 == " " }).hasPrefix("@") { above -= 1 }
      return above < 0 || !file.lines[above].drop { $0 == " " }.hasPrefix("///")
    }
  }

  /// Names of the functions that the public protocols of a file ask for.
  private func requirements(_ file: Tree.File) -> [Substring] {
    let function = #/^  func (\w+)/#
    var isInside = false
    return file.code.compactMap { line in
      if line.hasPrefix("public protocol ") { isInside = true }
      if line.hasPrefix("}") { isInside = false }
      return isInside ? line.firstMatch(of: function)?.1 : nil
    }
  }
}
