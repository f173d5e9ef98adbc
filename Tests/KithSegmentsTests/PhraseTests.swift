import KithStore
import KithSystem
import KithTestSupport
import Testing

@testable import KithSegments

/// What mistakes are made of, so that other languages can say it.
struct PhraseTests {
  private static let deep = String(repeating: "(", count: 65)

  @Test func `a phrase keeps apart what is put into it`() {
    let kind: Phrase = "a number"
    let name = "a {1}"
    let phrase: Phrase = "\(name) is \(kind), no \(3)"
    #expect(phrase.form == "{0} is {1}, no {2}")
    #expect(phrase.text == "a {1} is a number, no 3")
    let words = ["{0} is {1}, no {2}": "{1}, {0}", "a number": "数字", "a {1}": "not looked up"]
    #expect(phrase.text { words[$0] ?? $0 } == "数字, a {1}")
    #expect(Phrase(verbatim: "{0}").text == "{0}")
  }

  /// The interface has Chinese words for each line of the snapshot; a test of its room holds it to that.
  @Test func `the cases meet every form that a mistake can have`() throws {
    var wordings: [Diagnostic.Wording] = []
    for name in ["errors", "windows", "measures", "time", "stages"] {
      let log = TextLog()
      try expectCases(name, prepare: log.add, run: log.answer)
      wordings += log.wordings
    }
    // Too long, too deep, and too many in each other for a line of a case.
    let log = TextLog()
    for number in 0..<66 { log.add("segment s\(number) in(s\(number + 1))") }
    for text in ["\(String(repeating: " ", count: 65_536))x", Self.deep, "in(s0)"] {
      _ = log.answer(text)
    }
    wordings += log.wordings
    try expectCases("grammar") { text in
      do throws(Mistake) {
        return outline(try Parser.parse(text))
      } catch {
        let diagnostic = error.diagnostic(in: SourceText(text))
        wordings += [diagnostic.wording].compactMap(\.self)
        return diagnostic.text()
      }
    }
    var forms: Set<String> = []
    func add(_ phrase: Phrase) {
      forms.insert(phrase.form)
      for case .phrase(let part) in phrase.parts { add(part) }
    }
    for wording in wordings {
      add(wording.what)
      if let remedy = wording.remedy { add(remedy) }
    }
    expectSnapshot(forms.sorted().map { $0 + "\n" }.joined(), "mistakes")
  }
}
