import KithStore
import KithSystem
import KithTestSupport
import Testing

@testable import KithSegments

/// The language by example: text files of expressions with what comes of them.
struct CaseTests {
  @Test func `expressions are read as the grammar nests them`() throws {
    try expectCases("grammar") { text in
      do throws(Mistake) {
        let tree = try Parser.parse(text)
        return outline(tree)
      } catch {
        return error.diagnostic(in: SourceText(text)).text()
      }
    }
  }

  @Test(arguments: ["errors", "windows", "measures", "time", "stages", "large"])
  func `expressions find these users, or say what is wrong`(name: String) throws {
    let log = TextLog()
    try expectCases(name, prepare: log.add, run: log.answer)
  }

  /// A `|` stands for the cursor.
  @Test func `what can be typed next is offered, the likeliest first`() throws {
    let log = TextLog()
    try expectCases("completions", prepare: log.add) { line in
      let parts = line.split(separator: "|", omittingEmptySubsequences: false)
      let text = parts.joined()
      guard let engine = try? log.engine() else { return "no engine" }
      let offset = parts[0].count
      let offered = engine.completions(of: text, at: offset)
      let start = completionStart(of: text, at: offset)
      let word = String(Array(text)[start..<offset])
      return "\(offered.count) for `\(word)`:"
        + offered.prefix(7).map { " \($0.text)" }.joined(separator: " ·")
    }
  }
}
